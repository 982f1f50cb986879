"""Read a table of texts from a file that somebody sent."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.sheets.writing import release_formula

SIZE_MAX: Final = 10 << 20
ROWS_MAX: Final = 20_000
COLUMNS_MAX: Final = 60
# What a file may become when it is unpacked.
_UNPACKED_MAX: Final = 200 << 20
_CELL_MAX: Final = 32_000
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


class SheetUnreadable(PlatformError):
    """The file is none of the kinds that can be read, or is damaged."""

    kind = "sheet_unreadable"
    status: ClassVar[int] = 422


class SheetTooLarge(PlatformError):
    """The file holds more than is read at once."""

    kind = "sheet_too_large"
    status: ClassVar[int] = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table as it was read: every value a text, "" where nothing stood.

    Attributes:
        columns: names as the file gave them, in lower case, without space around.
        rows: texts by column.
        read_as: what the file was taken for, e.g. "CSV, GB18030".
    """

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    read_as: str


def read_sheet(data: bytes, *, encoding: str = "") -> Sheet:
    """Read CSV, XLSX, Parquet or NDJSON, by what it is and not by its name.

    Args:
        data: the whole file.
        encoding: of a CSV, where its reader knows; else its mark, then UTF-8, then GB18030.

    Raises:
        SheetTooLarge: more bytes, rows or columns than are read at once.
        SheetUnreadable: it is none of these, or is damaged, or has no header.
    """
    if len(data) > SIZE_MAX:
        raise SheetTooLarge(_("The file is larger than 10 MB; split it."))
    if data.startswith(b"PAR1"):
        return _checked(*_parquet(data), "Parquet")
    if data.startswith(b"PK\x03\x04"):
        return _checked(*_xlsx(data), "XLSX")
    text, name = _decoded(data, encoding)
    if text.lstrip().startswith("{"):
        return _checked(*_ndjson(text), "NDJSON")
    return _checked(*_csv(text), f"CSV, {name}")


def _checked(columns: Sequence[Any], rows: Iterable[Sequence[Any]], read_as: str) -> Sheet:
    """Names made one form, values made texts, limits held."""
    names = tuple(_text(each).strip().lower() for each in columns)
    if not any(names) or len({*names}) < len(names):
        raise SheetUnreadable(_("The first row must name the columns, each once."))
    if len(names) > COLUMNS_MAX:
        raise SheetTooLarge(_("The file has more than 60 columns."))
    found: list[dict[str, str]] = []
    for row in rows:
        values = [_text(value) for value in row]
        if not any(values):
            continue
        if len(found) == ROWS_MAX:
            raise SheetTooLarge(_("The file has more than 20,000 rows; split it."))
        if any(len(value) > _CELL_MAX for value in values):
            raise SheetTooLarge(_("A cell of the file is too long."))
        padded = [*values, *[""] * (len(names) - len(values))]
        found.append(dict(zip(names, padded, strict=False)))
    return Sheet(columns=names, rows=tuple(found), read_as=read_as)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        if encoding:
            return data.decode(encoding), encoding.upper()
        for mark, codec, name in _MARKS:
            if data.startswith(mark):
                return data.decode(codec), name
        return _utf_8_or_chinese(data)
    except (UnicodeDecodeError, LookupError) as error:
        message = _("The file is neither UTF-8 nor GB18030; save it as one of them.")
        raise SheetUnreadable(message) from error


def _utf_8_or_chinese(data: bytes) -> tuple[str, str]:
    # Text in GB18030 is hardly ever valid UTF-8, the other way round nearly always.
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("gb18030"), "GB18030"


def _csv(text: str) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    if "\x00" in text:
        raise SheetUnreadable(_("This is no table that can be read."))
    header = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        read = list(rows)
    except csv.Error as error:
        message = _("Row %(number)s cannot be read.") % {"number": rows.line_num}
        raise SheetUnreadable(message) from error
    released = ([release_formula(value) for value in row] for row in read[1:])
    return (read[0] if read else ()), released


def _ndjson(text: str) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    records = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            message = _("Row %(number)s cannot be read.") % {"number": number}
            raise SheetUnreadable(message) from error
        if not isinstance(record, dict):
            raise SheetUnreadable(_("Row %(number)s cannot be read.") % {"number": number})
        records.append(record)
    columns = tuple(dict.fromkeys(name for record in records for name in record))
    return columns, ([record.get(name) for name in columns] for record in records)


def _xlsx(data: bytes) -> tuple[Sequence[Any], Iterable[Sequence[Any]]]:
    def read() -> list[tuple[Any, ...]]:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _UNPACKED_MAX:
                raise SheetTooLarge(_("The file is too large when it is unpacked."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            return list(sheet.iter_rows(values_only=True, max_row=ROWS_MAX + 2))
        finally:
            book.close()

    rows = _or_unreadable(read)
    return (rows[0] if rows else ()), rows[1:]


def _parquet(data: bytes) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    def read() -> pa.Table:
        file = pq.ParquetFile(io.BytesIO(data))
        groups = (file.metadata.row_group(n) for n in range(file.metadata.num_row_groups))
        if sum(group.total_byte_size for group in groups) > _UNPACKED_MAX:
            raise SheetTooLarge(_("The file is too large when it is unpacked."))
        if file.metadata.num_rows > ROWS_MAX:
            raise SheetTooLarge(_("The file has more than 20,000 rows; split it."))
        return file.read()

    table = _or_unreadable(read)
    return table.column_names, zip(*(column.to_pylist() for column in table.columns), strict=True)


def _or_unreadable(read: Callable[[], Any]) -> Any:
    """Read, or say that the file is damaged, whatever the library stumbles over."""
    try:
        return read()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        pa.ArrowException,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        SyntaxError,  # of its XML
        TypeError,
        ValueError,
    ) as error:
        raise SheetUnreadable(_("The file is damaged.")) from error
