"""Deeds of insights: counting boards."""

from wavepool.domains.insights.operations.board import (
    Counted,
    CreatorRow,
    Facts,
    Figure,
    count_board,
    mark_days,
)
from wavepool.domains.insights.operations.building import (
    LATE_WINDOWS,
    DayNotOver,
    FactReader,
    build_board,
    find_late_days,
)

__all__ = [
    "LATE_WINDOWS",
    "Counted",
    "CreatorRow",
    "DayNotOver",
    "FactReader",
    "Facts",
    "Figure",
    "build_board",
    "count_board",
    "find_late_days",
    "mark_days",
]
