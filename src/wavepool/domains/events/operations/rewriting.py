"""Parts that replace parts: merged, renumbered, or without the traces of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Count

from wavepool.domains.events import queries
from wavepool.domains.events.models import LakePart, Watch
from wavepool.domains.events.operations import lake

#: A day of a table with more parts than this is merged into one.
PARTS_MAX: Final = 12
#: A replaced file stays this long for readers that began before.
KEPT: Final = timedelta(hours=1)
_TRACES: Final = ("user_id", "anonymous_id")

Change = Callable[[pa.Table], pa.Table]


def merge_parts(*, as_of: datetime) -> int:
    """Merge the parts of every day that has many; tell how many parts are fewer."""
    days = queries.parts_in_force().values("table", "day").annotate(parts=Count("pk"))
    fewer = 0
    for row in days.filter(parts__gt=PARTS_MAX).order_by("table", "day"):
        fewer += _merge_day(row["table"], row["day"], as_of=as_of)
    return fewer


def sweep_parts(*, as_of: datetime) -> int:
    """Delete files that were replaced long enough ago; tell how many."""
    old = list(LakePart.objects.filter(replaced_at__lt=as_of - KEPT))
    lake.delete_files(old)
    LakePart.objects.filter(pk__in=[part.pk for part in old]).delete()
    return len(old)


def renumber(numbers: Mapping[int, int], *, as_of: datetime) -> int:
    """Give viewers other numbers wherever the lake has them; tell how many parts changed.

    Raises:
        LakeBusy: somebody else changed the lake meanwhile.
    """
    return _rewrite_viewers(numbers, change=lambda rows: rows, as_of=as_of)


def forget_viewers(numbers: Mapping[int, int], *, as_of: datetime) -> int:
    """Give viewers unlinkable numbers and blank everything else that could name them.

    The files in which they stood are deleted at once.

    Raises:
        LakeBusy: somebody else changed the lake meanwhile.
    """
    fresh = pa.array(sorted(numbers.values()), pa.int64())

    def change(rows: pa.Table) -> pa.Table:
        if "properties" not in rows.column_names:
            return rows
        is_theirs = pc.is_in(rows.column("viewer_id"), value_set=fresh)
        for name in (*_TRACES, "message_id", "properties", "context"):
            blank = pa.scalar(None, pa.string()) if name in _TRACES else pa.scalar("")
            kept = pc.if_else(is_theirs, blank, rows.column(name))
            rows = rows.set_column(rows.column_names.index(name), name, kept)
        return rows

    changed = _rewrite_viewers(numbers, change=change, as_of=as_of)
    old = list(LakePart.objects.exclude(replaced_at=None))
    lake.delete_files(old)
    LakePart.objects.filter(pk__in=[part.pk for part in old]).delete()
    return changed


def _merge_day(table: str, day: date, *, as_of: datetime) -> int:
    batch = lake.batch_in_force()
    parts = list(queries.parts_in_force().filter(table=table, day=day).order_by("pk"))
    rows = pa.concat_tables([queries.read_part(part) for part in parts])
    _replace(parts, {table: rows}, batch=batch + 1, as_of=as_of)
    return len(parts) - 1


def _rewrite_viewers(numbers: Mapping[int, int], *, change: Change, as_of: datetime) -> int:
    wanted = pa.array(sorted(numbers), pa.int64())
    batch, changed = lake.batch_in_force(), 0
    groups: dict[tuple[str, date], list[LakePart]] = {}
    for part in queries.parts_in_force().order_by("pk"):
        viewers = queries.read_part(part, columns=["viewer_id"]).column("viewer_id")
        if pc.any(pc.is_in(viewers, value_set=wanted)).as_py():
            groups.setdefault((part.table, part.day), []).append(part)
    for (table, _day), parts in groups.items():
        batch += 1
        rows = pa.concat_tables([queries.read_part(part) for part in parts])
        rows = change(_renumbered(rows, numbers))
        _replace(parts, {table: rows}, batch=batch, as_of=as_of)
        changed += len(parts)
    for old, new in numbers.items():
        Watch.objects.filter(viewer_id=old).update(viewer_id=new)
    return changed


def _renumbered(rows: pa.Table, numbers: Mapping[int, int]) -> pa.Table:
    old = pa.array(numbers.keys(), pa.int64())
    new = pa.array(numbers.values(), pa.int64())
    column = rows.column("viewer_id").combine_chunks()
    found = pc.take(new, pc.index_in(column, value_set=old))
    kept = pc.coalesce(found, column)
    return rows.set_column(rows.column_names.index("viewer_id"), "viewer_id", kept)


def _replace(
    parts: list[LakePart], written: Mapping[str, pa.Table], *, batch: int, as_of: datetime
) -> None:
    staged = [
        each
        for table, rows in written.items()
        for each in lake.stage(table, rows, batch=batch, as_of=as_of)
    ]
    assert sum(each.part.rows for each in staged) == sum(part.rows for part in parts)
    with transaction.atomic():
        lake.publish(staged, batch=batch)
        LakePart.objects.filter(pk__in=[part.pk for part in parts]).update(replaced_at=as_of)
    lake.write_manifest()
