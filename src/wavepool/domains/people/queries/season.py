"""What a season of the engine reads of people."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from wavepool.domains.people import tables


def engine_tables() -> Mapping[str, pa.Table]:
    """Every table of the engine that people own, by contract name; ids are primary keys."""
    return tables.engine_tables()
