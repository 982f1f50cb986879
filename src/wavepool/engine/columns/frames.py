"""Tables that are in memory already: Arrow, pandas, Polars, DuckDB relations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import Any

import duckdb
import pyarrow as pa

from wavepool.engine.columns.contract import ColumnsError
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.files import stored_type


class FrameKind(StrEnum):
    """The library that a frame comes from; what is none of the others counts as Arrow."""

    ARROW = "pyarrow"
    PANDAS = "pandas"
    POLARS = "polars"
    DUCKDB = "duckdb"


class UnknownFrame(ColumnsError):
    """An object cannot be read as a table."""

    def __init__(self, table: str, found: str, fix: str) -> None:
        super().__init__(f"table {table}: {found}; {fix}")
        self.table = table
        self.found = found
        self.fix = fix


def arrow_tables(frames: Mapping[str, Any]) -> dict[str, pa.Table]:
    """Read frames by the names of the contract, each as `arrow_table` does; None is left out.

    Raises:
        UnknownFrame: a name is no table of the contract, or an object is no table.
    """
    for name in sorted(frames.keys() - CONTRACTS.keys()):
        raise UnknownFrame(name, "no such table", f"use one of {', '.join(CONTRACTS)}")
    return {name: arrow_table(name, frame) for name, frame in frames.items() if frame is not None}


def arrow_table(table: str, frame: Any) -> pa.Table:
    """Read any frame that knows how to hand out Arrow data.

    Takes what has `to_arrow_table()` (DuckDB) or `__arrow_c_stream__` (Arrow,
    pandas, Polars and others); the libraries themselves are never imported.
    Dictionaries become their values.

    Raises:
        UnknownFrame: the object offers neither, or its columns have no Arrow type.
    """
    try:
        if isinstance(frame, pa.Table):
            rows = frame
        elif hasattr(frame, "to_arrow_table"):
            rows = frame.to_arrow_table()
        elif hasattr(frame, "__arrow_c_stream__"):
            rows = pa.RecordBatchReader.from_stream(frame).read_all()
        else:
            raise UnknownFrame(
                table, f"a {type(frame).__name__}", "give an Arrow, pandas, Polars or DuckDB table"
            )
    except (pa.ArrowException, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise UnknownFrame(table, reason, "give every column one type") from error
    return _plain(rows)


def frame_kind(frame: Any) -> FrameKind:
    """Tell a frame's library from its class or the classes it descends from.

    >>> str(frame_kind(pa.table({"line_id": [1]})))
    'pyarrow'
    """
    roots = {each.__module__.partition(".")[0].lstrip("_") for each in type(frame).__mro__}
    for kind in (FrameKind.PANDAS, FrameKind.POLARS, FrameKind.DUCKDB):
        if kind in roots:
            return kind
    return FrameKind.ARROW


def frame_of(rows: pa.Table, kind: FrameKind) -> Any:
    """Turn an Arrow table into a frame of another library, value for value.

    pandas gets its nullable types (Int64, boolean), because a plain column with
    an empty value would make floats of whole numbers. A DuckDB relation belongs
    to DuckDB's default connection. The library must be installed, as it is
    wherever a frame of it was given.
    """
    if kind is FrameKind.PANDAS:
        pandas = import_module("pandas")

        def exact(stored: pa.DataType) -> Any:
            if pa.types.is_integer(stored):
                return pandas.Int64Dtype()
            return pandas.BooleanDtype() if pa.types.is_boolean(stored) else None

        return rows.to_pandas(types_mapper=exact)
    if kind is FrameKind.POLARS:
        return import_module("polars").from_arrow(rows)
    return duckdb.from_arrow(rows) if kind is FrameKind.DUCKDB else rows


def _plain(rows: pa.Table) -> pa.Table:
    return pa.table({name: _decoded(rows.column(name)) for name in rows.column_names})


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    plain = stored_type(column.type)
    if plain == column.type:
        return column
    if not pa.types.is_dictionary(column.type):
        return column.cast(plain)
    # The values first: some libraries keep them in a text variant that cannot be decoded.
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(plain)).cast(plain)
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, plain)
