"""Tables of a run as statements, and statements as files."""

from wavepool.domains.statements.tables.postings import (
    CORRECTIONS,
    HEADS,
    PostingTables,
    open_postings,
)
from wavepool.domains.statements.tables.run_tables import MonthTables, open_month

__all__ = [
    "CORRECTIONS",
    "HEADS",
    "MonthTables",
    "PostingTables",
    "open_month",
    "open_postings",
]
