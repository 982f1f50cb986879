"""Counting a day's board: facts in, figures out; one SQL file a family of metrics."""

from wavepool.domains.insights.operations.board.counting import (
    REACH_MS,
    Counted,
    CreatorRow,
    Figure,
    count_board,
    mark_days,
)
from wavepool.domains.insights.operations.board.facts import Facts
from wavepool.domains.insights.operations.board.spans import Span, reach_of, spans_of

__all__ = [
    "REACH_MS",
    "Counted",
    "CreatorRow",
    "Facts",
    "Figure",
    "Span",
    "count_board",
    "mark_days",
    "reach_of",
    "spans_of",
]
