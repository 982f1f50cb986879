"""The receipt as a JSON document: read it strictly, check its form, seal it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from wavepool.engine.receipts.canonical import canonical_json
from wavepool.engine.receipts.shapes import (
    COUNT,
    FLAG,
    HEX64,
    MAYBE_ID,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    Many,
    ReceiptInvalid,
    Row,
    check,
    check_keys,
    shown,
)
from wavepool.engine.receipts.steps import CHAINS

FORMAT: Final = "wavepool-receipt-1"

_KEYS: Final = ("format", "line", "policy", "period", "steps", "merkle", "manifest", "seals")
_HEAD: Final = ("format", "line", "policy", "period")

LINE_SHAPE: Final = Row(
    {
        "period": TEXT,
        "line_key": TEXT,
        "payee_id": MAYBE_ID,
        "kind": TEXT,
        "ref_id": MAYBE_ID,
        "currency": MAYBE_TEXT,
        "amount_minor": NUMBER,
        "micro": MAYBE_NUMBER,
        "is_held": FLAG,
    }
)
_POLICY_SHAPE: Final = Row({"id": TEXT, "version": COUNT, "digest": HEX64})
_MERKLE_SHAPE: Final = Row({"leaf_no": COUNT, "size": COUNT, "path": Many(HEX64), "root": HEX64})
_SIGNATURE_SHAPE: Final = Row({"algorithm": TEXT, "public_key": HEX64, "signature": TEXT})


def read_receipt(data: bytes) -> dict[str, Any]:
    """Read a receipt's JSON and check its form.

    Raises:
        ReceiptInvalid: not UTF-8 JSON, a key twice, a number with a fraction,
            or a form that `check_form` refuses.
    """
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_unique_keys,
            parse_float=_refuse_fraction,
            parse_constant=_refuse_fraction,
        )
    except (ValueError, RecursionError) as error:
        raise ReceiptInvalid("", f"not readable as JSON: {error}") from error
    check_form(document)
    return dict(document)


def check_form(document: Any) -> None:
    """Raise ReceiptInvalid at the first place where the document is not a receipt.

    Checks keys, types and ranges of everything but the inside of the steps,
    whose form depends on the kind of line.
    """
    check_keys(document, _KEYS, "")
    if document["format"] != FORMAT:
        raise ReceiptInvalid("/format", f"expected {FORMAT!r}, found {shown(document['format'])}")
    check(LINE_SHAPE, document["line"], "/line")
    if document["line"]["kind"] not in CHAINS:
        raise ReceiptInvalid("/line/kind", f"expected one of {', '.join(CHAINS)}")
    check(_POLICY_SHAPE, document["policy"], "/policy")
    check(TEXT, document["period"], "/period")
    _check_steps(document["steps"])
    if document["merkle"] is not None:
        check(_MERKLE_SHAPE, document["merkle"], "/merkle")
    if document["manifest"] is not None:
        _check_manifest(document["manifest"])
    check(Many(HEX64), document["seals"], "/seals")
    if len(document["seals"]) != len(document["steps"]) + 3:
        raise ReceiptInvalid("/seals", "expected one for the head, each step, merkle and manifest")


def seals_of(document: Mapping[str, Any]) -> list[str]:
    """The chain of seals: one for the head, each step, `merkle` and `manifest`.

    Each is the SHA-256 of the seal before it and the canonical JSON of its
    section, so the first seal that differs names the section that was edited.
    A seal is no signature: whoever edits on purpose can seal again.
    """
    sections = [
        {name: document[name] for name in _HEAD},
        *document["steps"],
        {"merkle": document["merkle"]},
        {"manifest": document["manifest"]},
    ]
    seals: list[str] = []
    for section in sections:
        before = seals[-1] if seals else FORMAT
        seals.append(hashlib.sha256(f"{before}|".encode() + canonical_json(section)).hexdigest())
    return seals


def _check_steps(steps: Any) -> None:
    if not isinstance(steps, list) or not steps:
        raise ReceiptInvalid("/steps", "expected a list of steps")
    for place, step in enumerate(steps):
        pointer = f"/steps/{place}"
        check_keys(step, ("name", "formula", "inputs", "result"), pointer)
        check(TEXT, step["name"], f"{pointer}/name")
        check(TEXT, step["formula"], f"{pointer}/formula")
        for part in ("inputs", "result"):
            if not isinstance(step[part], dict):
                raise ReceiptInvalid(f"{pointer}/{part}", "expected an object")


def _check_manifest(manifest: Any) -> None:
    check_keys(manifest, ("sha256", "signature"), "/manifest")
    check(HEX64, manifest["sha256"], "/manifest/sha256")
    if manifest["signature"] is not None:
        check(_SIGNATURE_SHAPE, manifest["signature"], "/manifest/signature")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return keys


def _refuse_fraction(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a whole number")
