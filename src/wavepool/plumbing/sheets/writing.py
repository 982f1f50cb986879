"""Write a table of texts to a file; reading it again gives the same texts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Format = Literal["csv", "xlsx", "parquet", "ndjson"]
Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "xlsx", "parquet", "ndjson")
ENCODINGS: Final[tuple[Encoding, ...]] = ("utf-8", "utf-8-sig", "gb18030")
CONTENT_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "ndjson": "application/x-ndjson",
}
# A spreadsheet runs a cell that begins so, and some run the wide forms too.
_RUNS: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def write_sheet(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    format: Format,  # noqa: A002  the word of everybody who exports a file
    encoding: Encoding = "utf-8",
) -> bytes:
    """Write rows of texts under a header.

    Args:
        columns: names, each once.
        rows: texts without control characters but line feeds and tabs.
        format: of the file.
        encoding: of a CSV; "utf-8-sig" begins with the mark that old spreadsheets look for.
    """
    if format == "csv":
        return _csv(columns, rows).encode(encoding)
    if format == "xlsx":
        return _xlsx(columns, rows)
    if format == "parquet":
        return _parquet(columns, rows)
    lines = (json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def guard_formula(text: str) -> str:
    """Keep a spreadsheet from running a text; `release_formula` gives it back.

    >>> guard_formula("=1+1"), guard_formula("'=1+1"), guard_formula("it's")
    ("'=1+1", "''=1+1", "it's")
    """
    return f"'{text}" if _RUNS.match(text) else text


def release_formula(text: str) -> str:
    """Take off what `guard_formula` put on.

    >>> release_formula("'=1+1"), release_formula("''=1+1"), release_formula("'tis")
    ('=1+1', "'=1+1", "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([guard_formula(value) for value in row] for row in rows)
    return buffer.getvalue()


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (columns, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"  # a text, also where it looks like a formula
            cells.append(cell)
        sheet.append(cells)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _parquet(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    texts = [list(each) for each in zip(*rows, strict=True)] or [[] for _ in columns]
    arrays = [pa.array(column, pa.string()) for column in texts]
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(columns)), sink)
    return sink.getvalue()
