"""The system page: every row that says "works" must name a test that exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

STATES = ("works", "partly", "not yet")
_NODE = re.compile(r"(?:\.\./)*(tests/[\w./-]+)((?:::\w+)*)")


def rows(text: str) -> Iterator[dict[str, str]]:
    """Rows of the page's tables that have a state, by the lower-case names of their columns."""
    header: list[str] = []
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            header = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not header:
            header = [cell.lower() for cell in cells]
        elif "state" in header and not set("".join(cells)) <= set(":-"):
            yield dict(zip(header, cells, strict=False))


def broken_rows(text: str, *, root: Path) -> list[str]:
    """Rows whose state is none of ours, or that say "works" and name no living test."""
    broken = []
    for row in rows(text):
        name = next(iter(row.values()))
        state = row.get("state", "").strip("*_` ").lower()
        if not state.startswith(STATES):
            broken.append(f"{name}: state {state!r} is none of {', '.join(STATES)}")
        elif state.startswith("works") and not _names_a_test(row.get("test", ""), root):
            broken.append(f"{name}: says works and names no test that exists")
    return broken


def _names_a_test(cell: str, root: Path) -> bool:
    """Whether a cell names at least one test, and every one it names exists."""
    nodes = {(path, parts) for path, parts in _NODE.findall(cell)}
    return bool(nodes) and all(_exists(root / path, parts) for path, parts in nodes)


def _exists(path: Path, parts: str) -> bool:
    if not path.exists() or (parts and not path.is_file()):
        return False
    scope: ast.AST = ast.parse(path.read_text(encoding="utf-8")) if parts else ast.Module([], [])
    for name in filter(None, parts.split("::")):
        inside = {
            node.name: node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        if name not in inside:
            return False
        scope = inside[name]
    return True
