"""Tables that are in memory already: Arrow, pandas, Polars, DuckDB relations."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from wavepool.engine.columns.contract import ColumnsError
from wavepool.engine.columns.files import stored_type


class UnknownFrame(ColumnsError):
    """An object cannot be read as a table."""

    def __init__(self, table: str, found: str, fix: str) -> None:
        super().__init__(f"table {table}: {found}; {fix}")
        self.table = table
        self.found = found
        self.fix = fix


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
