"""Where a run's tables become the engine's boards again."""

from wavepool.domains.programmes.tables.boards import AgencyFrame, Board, read_board
from wavepool.domains.programmes.tables.counting import (
    Counter,
    MonthCount,
    counters_of,
    month_counters,
)
from wavepool.domains.programmes.tables.trainees import mark_trainees

__all__ = [
    "AgencyFrame",
    "Board",
    "Counter",
    "MonthCount",
    "counters_of",
    "mark_trainees",
    "month_counters",
    "read_board",
]
