"""Tables beside each other in an own DuckDB, and parts of a draft that come off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from wavepool.engine.relations import hide_progress


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind in their order, columns named as the model's."""

    model: Any
    rows: pa.Table


class Workbench:
    """An own DuckDB in memory: Arrow tables lie on it by name, SQL makes others of them.

    Sums of 64-bit columns have 128 bits here, so a product with a rate cannot overflow. What is
    read is cast to 64 bits first: an Arrow table would take 128 as floating point.
    """

    def __init__(self, **tables: pa.Table) -> None:
        self._store = duckdb.connect(":memory:")
        hide_progress(self._store)
        self.put(**tables)

    def put(self, **tables: pa.Table) -> None:
        """Lay tables on the bench."""
        for name, table in tables.items():
            self._store.register(name, table)

    def take(self, *names: str) -> None:
        """Take tables off the bench, so that their memory is free again."""
        for name in names:
            self._store.unregister(name)

    def read(self, sql: str, **params: Any) -> pa.Table:
        """What SQL says of the tables, with `$name` for each parameter."""
        found = self._store.sql(sql, params=params or None).to_arrow_table()
        assert not any(pa.types.is_floating(each) for each in found.schema.types), "cast to bigint"
        return found

    def keep(self, name: str, sql: str, **params: Any) -> pa.Table:
        """As `read`, and lay the result on the bench."""
        found = self.read(sql, **params)
        self.put(**{name: found})
        return found
