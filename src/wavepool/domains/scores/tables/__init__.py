"""A run's tables, and the rows of a draft that are made of them."""

from wavepool.domains.scores.tables.figures import (
    PEERS_MIN,
    Names,
    Part,
    PieceFacts,
    draft_parts,
    median,
    terms_of,
)
from wavepool.domains.scores.tables.runs import FolderTables, RunTables

__all__ = [
    "PEERS_MIN",
    "FolderTables",
    "Names",
    "Part",
    "PieceFacts",
    "RunTables",
    "draft_parts",
    "median",
    "terms_of",
]
