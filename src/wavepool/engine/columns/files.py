"""Finding and reading the files of a season folder."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from wavepool.engine.columns.contract import ColumnsError

ROW_NO = "__row_no"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableFile(ColumnsError):
    """A file is truncated, damaged or not of the kind that its name says."""

    def __init__(self, table: str, path: Path, found: str, fix: str) -> None:
        super().__init__(f"table {table}: cannot read {path}: {found}; {fix}")
        self.table = table
        self.path = path
        self.found = found
        self.fix = fix


class AmbiguousTable(ColumnsError):
    """More than one file claims to be a table."""

    def __init__(self, table: str, paths: Sequence[Path]) -> None:
        names = ", ".join(path.name for path in paths)
        super().__init__(f"table {table}: found {names}; keep one of them")
        self.table = table
        self.paths = tuple(paths)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a table: Parquet files of one schema, or one CSV file."""

    paths: tuple[Path, ...]
    is_csv: bool


def find_table(folder: Path, stem: str, *, table: str) -> Found | None:
    """Find STEM.parquet, a folder STEM/ of Parquet files at any depth, or STEM.csv.

    Raises:
        AmbiguousTable: more than one of them exists.
        UnreadableFile: the folder holds no Parquet file.
    """
    places = [folder / f"{stem}.parquet", folder / stem, folder / f"{stem}.csv"]
    present = [path for path in places if path.exists()]
    if len(present) > 1:
        raise AmbiguousTable(table, present)
    if not present:
        return None
    place = present[0]
    if place.suffix == ".csv" and place.is_file():
        return Found((place,), is_csv=True)
    if place.is_file():
        return Found((place,), is_csv=False)
    paths = tuple(sorted(path for path in place.rglob("*.parquet") if _is_data(path, place)))
    if not paths:
        raise UnreadableFile(table, place, "no .parquet file inside", "put at least one there")
    return Found(paths, is_csv=False)


def _is_data(path: Path, place: Path) -> bool:
    parts = path.relative_to(place).parts
    return path.is_file() and not any(part.startswith(("_", ".")) for part in parts)


def parquet_types(table: str, paths: Sequence[Path]) -> dict[str, pa.DataType]:
    """Column names and types of Parquet files, read from their footers.

    Raises:
        UnreadableFile: a footer is missing or damaged (a truncated file), or the
            files do not have the same columns and types in the same order.
    """
    first: list[tuple[str, pa.DataType]] = []
    for path in paths:
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise UnreadableFile(table, path, reason, "export the file again") from error
        fields = [(field.name, stored_type(field.type)) for field in schema]
        if not first:
            first = fields
        if fields != first:
            differ = sorted({name for name, _ in set(fields) ^ set(first)})
            raise UnreadableFile(
                table,
                path,
                f"not the columns of {paths[0].name}: {', '.join(differ) or 'another order'}",
                "write all files of a table with one schema",
            )
    return dict(first)


def stored_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values, with dictionaries and text variants seen through."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return kind


def read_csv(table: str, path: Path, *, encoding: str = "") -> pa.Table:
    """Read a small CSV file whole, every column as text, empty fields as null.

    The encoding is the one given, or that of the byte order mark, or UTF-8, or
    else GB18030 (which includes GBK and GB2312). The first line names the
    columns; blanks around names are dropped.

    Raises:
        UnreadableFile: no encoding fits, a line has too many or too few fields,
            two columns have one name, or the file has no header.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(table, path, str(error), "check that it may be read") from error
    text = _decoded(table, path, content, encoding)
    names = _header(table, path, text)
    try:
        rows = pacsv.read_csv(
            io.BytesIO(text.encode("utf-8")),
            read_options=pacsv.ReadOptions(column_names=names, skip_rows_after_names=1),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowException as error:
        reason = str(error).splitlines()[0]
        raise UnreadableFile(table, path, reason, "make every line as long as the first") from error
    return rows


def _header(table: str, path: Path, text: str) -> list[str]:
    names = [name.strip() for name in next(csv.reader(io.StringIO(text, newline="")), [])]
    if not names:
        raise UnreadableFile(table, path, "no header", "name the columns in the first line")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UnreadableFile(
            table, path, f"two columns named {', '.join(repeated)}", "give each its own name"
        )
    return names


def _decoded(table: str, path: Path, content: bytes, encoding: str) -> str:
    marked = [name for mark, name in _MARKS if content.startswith(mark)]
    tries = [encoding] if encoding else marked or ["utf-8", "gb18030"]
    for name in tries:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise UnreadableFile(table, path, f"unknown encoding {name}", "name another") from error
    raise UnreadableFile(
        table, path, f"not text in {' or '.join(tries)}", "save it as UTF-8 or name its encoding"
    )
