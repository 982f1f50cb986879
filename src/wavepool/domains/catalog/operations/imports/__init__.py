"""Files in: staged and judged, then applied or discarded; no row is ever lost."""

from wavepool.domains.catalog.operations.imports.deciding import (
    ImportDecided,
    apply_import,
    discard_import,
)
from wavepool.domains.catalog.operations.imports.exporting import export_file, wrong_rows_file
from wavepool.domains.catalog.operations.imports.later import (
    APPLY,
    ROWS_AT_ONCE,
    STAGE,
    apply_import_later,
    apply_in_chunks,
    receive_file,
    stage_in_chunks,
)
from wavepool.domains.catalog.operations.imports.staging import ColumnsMissing, stage_file

__all__ = [
    "APPLY",
    "ROWS_AT_ONCE",
    "STAGE",
    "ColumnsMissing",
    "ImportDecided",
    "apply_import",
    "apply_import_later",
    "apply_in_chunks",
    "discard_import",
    "export_file",
    "receive_file",
    "stage_file",
    "stage_in_chunks",
    "wrong_rows_file",
]
