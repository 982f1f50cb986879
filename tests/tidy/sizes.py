"""Sizes as a ratchet: what is too large may only shrink, and nothing joins it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from tidy.project_files import Finding

FUNCTION_LINES = 60
FILE_LINES = 400
BASELINE = Path(__file__).with_name("sizes_baseline.json")


def read_baseline(text: str) -> dict[str, int]:
    """Saved sizes of what was too large: {"path::function": lines}."""
    return dict(json.loads(text))


def too_large(text: str, place: str) -> dict[str, int]:
    """Functions and the file itself past their limits, with their sizes in lines."""
    sizes = {
        f"{place}::{name}": lines for name, lines in _functions(ast.parse(text, filename=place))
    }
    found = {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES}
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > FILE_LINES:
        found[place] = lines
    return found


def hold(sizes: dict[str, int], baseline: dict[str, int]) -> list[Finding]:
    """Compare what is too large with what was saved; the saved sizes must be exact."""
    found = []
    for name in sorted(sizes.keys() | baseline.keys()):
        size, saved = sizes.get(name, 0), baseline.get(name, 0)
        if saved == 0:
            limit = FUNCTION_LINES if "::" in name else FILE_LINES
            found.append(Finding(name, 1, f"{size} lines, at most {limit}"))
        elif size > saved:
            found.append(Finding(name, 1, f"grew from {saved} to {size} lines"))
        elif size < saved:
            found.append(Finding(name, 1, f"shrank to {size} lines: lower the baseline"))
    return found


def grown(baseline: dict[str, int], earlier: dict[str, int]) -> list[str]:
    """Entries of a baseline that an earlier one did not have, or had smaller."""
    return sorted(name for name, lines in baseline.items() if lines > earlier.get(name, 0))


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{prefix}{node.name}", node.end_lineno - node.lineno + 1
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from _functions(node, f"{prefix}{node.name}." if named else prefix)
