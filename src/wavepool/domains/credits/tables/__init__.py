"""Where facts become a season's files, and a run's files become tables again."""

from wavepool.domains.credits.tables.crediting import (
    credited_rows,
    line_table,
    moment,
    receipt_of,
)
from wavepool.domains.credits.tables.reading import TableNotFound, read_table, table_names
from wavepool.domains.credits.tables.season_files import write_season
from wavepool.domains.credits.tables.shaping import SourceMisshapen, empty, shaped

__all__ = [
    "SourceMisshapen",
    "TableNotFound",
    "credited_rows",
    "empty",
    "line_table",
    "moment",
    "read_table",
    "receipt_of",
    "shaped",
    "table_names",
    "write_season",
]
