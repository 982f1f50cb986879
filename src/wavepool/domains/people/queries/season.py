"""What a season of the engine reads of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from wavepool.domains.people import tables


def season_tables() -> Mapping[str, Callable[[], pa.Table]]:
    """How to read each table of the engine that people own, by contract name."""
    return tables.TABLES
