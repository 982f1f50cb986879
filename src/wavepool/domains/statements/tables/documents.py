"""A statement on paper: rows become a PDF, page by page, in the reader's language.

Latin text stands in Helvetica; where a text has other signs, in STSong-Light, a font that every
reader of PDF has for Chinese, so nothing is embedded and no font is needed on this machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_LATIN: Final = "Helvetica"
_BOLD: Final = "Helvetica-Bold"
_CHINESE: Final = "STSong-Light"
_WIDTH, _HEIGHT = A4
_LEFT: Final = 42.0
_RIGHT: Final = _WIDTH - 42.0
_TOP: Final = _HEIGHT - 52.0
_BOTTOM: Final = 52.0
_LEADING: Final = 14.0
_INK: Final = HexColor("#1a2029")
_MUTED: Final = HexColor("#566070")
_RULE: Final = HexColor("#cdd3db")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the lines: its head, where it begins or, for figures, ends, and its width."""

    head: str
    x: float
    width: float
    is_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything that stands on a statement before its lines.

    Attributes:
        title: what it is.
        facts: names and values below the title.
        bridges: tables of steps, each with its own title.
        columns: of the lines; the last one is the amount.
        total: the words of the sum and the sum of the visible lines.
        notes: sentences at the end.
        page: how a page is numbered, with `%(page)s`.
    """

    title: str
    facts: Sequence[Pair]
    bridges: Sequence[tuple[str, Sequence[Pair]]]
    lines_title: str
    columns: Sequence[Column]
    total: Pair
    notes: Sequence[str] = field(default=())
    page: str = "%(page)s"


def statement_pdf(paper: Paper, lines: Iterable[Sequence[str]]) -> bytes:
    """Write a statement as a PDF.

    Args:
        paper: what stands around the lines.
        lines: one row of texts for each line, as many as there are columns; read once, in order.

    Returns:
        The file. Its size and the time that it takes grow with the lines and with nothing else.
    """
    if _CHINESE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    sink = io.BytesIO()
    sheet = _Sheet(sink, paper)
    sheet.head()
    for title, steps in paper.bridges:
        sheet.table(title, steps)
    sheet.begin_lines()
    for row in lines:
        sheet.line(row)
    sheet.end()
    return sink.getvalue()


class _Sheet:
    """A pen that goes down a page and begins the next one when it is full."""

    def __init__(self, sink: io.BytesIO, paper: Paper) -> None:
        self.paper = paper
        self.canvas = Canvas(sink, pagesize=A4, pageCompression=1)
        self.canvas.setTitle(paper.title)
        self.y = _TOP
        self.is_in_lines = False

    def head(self) -> None:
        """The title and what is known of the statement."""
        self._text(_LEFT, "wavepool", size=9, colour=_MUTED)
        self.y -= 24
        self._text(_LEFT, self.paper.title, size=18, is_bold=True)
        self.y -= 24
        for name, value in self.paper.facts:
            self._text(_LEFT, name, size=9, colour=_MUTED)
            self._text(_LEFT + 130, value, size=9)
            self._down()
        self.y -= 8

    def table(self, title: str, steps: Sequence[Pair]) -> None:
        """A bridge: names on the left, amounts on the right."""
        self._room(3 * _LEADING)
        self._text(_LEFT, title, size=11, is_bold=True)
        self._down()
        for name, amount in steps:
            self._room(_LEADING)
            self._text(_LEFT, name, size=9)
            self._text(_LEFT + 360, amount, size=9, is_figure=True)
            self._down()
        self.y -= 8

    def begin_lines(self) -> None:
        """The heads of the lines, again on every page."""
        self._room(4 * _LEADING)
        self._text(_LEFT, self.paper.lines_title, size=11, is_bold=True)
        self._down()
        self._heads()
        self.is_in_lines = True

    def line(self, row: Sequence[str]) -> None:
        """One line of the statement."""
        self._room(_LEADING)
        for column, text in zip(self.paper.columns, row, strict=True):
            self._text(column.x, text, size=8, is_figure=column.is_figure, width=column.width)
        self._down(12)

    def end(self) -> None:
        """The sum of the lines, the notes, the last page's number."""
        self.is_in_lines = False
        self._room(3 * _LEADING)
        self._rule()
        self._text(_LEFT, self.paper.total[0], size=9, is_bold=True)
        self._text(_RIGHT, self.paper.total[1], size=9, is_bold=True, is_figure=True)
        self._down(22)
        for note in self.paper.notes:
            for piece in _wrapped(note):
                self._room(_LEADING)
                self._text(_LEFT, piece, size=8, colour=_MUTED)
                self._down(12)
        self._foot()
        self.canvas.showPage()
        self.canvas.save()

    def _heads(self) -> None:
        for column in self.paper.columns:
            self._text(column.x, column.head, size=8, colour=_MUTED, is_figure=column.is_figure)
        self.y -= 4
        self._rule()

    def _rule(self) -> None:
        self.canvas.setStrokeColor(_RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(_LEFT, self.y, _RIGHT, self.y)
        self._down(12)

    def _room(self, height: float) -> None:
        if self.y - height >= _BOTTOM:
            return
        self._foot()
        self.canvas.showPage()
        self.y = _TOP
        if self.is_in_lines:
            self._heads()

    def _foot(self) -> None:
        text = self.paper.page % {"page": self.canvas.getPageNumber()}
        self.y = _BOTTOM - 20
        self._text(_LEFT, self.paper.title, size=8, colour=_MUTED)
        self._text(_RIGHT, text, size=8, colour=_MUTED, is_figure=True)

    def _down(self, height: float = _LEADING) -> None:
        self.y -= height

    def _text(
        self,
        x: float,
        text: str,
        *,
        size: float,
        colour: Color = _INK,
        is_bold: bool = False,
        is_figure: bool = False,
        width: float | None = None,
    ) -> None:
        font = _font_of(text, is_bold=is_bold)
        if width is not None:
            text = _cut(text, font=font, size=size, width=width)
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(colour)
        draw = self.canvas.drawRightString if is_figure else self.canvas.drawString
        draw(x, self.y, text)


def _font_of(text: str, *, is_bold: bool) -> str:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _CHINESE
    return _BOLD if is_bold else _LATIN


def _cut(text: str, *, font: str, size: float, width: float) -> str:
    """As much of a text as fits, with its end marked where something is missing."""
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}...", font, size) > width:
        text = text[:-1]
    return f"{text}..."


def _wrapped(text: str) -> list[str]:
    """A sentence in pieces that fit the page."""
    font = _font_of(text, is_bold=False)
    pieces, rest = [], text
    while pdfmetrics.stringWidth(rest, font, 8) > _RIGHT - _LEFT:
        end = len(rest)
        while pdfmetrics.stringWidth(rest[:end], font, 8) > _RIGHT - _LEFT:
            end -= 1
        end = rest.rfind(" ", 0, end) + 1 or end
        pieces.append(rest[:end].rstrip())
        rest = rest[end:]
    return [*pieces, rest]
