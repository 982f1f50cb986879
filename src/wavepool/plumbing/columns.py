"""Rows of values as an Arrow table of a schema, to be written or registered as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa


def table_of(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Rows as columns of a schema, in its order; no row gives an empty table.

    >>> table_of(pa.schema([("id", pa.int64())]), [(1,), (2,)]).to_pydict()
    {'id': [1, 2]}
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
