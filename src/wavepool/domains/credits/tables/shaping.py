"""A table of any domain in the exact columns, types and order of the engine's contract."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from wavepool.engine.columns import CONTRACTS, Column, Kind

#: Ids that the platform writes as text; every other id is a primary key.
_TEXT_FAMILIES: Final = frozenset({"channel", "plan", "link"})
_MS: Final = pa.timestamp("ms", tz="UTC")
_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.INT: pa.int64(),
    Kind.TIME: pa.int64(),
    Kind.FLAG: pa.bool_(),
}


class SourceMisshapen(TypeError):
    """A domain gave a table without a column that the engine's contract demands."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(f"the source of {table} lacks the column {column}")
        self.table = table
        self.column = column


def shaped(name: str, rows: pa.Table) -> pa.Table:
    """The rows in the contract's columns and types, sorted by its key, nothing else kept.

    So the same rows give the same bytes, whatever order a store read them in.

    Raises:
        SourceMisshapen: a column that may not be absent is absent.
    """
    contract = CONTRACTS[name]
    arrays = [_column(name, each, rows) for each in contract.columns]
    table = pa.table(arrays, names=[each.name for each in contract.columns])
    keys = (*contract.key, *(each.name for each in contract.columns))
    order = [(each, "ascending") for each in dict.fromkeys(keys)]
    return table.sort_by(order).combine_chunks()


def empty(name: str) -> pa.Table:
    """The contract's table without rows."""
    columns = CONTRACTS[name].columns
    return pa.schema([(each.name, type_of(each)) for each in columns]).empty_table()


def type_of(column: Column) -> pa.DataType:
    """The type in which the platform writes a column."""
    if column.kind is Kind.ID:
        return pa.string() if column.family in _TEXT_FAMILIES else pa.int64()
    return _TYPES[column.kind]


def _column(name: str, column: Column, rows: pa.Table) -> pa.ChunkedArray | pa.Array:
    if column.name not in rows.column_names:
        if not column.may_be_absent:
            raise SourceMisshapen(name, column.name)
        return pa.nulls(rows.num_rows, type_of(column))
    values = rows.column(column.name)
    if pa.types.is_timestamp(values.type):
        values = values.cast(_MS, safe=False)
    return values.cast(type_of(column))
