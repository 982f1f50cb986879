"""Reads of the lake: which files hold which days, and the newest of it for estimates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import Max, Min, QuerySet, Sum

from wavepool.domains.events import tables
from wavepool.domains.events.models import LakePart, Watch
from wavepool.domains.events.queries.numbers import touch_number


def lake_folder() -> Path:
    """Where the lake stands."""
    return Path(settings.DATA_DIR) / "lake"


def parts_in_force() -> QuerySet[LakePart]:
    """Every part that holds."""
    return LakePart.objects.filter(replaced_at=None)


def touch_files(*, first_day: date, end_day: date) -> list[Path]:
    """The files of `touches` for days from the first to before the end, in UTC."""
    parts = parts_in_force().filter(table="touches", day__gte=first_day, day__lt=end_day)
    names = parts.order_by("day", "pk").values_list("path", flat=True)
    return [lake_folder() / name for name in names]


def touch_days() -> tuple[date, date] | None:
    """The first and the last day of `touches`, or None while there are none."""
    ends = parts_in_force().filter(table="touches").aggregate(Min("day"), Max("day"))
    return (ends["day__min"], ends["day__max"]) if ends["day__min"] else None


def recent_touches(viewer_ids: Collection[int], *, since: datetime) -> pa.Table:
    """What viewers touched since a moment, visits that go on included, by `touch_id`.

    Args:
        viewer_ids: whose; numbers as in the lake.
        since: nothing that began earlier.

    Returns:
        The columns of `touches`. A visit that goes on has the number that it will
        have when it ends, and the dwell that was seen so far.
    """
    wanted = pa.array(sorted(viewer_ids), pa.int64())
    since_ms = tables.epoch_ms(since)
    parts = parts_in_force().filter(table="touches", last_at__gte=since)
    found = [_of_viewers(part, wanted, since_ms=since_ms) for part in parts.order_by("pk")]
    watches = Watch.objects.filter(viewer_id__in=viewer_ids, first_ms__gte=since_ms)
    found.append(tables.watch_table((number_of(watch), watch) for watch in watches))
    return pa.concat_tables(found).sort_by("touch_id")


def number_of(watch: Watch) -> int:
    """The number of the touch that a visit is or becomes."""
    return touch_number("watch", watch.key.hex, watch.first_ms)


def lake_figures() -> list[Any]:
    """Parts, rows and bytes of each table."""
    rows = parts_in_force().values("table").order_by("table")
    return list(
        rows.annotate(
            total_rows=Sum("rows"),
            total_bytes=Sum("bytes"),
            first_day=Min("day"),
            last_day=Max("day"),
        )
    )


def read_part(part: LakePart, *, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one part."""
    place = lake_folder() / part.path
    return pq.read_table(place, columns=list(columns) if columns else None, partitioning=None)


def _of_viewers(part: LakePart, wanted: pa.Array, *, since_ms: int) -> pa.Table:
    # The viewers' own column tells whether there is anything to read.
    viewers = read_part(part, columns=["viewer_id"]).column("viewer_id")
    if not pc.any(pc.is_in(viewers, value_set=wanted)).as_py():
        return tables.TOUCHES.empty_table()
    rows = read_part(part)
    mine = pc.is_in(rows.column("viewer_id"), value_set=wanted)
    fresh = pc.greater_equal(rows.column("touched_at"), since_ms)
    return rows.filter(pc.and_(mine, fresh)).select(tables.TOUCHES.names).cast(tables.TOUCHES)
