"""A run's tables, and the rows of a draft that are made of them."""

from wavepool.domains.scores.tables.figures import (
    NAMES,
    PEERS_MIN,
    PieceFacts,
    draft_parts,
    terms_of,
)
from wavepool.domains.scores.tables.runs import FolderTables, RunTables
from wavepool.domains.scores.tables.workbench import Part, Workbench

__all__ = [
    "NAMES",
    "PEERS_MIN",
    "FolderTables",
    "Part",
    "PieceFacts",
    "RunTables",
    "Workbench",
    "draft_parts",
    "terms_of",
]
