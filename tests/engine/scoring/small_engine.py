"""A small engine, and tables of whole numbers to put into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.engine.relations import Relations, open_relations


@contextmanager
def engine(folder: Path, *, threads: int = 1) -> Iterator[Relations]:
    rel = open_relations("duckdb", scratch=folder, threads=threads, memory_mb=500)
    try:
        yield rel
    finally:
        rel.close()


def table(*, text: Sequence[str] = (), **columns: Sequence[Any]) -> pa.Table:
    """Columns of whole numbers; of text where a value is one or the name is in `text`."""
    return pa.table(
        {
            name: pa.array(
                values,
                pa.string()
                if name in text or any(isinstance(value, str) for value in values)
                else pa.int64(),
            )
            for name, values in columns.items()
        }
    )
