"""Writes of scores."""

from wavepool.domains.scores.operations.chunks import (
    Checkpoint,
    count_rows,
    nothing_more,
    write_in_chunks,
)
from wavepool.domains.scores.operations.taking import MonthNotInRun, open_draft, take_in_draft

__all__ = [
    "Checkpoint",
    "MonthNotInRun",
    "count_rows",
    "nothing_more",
    "open_draft",
    "take_in_draft",
    "write_in_chunks",
]
