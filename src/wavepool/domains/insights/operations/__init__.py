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
    build_board,
    find_late_days,
)
from wavepool.domains.insights.operations.nightly import BUILD_BOARD, build_in_turn
from wavepool.domains.insights.operations.reading import (
    FactReader,
    read_facts,
)

__all__ = [
    "BUILD_BOARD",
    "LATE_WINDOWS",
    "Counted",
    "CreatorRow",
    "DayNotOver",
    "FactReader",
    "Facts",
    "Figure",
    "build_board",
    "build_in_turn",
    "count_board",
    "find_late_days",
    "mark_days",
    "read_facts",
]
