"""A run's tables as rows, and as the engine's boards again."""

from wavepool.domains.programmes.tables.boards import AgencyFrame, Board, read_board
from wavepool.domains.programmes.tables.counting import (
    Counter,
    MonthCount,
    counters_of,
    month_counters,
)
from wavepool.domains.programmes.tables.runs import (
    FolderTables,
    Part,
    RunTables,
    budgets_table,
    day_of,
    month_of,
    take_parts,
)
from wavepool.domains.programmes.tables.trainees import mark_trainees

__all__ = [
    "AgencyFrame",
    "Board",
    "Counter",
    "FolderTables",
    "MonthCount",
    "Part",
    "RunTables",
    "budgets_table",
    "counters_of",
    "day_of",
    "mark_trainees",
    "month_counters",
    "month_of",
    "read_board",
    "take_parts",
]
