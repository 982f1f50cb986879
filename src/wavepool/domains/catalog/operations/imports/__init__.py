"""Files in: staged and judged, then applied or discarded; no row is ever lost."""

from wavepool.domains.catalog.operations.imports.deciding import (
    ImportDecided,
    apply_import,
    discard_import,
)
from wavepool.domains.catalog.operations.imports.exporting import export_file, wrong_rows_file
from wavepool.domains.catalog.operations.imports.staging import ColumnsMissing, stage_file

__all__ = [
    "ColumnsMissing",
    "ImportDecided",
    "apply_import",
    "discard_import",
    "export_file",
    "stage_file",
    "wrong_rows_file",
]
