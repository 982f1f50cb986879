"""Tables in files: CSV, XLSX, Parquet and NDJSON, in and out without loss."""

from wavepool.plumbing.sheets.reading import (
    ROWS_MAX,
    SIZE_MAX,
    Sheet,
    SheetTooLarge,
    SheetUnreadable,
    read_sheet,
)
from wavepool.plumbing.sheets.writing import (
    CONTENT_TYPES,
    ENCODINGS,
    FORMATS,
    Encoding,
    Format,
    guard_formula,
    release_formula,
    write_sheet,
)

__all__ = [
    "CONTENT_TYPES",
    "ENCODINGS",
    "FORMATS",
    "ROWS_MAX",
    "SIZE_MAX",
    "Encoding",
    "Format",
    "Sheet",
    "SheetTooLarge",
    "SheetUnreadable",
    "guard_formula",
    "read_sheet",
    "release_formula",
    "write_sheet",
]
