"""The report: rows with targets, side tables and notes, written anew after every addition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure beside its peer; `is_met` is None where no target was set."""

    name: str
    ours: str
    peer: str = "–"
    ratio: str = "–"
    target: str = "–"
    is_met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The row as texts for a table."""
        met = {True: "met", False: "**short**", None: "–"}[self.is_met]
        return (self.name, self.ours, self.peer, self.ratio, self.target, met)


@dataclass
class Section:
    """A part of the report: what is measured, its rows, then tables and notes."""

    title: str
    intro: str
    rows: list[Row] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


HOW_TO_READ = (
    "[README.md](README.md) says what each figure means. Ratios are taken within this run; "
    "absolute figures belong to the machine below."
)
HEAD = ("figure", "ours", "peer", "ratio", "target", "met")


class Report:
    """The report of one run; every addition is on disk at once."""

    def __init__(self, path: Path, *, facts: Sequence[tuple[str, str]], call: str) -> None:
        self.path = path
        self.facts = facts
        self.call = call
        self.sections: list[Section] = []

    def begin(self, title: str, intro: str) -> None:
        """Start a section."""
        self.sections.append(Section(title, intro))
        self.write()

    def add(self, row: Row) -> None:
        """Add a figure to the section at hand."""
        self.sections[-1].rows.append(row)
        print("  " + "  |  ".join(row.cells()), flush=True)
        self.write()

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Add a side table to the section at hand."""
        self.sections[-1].blocks.append(f"**{title}**\n\n{markdown_table(head, rows)}")
        self.write()

    def note(self, text: str) -> None:
        """Add a paragraph to the section at hand."""
        self.sections[-1].blocks.append(text)
        print(f"  {text}", flush=True)
        self.write()

    def short(self) -> list[tuple[str, Row]]:
        """The figures that fell short of their targets."""
        return [
            (section.title, row)
            for section in self.sections
            for row in section.rows
            if row.is_met is False
        ]

    def write(self) -> None:
        """Write the whole report as it stands."""
        partial = self.path.with_name(self.path.name + ".part")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(self.text(), encoding="utf-8")
        partial.replace(self.path)

    def text(self) -> str:
        """The report in Markdown."""
        parts = [
            "# Results\n",
            f"Written by `{self.call}`; edits are lost. {HOW_TO_READ}\n",
            markdown_table(("machine", ""), self.facts),
            "## Short of target\n",
            self._short_text(),
        ]
        for section in self.sections:
            parts.append(f"## {section.title}\n")
            parts.append(f"{section.intro}\n")
            if section.rows:
                parts.append(markdown_table(HEAD, [row.cells() for row in section.rows]))
            parts.extend(f"{block.rstrip()}\n" for block in section.blocks)
        return "\n".join(parts)

    def _short_text(self) -> str:
        short = self.short()
        if not short:
            return "None of the figures so far.\n"
        lines = [
            f"- {title}: {row.name}: {row.ours}, ratio {row.ratio}; target {row.target}"
            for title, row in short
        ]
        return "\n".join(lines) + "\n"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table.

    >>> print(markdown_table(("a", "b"), [(1, 2)]))
    | a | b |
    |---|---|
    | 1 | 2 |
    <BLANKLINE>
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def seconds(value: float) -> str:
    """Seconds with the digits that mean something.

    >>> seconds(0.0123), seconds(1.234), seconds(123.4)
    ('0.012 s', '1.23 s', '123 s')
    """
    if value >= 100:
        return f"{value:.0f} s"
    return f"{value:.2f} s" if value >= 1 else f"{value:.3f} s"


def times(ours: float, peer: float) -> str:
    """Ours over the peer's, as a ratio.

    >>> times(3, 2), times(30, 2), times(1, 4)
    ('1.50×', '15.0×', '0.25×')
    """
    if peer <= 0:
        return "–"
    ratio = ours / peer
    return f"{ratio:.1f}×" if ratio >= 10 else f"{ratio:.2f}×"


def count(value: int) -> str:
    """A count with its thousands apart.

    >>> count(1000000)
    '1,000,000'
    """
    return f"{value:,}"
