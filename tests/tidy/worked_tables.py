"""Worked tables of the docs, executed.

A table is run when an HTML comment stands right above it:

    <!-- run: worked_examples.order_line:cut -->
    | paid_minor | rate_ppm | note     | → commission_minor |
    |-----------:|---------:|----------|-------------------:|
    |     10 000 |   50 000 | 5% of it |                500 |

- A plain column is an argument of the function, by its name; `in.` before it is
  allowed. An empty cell leaves the argument out.
- A column that begins with `→` is an expectation. With one such column the whole
  result is compared, or its field of that name; with several, the fields by name
  (mapping or attributes), or by position when the result is a tuple.
- A column named `note` is for the reader.
- Cells: whole numbers (`1000`, `1 000`, `1,000`, `1_000`, `−5`), `true`, `false`,
  `—` for None, Python literals in brackets or quotes, else text. Backticks are dropped.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tidy.pages import without_fences

_TABLE = re.compile(
    r"^<!--\s*run:\s*(?P<target>\S+?)\s*-->[ \t]*\n(?P<table>(?:^[ \t]*\|[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
_WHOLE = re.compile(r"[-−]?\d{1,3}(?:[ ,_\u00a0\u2009\u202f]\d{3})+|[-−]?\d+")
_WORDS = {"true": True, "false": False, "True": True, "False": False, "—": None, "None": None}
ARROW = "→"


class TableMisread(Exception):
    """A worked table that cannot be run as it is written."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


@dataclass(frozen=True)
class WorkedRow:
    """One row: what goes in, what must come out."""

    line: int
    target: str
    inputs: Mapping[str, object]
    expected: Mapping[str, object]


def worked_rows(text: str) -> Iterator[WorkedRow]:
    """Rows of every table of a page that asks to be run.

    Raises:
        TableMisread: no table below the comment, no row, no expectation, or a ragged row.
    """
    for found in _TABLE.finditer(without_fences(text)):
        first = text.count("\n", 0, found.start("table")) + 1
        lines = found.group("table").splitlines()
        if len(lines) < len(("header", "ruler", "row")):
            raise TableMisread(first, "no table with a row stands right below `run:`")
        names = [cell.strip("`") for cell in _cells(lines[0])]
        if not any(name.startswith(ARROW) for name in names):
            raise TableMisread(first, f"no column begins with {ARROW}")
        for offset, line in enumerate(lines[2:], 2):
            cells = _cells(line)
            if len(cells) != len(names):
                raise TableMisread(first + offset, f"{len(cells)} cells for {len(names)} columns")
            row = dict(zip(names, cells, strict=True))
            yield WorkedRow(
                line=first + offset,
                target=found.group("target"),
                inputs={
                    name.removeprefix("in."): parse_cell(cell)
                    for name, cell in row.items()
                    if not name.startswith(ARROW) and name != "note" and cell
                },
                expected={
                    name.removeprefix(ARROW).strip(" `"): parse_cell(cell)
                    for name, cell in row.items()
                    if name.startswith(ARROW)
                },
            )


def parse_cell(cell: str) -> object:
    """Read one cell.

    >>> parse_cell("1 000"), parse_cell("−5"), parse_cell("`2026-01`"), parse_cell("(34, 33)")
    (1000, -5, '2026-01', (34, 33))
    """
    bare = cell.strip().strip("`")
    if _WHOLE.fullmatch(bare):
        return int(re.sub(r"[^\d-]", "", bare.replace("−", "-")))
    if bare in _WORDS:
        return _WORDS[bare]
    if bare[:1] in {"(", "[", "{", "'", '"'}:
        return ast.literal_eval(bare)
    return bare


def run_row(row: WorkedRow) -> list[str]:
    """Call the row's function and say what differs; empty when the row is true."""
    result = _function(row.target)(**row.inputs)
    differences = []
    for position, (name, expected) in enumerate(row.expected.items()):
        got = _field(result, name, position=position, of=len(row.expected))
        if _comparable(got) != _comparable(expected):
            differences.append(f"line {row.line}: {name} is {got!r}, the page says {expected!r}")
    return differences


def _function(target: str) -> Callable[..., object]:
    module, _, name = target.partition(":")
    function: Callable[..., object] = getattr(importlib.import_module(module), name)
    return function


def _field(result: object, name: str, *, position: int, of: int) -> object:
    if isinstance(result, Mapping) and name in result:
        return result[name]
    if hasattr(result, name) and not isinstance(result, int | str | tuple):
        return getattr(result, name)
    if isinstance(result, tuple) and hasattr(result, "_fields") and name in result._fields:
        return getattr(result, name)
    if of == 1:
        return result
    assert isinstance(result, Sequence), f"the result has no field {name}: {result!r}"
    assert len(result) == of, f"{of} expectations for {result!r}"
    return result[position]


def _comparable(value: object) -> object:
    """Lists and tuples of the same things are the same; a number is never its text."""
    return tuple(map(_comparable, value)) if isinstance(value, list | tuple) else value


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner)]
