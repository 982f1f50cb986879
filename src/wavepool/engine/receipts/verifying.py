"""Recompute a receipt offline and name the first place that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from wavepool.engine.money import MoneyError
from wavepool.engine.receipts.canonical import StatementLine, canonical_json, leaf_digest
from wavepool.engine.receipts.document import check_form, seals_of
from wavepool.engine.receipts.manifest import (
    find_statement_root,
    manifest_sha256,
    read_statement_roots,
)
from wavepool.engine.receipts.merkle import path_root
from wavepool.engine.receipts.shapes import ReceiptInvalid, Row, check, check_keys
from wavepool.engine.receipts.signing import is_signed_by, key_name
from wavepool.engine.receipts.steps import Step, StepImpossible, chain_of

Membership = Literal["proved", "not_in_manifest", "no_manifest"]

ORIGIN_UNKNOWN: Final = "arithmetic verified, origin not"
UNSIGNED: Final = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first place that is not as recomputed: step, field inside it, both values.

    `step` is `head` (format, line, policy, period), a step's name, `merkle` or
    `manifest`; `field` is a path inside it such as `result/commission_minor`.
    """

    step: str
    field: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a receipt was found to be.

    Attributes:
        ok: nothing differs, and what was asked of the manifest and key holds.
        first_difference: None when `ok`.
        checked_steps: how many steps agreed before the first difference.
        membership: whether the line is a leaf of the manifest's tree.
        origin: `signed_by ed25519:<key>`, `unsigned`, or that it is unknown.
    """

    ok: bool
    first_difference: Difference | None
    checked_steps: int
    membership: Membership
    origin: str


def verify_receipt(document: Mapping[str, Any]) -> Verification:
    """Recompute every step of a receipt from its own numbers.

    Args:
        document: the parsed JSON (`read_receipt` reads a file strictly).

    Returns:
        The outcome, with the first difference if there is one.

    Raises:
        ReceiptInvalid: the document is not a receipt; names the place.

    Guarantee: an edit of any one value of a receipt is found and named at its
    section or before it. What it does not prove: docs/algorithms/receipts.md.
    """
    check_form(document)
    difference, checked_steps = _first_difference(document)
    return Verification(
        ok=difference is None,
        first_difference=difference,
        checked_steps=checked_steps,
        membership="no_manifest",
        origin=ORIGIN_UNKNOWN,
    )


def verify_with_manifest(
    document: Mapping[str, Any], manifest_bytes: bytes, public_key_pem: bytes | None
) -> Verification:
    """Recompute a receipt and prove that its line stands under a published manifest.

    Args:
        document: the parsed JSON.
        manifest_bytes: the manifest file, byte for byte.
        public_key_pem: the settling platform's Ed25519 key, or None.

    Returns:
        As `verify_receipt`; `membership` is `proved` when the path leads to the
        root that the manifest names for this period, tree size and policy. With
        a key the receipt is `ok` only if that key signed the manifest. A
        signature without a key to check it by leaves the origin unknown.

    Raises:
        ReceiptInvalid, ManifestInvalid: a document of another form.
        SigningUnavailable, KeyUnusable: a key was given and cannot be used.
    """
    verified = verify_receipt(document)
    membership_gap = _membership_gap(document, manifest_bytes)
    signature_gap, origin = _origin(document, manifest_bytes, public_key_pem)
    difference = verified.first_difference or membership_gap or signature_gap
    is_proved = verified.ok and membership_gap is None
    return Verification(
        ok=difference is None,
        first_difference=difference,
        checked_steps=verified.checked_steps,
        membership="proved" if is_proved else "not_in_manifest",
        origin=origin,
    )


def _first_difference(document: Mapping[str, Any]) -> tuple[Difference | None, int]:
    seals, found_seals = seals_of(document), document["seals"]
    line, steps = document["line"], document["steps"]
    difference = _head_difference(document)
    if difference is None and seals[0] != found_seals[0]:
        difference = _edited_head(document) or _seal_difference("head", seals[0], found_seals[0])
    if difference is not None:
        return difference, 0
    chain = chain_of(line["kind"], steps)
    if len(chain) != len(steps):
        raise ReceiptInvalid("/steps", f"expected {len(chain)} steps, found {len(steps)}")
    known = dict(line)
    for place, (rule, step) in enumerate(zip(chain, steps, strict=True)):
        difference = _step_difference(rule, step, known, pointer=f"/steps/{place}")
        if difference is None and seals[place + 1] != found_seals[place + 1]:
            difference = _seal_difference(rule.name, seals[place + 1], found_seals[place + 1])
        if difference is not None:
            return difference, place
        known.update(step["inputs"])
        known.update(step["result"])
    difference = _merkle_difference(document)
    for name, seal, found in zip(("merkle", "manifest"), seals[-2:], found_seals[-2:], strict=True):
        if difference is None and seal != found:
            difference = _seal_difference(name, seal, found)
    return difference, len(steps)


def _seal_difference(step: str, expected: str, found: str) -> Difference:
    return Difference(step=step, field="seal", expected=expected, found=found)


def _head_difference(document: Mapping[str, Any]) -> Difference | None:
    period = document["line"]["period"]
    if document["period"] != period:
        return Difference(step="head", field="period", expected=period, found=document["period"])
    return None


def _edited_head(document: Mapping[str, Any]) -> Difference | None:
    """The line's field that the steps contradict, where one does."""
    for step in reversed(document["steps"]):
        for values in (step["result"], step["inputs"]):
            for name, found in document["line"].items():
                if name in values and _differs(values[name], found):
                    return Difference(
                        step="head", field=f"line/{name}", expected=values[name], found=found
                    )
    return None


def _step_difference(
    rule: Step, step: Mapping[str, Any], known: Mapping[str, Any], *, pointer: str
) -> Difference | None:
    for field, expected in (("name", rule.name), ("formula", rule.formula)):
        if step[field] != expected:
            return Difference(step=rule.name, field=field, expected=expected, found=step[field])
    inputs = step["inputs"]
    check(Row(rule.inputs), inputs, f"{pointer}/inputs")
    difference = _first_unequal(rule.name, "inputs", known, inputs)
    if difference is not None:
        return difference
    try:
        result = rule.compute(inputs)
    except (StepImpossible, MoneyError) as error:
        return Difference(
            step=rule.name,
            field="inputs",
            expected="inputs that the formula allows",
            found=str(error),
        )
    check_keys(step["result"], tuple(result), f"{pointer}/result")
    return _first_unequal(rule.name, "result", result, step["result"]) or _first_unequal(
        rule.name, "result", known, step["result"]
    )


def _first_unequal(
    step: str, part: str, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Difference | None:
    for name, value in found.items():
        if name in expected and _differs(expected[name], value):
            return Difference(
                step=step, field=f"{part}/{name}", expected=expected[name], found=value
            )
    return None


def _differs(expected: Any, found: Any) -> bool:
    # True == 1 in Python, but a receipt that says 1 for true has been edited.
    return canonical_json(expected) != canonical_json(found)


def _merkle_difference(document: Mapping[str, Any]) -> Difference | None:
    merkle = document["merkle"]
    if merkle is None:
        return None
    reached = path_root(
        bytes.fromhex(leaf_digest(StatementLine(**document["line"]))),
        [bytes.fromhex(sibling) for sibling in merkle["path"]],
        leaf_no=merkle["leaf_no"],
        size=merkle["size"],
    )
    found = None if reached is None else reached.hex()
    if found == merkle["root"]:
        return None
    return Difference(step="merkle", field="path", expected=merkle["root"], found=found)


def _membership_gap(document: Mapping[str, Any], manifest_bytes: bytes) -> Difference | None:
    roots = read_statement_roots(manifest_bytes)
    named = document["manifest"]
    sha256 = manifest_sha256(manifest_bytes)
    if named is not None and named["sha256"] != sha256:
        return Difference(step="manifest", field="sha256", expected=sha256, found=named["sha256"])
    merkle = document["merkle"]
    if merkle is None:
        return Difference(step="merkle", field="path", expected="a Merkle path", found=None)
    entry = find_statement_root(roots, period=document["period"])
    if entry is None:
        return Difference(
            step="manifest",
            field="period",
            expected="a period of the manifest",
            found=document["period"],
        )
    for field, expected, found in (
        ("root", entry.root, merkle["root"]),
        ("size", entry.size, merkle["size"]),
    ):
        if expected != found:
            return Difference(step="merkle", field=field, expected=expected, found=found)
    digest = document["policy"]["digest"]
    if digest not in entry.policy_digests:
        expected = " or ".join(entry.policy_digests)
        return Difference(step="head", field="policy/digest", expected=expected, found=digest)
    return None


def _origin(
    document: Mapping[str, Any], manifest_bytes: bytes, public_key_pem: bytes | None
) -> tuple[Difference | None, str]:
    named = document["manifest"]
    signature = None if named is None else named["signature"]
    if public_key_pem is None:
        return None, UNSIGNED if signature is None else ORIGIN_UNKNOWN
    name = key_name(public_key_pem)
    if signature is None:
        gap = Difference(
            step="manifest", field="signature", expected=f"a signature by {name}", found=None
        )
        return gap, UNSIGNED
    if is_signed_by(manifest_bytes, signature, public_key_pem):
        return None, f"signed_by {name}"
    gap = Difference(
        step="manifest",
        field="signature",
        expected=f"a signature by {name}",
        found=signature["signature"],
    )
    return gap, ORIGIN_UNKNOWN
