"""Tables of a finished run, read where they lie and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from wavepool.engine.relations import hide_progress

_NAME: Final = re.compile(r"(?:state/)?[a-z][a-z_]*")
_PERIOD: Final = re.compile(r"\d{4}-\d{2}")


class TableNotFound(LookupError):
    """The run has no such table in that month."""

    def __init__(self, period: str, table: str) -> None:
        super().__init__(f"the run has no table {table} in {period}")
        self.period = period
        self.table = table


def read_table(
    folder: Path,
    table: str,
    *,
    period: str,
    where: str = "",
    params: Sequence[Any] = (),
    columns: str = "*",
) -> pa.Table:
    """Rows of one table of a run.

    The connection can read that one file and nothing else, whatever `where` says.

    Args:
        folder: the run's.
        table: a file of OUT/<period>/ without its ending; docs/output.md lists them.
        where: a condition with `?` for each of `params`; it may end in an order or a limit.
        columns: what to select.

    Raises:
        TableNotFound: there is none of that name or in that month.
    """
    path = folder / period / f"{table}.parquet"
    if not _NAME.fullmatch(table) or not _PERIOD.fullmatch(period) or not path.exists():
        raise TableNotFound(period, table)
    store = duckdb.connect()
    try:
        hide_progress(store)
        store.execute("set threads = 1")
        store.execute("set allowed_paths = ?", [[str(path)]])
        store.execute("set enable_external_access = false")
        store.execute("set lock_configuration = true")
        sql = f"select {columns} from read_parquet(?) where {where or 'true'}"
        return store.sql(sql, params=[str(path), *params]).to_arrow_table()
    finally:
        store.close()


def table_names(folder: Path, period: str) -> tuple[str, ...]:
    """The tables that a run has in a month."""
    return tuple(sorted(each.stem for each in (folder / period).glob("*.parquet")))
