"""Where words go: data to stdout, notices and progress to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from wavepool.engine.money import format_minor

WIDTH = 100
Say = Callable[[str], None]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def page() -> Console:
    """Open stdout for tables and prose, at most 100 columns wide; NO_COLOR is honoured."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def margin() -> Console:
    """Open stderr, for everything that is not data."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        # A log line is not folded.
        console.soft_wrap = True
    return console


def print_json(document: object) -> None:
    """Print one JSON document on stdout; UTF-8, keys in the given order."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    # A full disk is found here, not while the process ends.
    sys.stdout.flush()


def notice(text: str) -> None:
    """Say something on stderr, as it stands: brackets are no markup."""
    margin().print(text, markup=False)


@contextmanager
def progress() -> Iterator[Say]:
    """Show each step on stderr: one living line on a terminal, else a line per step."""
    console = margin()
    if not console.is_terminal:
        yield notice
        return
    with console.status("") as status:
        yield lambda text: status.update(f"[dim]{text}[/dim]")


def yuan(amount_minor: int, currency: str = "CNY") -> str:
    """Write an amount with separators of thousands, exact to the minor unit.

    >>> yuan(-123456789)
    '-1,234,567.89'
    """
    sign = "-" if amount_minor < 0 else ""
    whole, point, rest = format_minor(abs(amount_minor), currency).partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def micro_yuan(amount_micro: int, currency: str = "CNY") -> str:
    """Write millionths of a minor unit exactly, without zeros at the end of the last part.

    >>> micro_yuan(1234_500000), micro_yuan(100_000000)
    ('12.345', '1.00')
    """
    minor, micro = divmod(abs(amount_micro), 1_000_000)
    sign = "-" if amount_micro < 0 else ""
    digits = f"{micro:06d}".rstrip("0")
    point = "." if digits and "." not in format_minor(minor, currency) else ""
    return f"{sign}{yuan(minor, currency)}{point}{digits}"


def grid(title: str, columns: Sequence[str]) -> Table:
    """Start a calm table; a column whose heading begins with `>` holds numbers."""
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        header_style="dim",
        padding=(0, 2, 0, 0),
        min_width=cell_len(title),
    )
    for column in columns:
        is_number = column.startswith(">")
        table.add_column(column.lstrip(">"), justify="right" if is_number else "left")
    return table


def plain(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make rows of a small table fit for JSON: bytes and dates become text."""
    return json.loads(json.dumps(rows, default=str, ensure_ascii=False))  # type: ignore[no-any-return]
