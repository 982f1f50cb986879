"""Relations on DuckDB, in this process, with its memory bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.engine.relations.session import (
    DiskFull,
    NumberTooLarge,
    UnknownRelation,
    UnreadableParquet,
)

_TYPES = {"BIGINT": "bigint", "VARCHAR": "text", "BOOLEAN": "boolean"}
ROW_GROUP_ROWS = 122_880
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class DuckRelations:
    """Relations in one DuckDB database in a scratch folder; the folder is the spill place."""

    dialect = "duckdb"

    def __init__(self, *, scratch: Path, threads: int, memory_mb: int) -> None:
        self.scratch = scratch
        self._held: dict[str, pa.Table] = {}
        self._made: dict[str, str] = {}
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"set threads = {int(threads)}")
        self.connection.execute(f"set memory_limit = '{int(memory_mb)}MB'")
        self.connection.execute(f"set temp_directory = {_quoted(scratch / 'spill')}")
        self.connection.execute("set preserve_insertion_order = false")
        self.connection.execute("set TimeZone = 'UTC'")
        hide_progress(self.connection)

    def scan(self, name: str, paths: Sequence[Path]) -> None:
        for path in paths:
            _probe(path)
        files = ", ".join(_quoted(_without_wildcards(path)) for path in paths)
        self._replace(name, "view", f"select * from read_parquet([{files}])")

    def put(self, name: str, table: pa.Table) -> None:
        self.drop(name)
        self._held[name] = table
        self.connection.register(name, table)
        self._made[name] = "held"

    def view(self, name: str, sql: str) -> None:
        self._replace(name, "view", sql)

    def table(self, name: str, sql: str) -> None:
        self._replace(name, "table", sql)

    def fetch(self, sql: str) -> pa.Table:
        with _named_faults():
            return self.connection.sql(sql).to_arrow_table()

    def save(self, name: str, path: Path, *, order_by: str = "") -> int:
        if name not in self._made:
            raise UnknownRelation(name)
        order = f" order by {order_by}" if order_by else ""
        partial = path.with_name(path.name + ".part")
        with _named_faults():
            self.connection.execute(
                f"copy (select * from {name}{order}) to {_quoted(partial)} "
                f"(format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS})"
            )
        rows = int(pq.read_metadata(partial).num_rows)
        partial.replace(path)
        return rows

    def drop(self, name: str) -> None:
        kind = self._made.pop(name, None)
        if kind == "held":
            self.connection.unregister(name)
            del self._held[name]
        elif kind is not None:
            self.connection.execute(f"drop {kind} if exists {name}")

    def columns(self, name: str) -> dict[str, str]:
        rows = self.connection.execute(f"describe {name}").fetchall()
        return {str(row[0]): _TYPES.get(str(row[1]), str(row[1]).lower()) for row in rows}

    def close(self) -> None:
        self.connection.close()

    def _replace(self, name: str, kind: str, sql: str) -> None:
        fresh = f"{name}__next"
        with _named_faults():
            self.connection.execute(f"create {kind} {fresh} as {sql}")
        self.drop(name)
        self.connection.execute(f"alter {kind} {fresh} rename to {name}")
        self._made[name] = kind


@contextmanager
def _named_faults() -> Iterator[None]:
    """Give names to what DuckDB raises for numbers beyond 64 bits and for a full disk."""
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        reason = str(error).splitlines()[0]
        if "verflow" in reason or "out of range" in reason:
            raise NumberTooLarge(reason) from error
        raise
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        if any(sign in reason for sign in _FULL):
            raise DiskFull(reason) from error
        raise


def hide_progress(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the progress bar off standard output, which belongs to data.

    A notebook without widgets has no bar and refuses the setting itself, so a
    bar that is off is left alone.
    """
    if connection.execute("select current_setting('enable_progress_bar')").fetchall()[0][0]:
        connection.execute("set enable_progress_bar = false")


def _probe(path: Path) -> None:
    try:
        pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableParquet(path, str(error).splitlines()[0]) from error


def _without_wildcards(path: Path) -> str:
    # A folder may be called "[1]": read as a pattern it would match folder 1 beside it.
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
