"""The rule that only the ledger's operations write transfers, as a reading of the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: Rows that nobody else may make, change or remove.
ROWS: Final = {"Transfer", "Batch", "ClosedPeriod"}
_WRITES: Final = {
    "acreate", "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save",
    "update", "update_or_create",
}  # fmt: skip
_SQL: Final = re.compile(
    r"\b(insert\s+into|update|delete\s+from|truncate|copy|alter\s+table|merge\s+into)\s+(only\s+|table\s+)?"
    r"\"?ledger_(transfer|batch|closed_period)\b|\bledger_post\s*\(",
    re.IGNORECASE,
)
DOOR: Final = ("domains", "ledger", "operations")
MIGRATIONS: Final = ("domains", "ledger", "migrations")


def is_the_door(path: Path) -> bool:
    """Whether a file of the package may write transfers."""
    parts = path.parts
    return any(parts[at : at + 3] in {DOOR, MIGRATIONS} for at in range(len(parts)))


def writes_of_transfers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines that make, change or remove rows of the ledger."""
    rows = frozenset(ROWS - set(_named_elsewhere(tree)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, rows)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _SQL.search(node.value)
        ):
            yield node.lineno, "SQL that writes to the ledger; call ledger.operations"


def _named_elsewhere(tree: ast.Module) -> Iterator[str]:
    """Rows of other domains that are called as one of the ledger's is; a batch of payouts, say."""
    for node in ast.walk(tree):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if module.startswith("wavepool.domains.") and ".ledger." not in module:
            yield from (each.asname or each.name for each in getattr(node, "names", ()))


def _call(node: ast.Call, rows: frozenset[str]) -> Iterator[tuple[int, str]]:
    name = _last(node.func)
    if name in rows:
        yield node.lineno, f"{name}(…) makes a row of the ledger; call ledger.operations"
    elif name == "write_rows" and node.args and _last(node.args[0]) in rows:
        yield node.lineno, "write_rows() writes rows of the ledger; call ledger.operations"
    elif name in _WRITES and isinstance(node.func, ast.Attribute) and _about(node.func.value, rows):
        yield node.lineno, f".{name}() writes rows of the ledger; call ledger.operations"


def _about(node: ast.expr, rows: frozenset[str]) -> bool:
    """Whether a chain of calls begins at one of the rows, or passes through their managers."""
    while True:
        if _last(node) in rows | {"transfers", "debits", "credits", "decided", "reversed_by"}:
            return True
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            node = node.value
        else:
            return False


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
