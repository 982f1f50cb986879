"""What a manifest says of its statements: one Merkle root a period."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wavepool.engine.receipts.shapes import COUNT, HEX64, TEXT, Many, ReceiptInvalid, Row, check

STATEMENT_ROOTS: Final = "statement_roots"
"""The key of a manifest under which `statement_root` entries stand in a list."""

_ENTRIES: Final = Many(
    Row({"period": TEXT, "size": COUNT, "root": HEX64, "policy_digests": Many(HEX64)})
)


class ManifestInvalid(Exception):
    """The file is not a manifest with statement roots; names what is wrong."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"not a manifest with statement roots: {problem}")
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRoot:
    """One period's statements: how many lines, their Merkle root, the policies in force."""

    period: str
    size: int
    root: str
    policy_digests: tuple[str, ...]


def statement_root(
    *, period: str, size: int, root: bytes, policy_digests: Iterable[str]
) -> dict[str, Any]:
    """The entry that a manifest holds for one period, in its list `statement_roots`.

    >>> entry = statement_root(period="2026-01", size=0, root=bytes(32), policy_digests=[])
    >>> sorted(entry)
    ['period', 'policy_digests', 'root', 'size']
    """
    return {
        "period": period,
        "size": size,
        "root": root.hex(),
        "policy_digests": sorted(set(policy_digests)),
    }


def read_statement_roots(manifest_bytes: bytes) -> tuple[StatementRoot, ...]:
    """The statement roots of a manifest. Raises ManifestInvalid."""
    try:
        manifest = json.loads(manifest_bytes)
    except (ValueError, RecursionError) as error:
        raise ManifestInvalid(f"not readable as JSON: {error}") from error
    if not isinstance(manifest, dict) or STATEMENT_ROOTS not in manifest:
        raise ManifestInvalid(f"it has no {STATEMENT_ROOTS!r}")
    entries = manifest[STATEMENT_ROOTS]
    try:
        check(_ENTRIES, entries, f"/{STATEMENT_ROOTS}")
    except ReceiptInvalid as error:
        raise ManifestInvalid(str(error)) from error
    return tuple(
        StatementRoot(**{**entry, "policy_digests": tuple(entry["policy_digests"])})
        for entry in entries
    )


def find_statement_root(roots: Sequence[StatementRoot], *, period: str) -> StatementRoot | None:
    """The entry of a period, or None."""
    return next((entry for entry in roots if entry.period == period), None)


def manifest_sha256(manifest_bytes: bytes) -> str:
    """SHA-256 of a manifest file, hex."""
    return hashlib.sha256(manifest_bytes).hexdigest()
