"""Write a receipt: run the steps on the facts, hold them against the line, seal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from wavepool.engine.receipts.canonical import StatementLine
from wavepool.engine.receipts.document import FORMAT, check_form, seals_of
from wavepool.engine.receipts.facts import PolicyRef
from wavepool.engine.receipts.manifest import manifest_sha256
from wavepool.engine.receipts.merkle import inclusion_path, index_root, index_size
from wavepool.engine.receipts.shapes import Row, check
from wavepool.engine.receipts.steps import CHAINS, Chain, Step

Receipt = dict[str, Any]


class ReceiptContradictsLine(Exception):
    """The steps lead to another value than the statement line holds."""

    def __init__(self, *, line_key: str, field: str, computed: object, held: object) -> None:
        super().__init__(
            f"line {line_key}: the steps give {field} {computed!r}, the line holds {held!r}"
        )
        self.line_key = line_key
        self.field = field
        self.computed = computed
        self.held = held


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A receipt's `merkle` and `manifest` sections; None for a line that is an estimate."""

    merkle: Mapping[str, Any] | None = None
    manifest: Mapping[str, Any] | None = None


NO_PROOF: Final = Proof()


def write_receipt(
    *,
    chain: Chain,
    facts: Mapping[str, Any],
    line: StatementLine,
    policy: PolicyRef,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Build the receipt of one statement line.

    Args:
        chain: the steps, one of `CHAINS[line.kind]`.
        facts: every input that no earlier step computes, by name, as JSON values.
        line: the line as it stands on the statement.
        policy: the policy document that decided it.
        proof: its place in the Merkle tree and its manifest.

    Returns:
        The document; `verify_receipt` finds it in order.

    Raises:
        ReceiptContradictsLine: the steps do not lead to the line's own values.
        ReceiptInvalid: a fact has another form than its step asks for.
        StepImpossible, MoneyError: facts contradict each other.
    """
    assert chain in CHAINS[line.kind], f"a {line.kind} line is not explained by these steps"
    known: dict[str, Any] = dict(facts)
    computed: dict[str, Any] = {}
    steps = []
    for place, step in enumerate(chain):
        written = _written(step, known, pointer=f"/steps/{place}")
        steps.append(written)
        known.update(written["result"])
        computed.update(written["result"])
    for name, held in line.document().items():
        if name in computed and computed[name] != held:
            raise ReceiptContradictsLine(
                line_key=line.line_key, field=name, computed=computed[name], held=held
            )
    document: Receipt = {
        "format": FORMAT,
        "line": line.document(),
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "period": line.period,
        "steps": steps,
        "merkle": None if proof.merkle is None else dict(proof.merkle),
        "manifest": None if proof.manifest is None else dict(proof.manifest),
        "seals": [],
    }
    document["seals"] = seals_of(document)
    check_form(document)
    return document


def receipt_json(document: Mapping[str, Any]) -> bytes:
    """The receipt as the text of a file: indented UTF-8 JSON with a final line break."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def merkle_section(
    index_file: BinaryIO, leaf_no: int, fetch_leaf_block: Callable[[int, int], bytes]
) -> dict[str, Any]:
    """A receipt's `merkle` section, from the index of a period's statement lines.

    Arguments and errors as `inclusion_path`.
    """
    path = inclusion_path(index_file, leaf_no, fetch_leaf_block)
    return {
        "leaf_no": leaf_no,
        "size": index_size(index_file),
        "path": [sibling.hex() for sibling in path],
        "root": index_root(index_file).hex(),
    }


def manifest_section(
    manifest_bytes: bytes, signature: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A receipt's `manifest` section: the file's SHA-256 and its signature, if it has one."""
    return {
        "sha256": manifest_sha256(manifest_bytes),
        "signature": None if signature is None else dict(signature),
    }


def _written(step: Step, known: Mapping[str, Any], *, pointer: str) -> dict[str, Any]:
    inputs = {name: known[name] for name in step.inputs if name in known}
    check(Row(step.inputs), inputs, f"{pointer}/inputs")
    return {
        "name": step.name,
        "formula": step.formula,
        "inputs": inputs,
        "result": step.compute(inputs),
    }
