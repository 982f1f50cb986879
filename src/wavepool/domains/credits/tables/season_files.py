"""A season as files: written beside its place, known by its digest, moved there whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.domains.credits.tables.shaping import empty, shaped
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.relations import hide_progress
from wavepool.engine.seasons.settle import input_digest

_GROUP: Final = 122_880
#: Touches of one file; each file holds a range of viewers of its own.
_PART: Final = 4_000_000
_MEMORY_MB: Final = 1_000
_TOUCHES: Final = "touches"


def write_season(
    tables: Mapping[str, Callable[[], pa.Table]],
    touch_files: Callable[[], Sequence[Path]],
    *,
    seasons: Path,
    name: str,
    say: Callable[[str], None],
) -> tuple[str, dict[str, int]]:
    """Write every table of the contract into a folder that is named after its digest.

    Args:
        tables: how each table is read; one that nobody gives is written without rows.
        touch_files: the Parquet files of the lake.
        seasons: where the seasons lie.
        name: of the folder while it is written.
        say: is told each table.

    Returns:
        The digest of the input and the rows of each table. The same facts give the same
        digest on every store and in every order of rows.
    """
    place = seasons / f"part-{name}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    rows: dict[str, int] = {}
    # Facts before what they name: nothing is ever deleted, so what a fact names is there
    # when its own table is read a moment later.
    for each in reversed(list(CONTRACTS)):
        say(each)
        if each == _TOUCHES:
            rows[each] = _write_touches(list(touch_files()), place)
            continue
        table = shaped(each, tables[each]()) if each in tables else empty(each)
        pq.write_table(table, place / f"{each}.parquet", row_group_size=_GROUP)
        rows[each] = table.num_rows
    digest = input_digest(place)
    target = seasons / digest
    if target.exists():
        shutil.rmtree(place)
    else:
        place.rename(target)
    return digest, rows


def _write_touches(files: Sequence[Path], place: Path) -> int:
    """Touches by viewer in files whose ranges of viewers do not meet; memory stays bounded."""
    if not files:
        pq.write_table(empty(_TOUCHES), place / f"{_TOUCHES}.parquet")
        return 0
    folder = place / _TOUCHES
    folder.mkdir()
    store = duckdb.connect()
    try:
        hide_progress(store)
        store.execute(f"set memory_limit = '{_MEMORY_MB}MB'")
        store.execute("set temp_directory = ?", [str(place / "spill")])
        names = ", ".join(column.name for column in CONTRACTS[_TOUCHES].columns)
        source = f"select {names} from read_parquet($files, union_by_name = true)"
        given: dict[str, Any] = {"files": [str(each) for each in files]}
        count = _one(store, f"select count(*) from ({source})", given)
        bounds = _bounds(store, source, given, count)
        for number, (low, high) in enumerate(pairwise(bounds)):
            rows = store.sql(
                f"{source} where viewer_id >= $low and viewer_id < $high "
                f"{'' if number else 'or viewer_id is null '}"
                "order by viewer_id, touched_at, touch_id",
                params={**given, "low": low, "high": high},
            )
            _write_part(rows.to_arrow_reader(_GROUP), folder / f"part-{number}.parquet")
    finally:
        store.close()
    shutil.rmtree(place / "spill", ignore_errors=True)
    return int(count)


def _bounds(store: Any, source: str, given: Mapping[str, Any], count: int) -> list[int]:
    """Where the ranges of viewers begin, and the end of the last."""
    parts = max(1, -(-count // _PART))
    steps = [place / parts for place in range(1, parts)]
    inner: list[int] = []
    if steps:
        asked = {**given, "steps": steps}
        inner = _one(store, f"select quantile_disc(viewer_id, $steps) from ({source})", asked)
    least = _one(store, f"select min(viewer_id) from ({source})", given)
    most = _one(store, f"select max(viewer_id) from ({source})", given)
    if least is None:
        return [0, 1]
    return sorted({least, *(each for each in inner if each > least), most + 1})


def _one(store: Any, sql: str, given: Mapping[str, Any]) -> Any:
    return store.sql(sql, params=dict(given)).fetchall()[0][0]


def _write_part(reader: pa.RecordBatchReader, path: Path) -> None:
    """Row groups of one size, so that the bytes do not depend on how batches arrived."""
    schema = empty(_TOUCHES).schema
    with pq.ParquetWriter(path, schema) as writer:
        for table in _regrouped(reader, schema):
            writer.write_table(table, row_group_size=_GROUP)


def _regrouped(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    waiting = schema.empty_table()
    for batch in reader:
        waiting = pa.concat_tables([waiting, _typed(batch, schema)])
        while waiting.num_rows >= _GROUP:
            yield waiting.slice(0, _GROUP).combine_chunks()
            waiting = waiting.slice(_GROUP)
    if waiting.num_rows:
        yield waiting.combine_chunks()


def _typed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    return shaped_columns(pa.Table.from_batches([batch]), schema)


def shaped_columns(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows in the types of a schema, their order kept."""
    arrays = [rows.column(field.name).cast(field.type) for field in schema]
    return pa.table(arrays, schema=schema)
