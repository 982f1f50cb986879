"""Touches laid out by viewer: one part of the viewers at a time keeps every join small."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.engine.columns import CONTRACTS, Checked
from wavepool.engine.relations import Relations

_EXACT = (pa.types.is_int64, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string)


def part_touches(rel: Relations, season: Path | None, checked: Checked) -> list[str]:
    """Name the relations that together are `touches`, each viewer's touches in one of them.

    More than one where the season holds a folder of Parquet files whose ranges
    of viewer_id do not meet, in the contract's own types and without rejects;
    else `touches` alone. Results do not depend on the parts.
    """
    whole = ["touches"]
    if season is None or rel.dialect != "duckdb" or checked.tables["touches"].rejected:
        return whole
    paths = sorted((season / "touches").glob("*.parquet"))
    columns = [column.name for column in CONTRACTS["touches"].columns]
    if len(paths) < 2 or not all(_is_plain(path, columns) for path in paths):
        return whole
    ranges = [_viewer_range(path) for path in paths]
    known = sorted(span for span in ranges if span is not None)
    if len(known) < len(paths):
        return whole
    if any(earlier[1] >= later[0] for earlier, later in pairwise(known)):
        return whole
    for number, path in enumerate(paths):
        rel.scan(f"touches_file_{number}", [path])
    return [f"(select {', '.join(columns)} from touches_file_{n})" for n in range(len(paths))]


def _is_plain(path: Path, columns: list[str]) -> bool:
    schema = pq.read_schema(path)
    names = set(schema.names)
    return all(
        name in names and any(test(schema.field(name).type) for test in _EXACT) for name in columns
    )


def _viewer_range(path: Path) -> tuple[int, int] | None:
    metadata = pq.read_metadata(path)
    place = metadata.schema.to_arrow_schema().get_field_index("viewer_id")
    lows, highs = [], []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if statistics is None or not statistics.has_min_max or not isinstance(statistics.min, int):
            return None
        lows.append(statistics.min)
        highs.append(statistics.max)
    return (min(lows), max(highs)) if lows else None
