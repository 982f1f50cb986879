"""Membership under a manifest, and its signature."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from wavepool.engine.receipts import (
    DebtFacts,
    KeyUnusable,
    ManifestInvalid,
    PolicyRef,
    Proof,
    StatementLine,
    debt_receipt,
    is_signed_by,
    key_name,
    leaf_digest,
    manifest_section,
    merkle_section,
    seals_of,
    sign_manifest,
    statement_root,
    verify_with_manifest,
    write_merkle_index,
)

POLICY = PolicyRef(id="default", version=1, digest="0" * 64)
DEBT = DebtFacts(lines_minor=-15, debt_in_minor=30)


def _line(payee_id: int) -> StatementLine:
    return StatementLine(
        period="2026-01",
        line_key=f"D:{payee_id}",
        payee_id=payee_id,
        kind="debt",
        ref_id=None,
        currency="CNY",
        amount_minor=15,
        micro=15_000_000,
        is_held=False,
    )


def _pem(key: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public


PRIVATE, PUBLIC = _pem(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
_, OTHER_PUBLIC = _pem(Ed25519PrivateKey.from_private_bytes(bytes(32)))

LEAVES = b"".join(bytes.fromhex(leaf_digest(_line(payee))) for payee in range(200))


def _manifest(**changes: Any) -> bytes:
    index = io.BytesIO()
    root = write_merkle_index(LEAVES, index)
    entry = statement_root(
        period="2026-01", size=200, root=root, policy_digests=["1" * 64, "0" * 64]
    )
    return json.dumps({"statement_roots": [{**entry, **changes}], "rejects": 0}).encode()


def _receipt(
    manifest: bytes, *, payee_id: int = 7, signature: dict[str, str] | None = None
) -> dict[str, Any]:
    index = io.BytesIO()
    write_merkle_index(LEAVES, index)
    merkle = merkle_section(
        index, payee_id, lambda first, count: LEAVES[first * 32 : (first + count) * 32]
    )
    return debt_receipt(
        _line(payee_id),
        POLICY,
        debt=DEBT,
        proof=Proof(merkle=merkle, manifest=manifest_section(manifest, signature)),
    )


class TestMembership:
    def test_is_proved_for_every_kind_of_place(self) -> None:
        manifest = _manifest()
        for payee_id in (0, 7, 63, 64, 199):
            verified = verify_with_manifest(_receipt(manifest, payee_id=payee_id), manifest, None)
            assert (verified.ok, verified.membership, verified.origin) == (
                True,
                "proved",
                "unsigned",
            )

    @pytest.mark.parametrize(
        ("changes", "step", "field"),
        [
            ({"root": "0" * 64}, "merkle", "root"),
            ({"size": 201}, "merkle", "size"),
            ({"period": "2026-02"}, "manifest", "period"),
            ({"policy_digests": []}, "head", "policy/digest"),
        ],
    )
    def test_fails_under_another_manifest(
        self, changes: dict[str, Any], step: str, field: str
    ) -> None:
        manifest = _manifest(**changes)
        verified = verify_with_manifest(_receipt(manifest), manifest, None)
        assert (verified.ok, verified.membership) == (False, "not_in_manifest")
        assert verified.first_difference is not None
        assert (verified.first_difference.step, verified.first_difference.field) == (step, field)

    def test_fails_for_a_manifest_with_other_bytes(self) -> None:
        verified = verify_with_manifest(_receipt(_manifest()), _manifest() + b"\n", None)
        assert verified.membership == "not_in_manifest"
        assert verified.first_difference is not None
        assert verified.first_difference.field == "sha256"

    def test_fails_for_a_foreign_receipt_with_its_own_tree(self) -> None:
        foreign_line = replace(_line(7), payee_id=666)
        index = io.BytesIO()
        leaf = bytes.fromhex(leaf_digest(foreign_line))
        write_merkle_index(leaf, index)
        manifest = _manifest()
        foreign = debt_receipt(
            foreign_line,
            POLICY,
            debt=DEBT,
            proof=Proof(
                merkle=merkle_section(index, 0, lambda first, count: leaf),
                manifest=manifest_section(manifest),
            ),
        )
        verified = verify_with_manifest(foreign, manifest, None)
        assert (verified.ok, verified.membership) == (False, "not_in_manifest")

    def test_fails_for_an_estimate(self) -> None:
        estimate = debt_receipt(_line(7), POLICY, debt=DEBT)
        verified = verify_with_manifest(estimate, _manifest(), None)
        assert (verified.ok, verified.membership) == (False, "not_in_manifest")

    def test_is_not_proved_for_an_edited_receipt(self) -> None:
        manifest = _manifest()
        edited = copy.deepcopy(_receipt(manifest))
        edited["steps"][0]["inputs"]["debt_in_minor"] = 31
        verified = verify_with_manifest(edited, manifest, None)
        assert (verified.ok, verified.membership) == (False, "not_in_manifest")
        assert verified.first_difference is not None
        assert verified.first_difference.step == "balance"

    @pytest.mark.parametrize(
        "data", [b"", b"[]", b"{}", b'{"statement_roots": [{}]}', b'{"statement_roots": 3}']
    )
    def test_needs_a_manifest(self, data: bytes) -> None:
        with pytest.raises(ManifestInvalid, match="not a manifest with statement roots"):
            verify_with_manifest(_receipt(_manifest()), data, None)


class TestSignature:
    def test_names_its_key(self) -> None:
        manifest = _manifest()
        document = _receipt(manifest, signature=sign_manifest(manifest, PRIVATE))
        verified = verify_with_manifest(document, manifest, PUBLIC)
        assert verified.ok
        assert verified.origin == (
            "signed_by ed25519:03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
        )
        assert verified.origin == f"signed_by {key_name(PUBLIC)}"

    def test_without_a_key_to_check_it_by_leaves_the_origin_unknown(self) -> None:
        manifest = _manifest()
        document = _receipt(manifest, signature=sign_manifest(manifest, PRIVATE))
        verified = verify_with_manifest(document, manifest, None)
        assert (verified.ok, verified.origin) == (True, "arithmetic verified, origin not")

    def test_that_is_missing_fails_when_a_key_was_named(self) -> None:
        manifest = _manifest()
        verified = verify_with_manifest(_receipt(manifest), manifest, PUBLIC)
        assert (verified.ok, verified.membership, verified.origin) == (
            False,
            "proved",
            "unsigned",
        )

    def test_by_another_key_fails(self) -> None:
        manifest = _manifest()
        document = _receipt(manifest, signature=sign_manifest(manifest, PRIVATE))
        verified = verify_with_manifest(document, manifest, OTHER_PUBLIC)
        assert (verified.ok, verified.origin) == (False, "arithmetic verified, origin not")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("signature", "00" * 64),
            ("signature", "zz"),
            ("algorithm", "rsa"),
            ("public_key", "0" * 64),
        ],
    )
    def test_that_was_edited_fails_even_when_sealed_again(self, field: str, value: str) -> None:
        manifest = _manifest()
        document = _receipt(manifest, signature=sign_manifest(manifest, PRIVATE))
        document["manifest"]["signature"][field] = value
        document["seals"] = seals_of(document)
        verified = verify_with_manifest(document, manifest, PUBLIC)
        assert (verified.ok, verified.origin) == (False, "arithmetic verified, origin not")

    def test_holds_for_these_bytes_only(self) -> None:
        signature = sign_manifest(b"{}", PRIVATE)
        assert is_signed_by(b"{}", signature, PUBLIC)
        assert not is_signed_by(b"{} ", signature, PUBLIC)

    def test_is_the_same_on_every_run(self) -> None:
        assert sign_manifest(b"{}", PRIVATE) == sign_manifest(b"{}", PRIVATE)

    def test_needs_an_ed25519_key(self) -> None:
        curve = generate_private_key(SECP256R1())
        private = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for bad in (b"", b"no key", private, PUBLIC):
            with pytest.raises(KeyUnusable):
                sign_manifest(b"{}", bad)
        for bad in (b"", public, PRIVATE):
            with pytest.raises(KeyUnusable):
                key_name(bad)

    def test_needs_the_optional_package_and_says_so(self) -> None:
        program = (
            "import sys; sys.modules['cryptography'] = None\n"
            "from wavepool.engine.receipts import sign_manifest, SigningUnavailable\n"
            "try: sign_manifest(b'{}', b'')\n"
            "except SigningUnavailable as error: print(error)\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": ":".join(sys.path)},
        )
        assert "needs wavepool[signing]" in ran.stdout
