"""History of an older platform, straight into the lake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import queries, tables
from wavepool.domains.events.models import IdentityLink, Viewer
from wavepool.domains.events.operations import lake
from wavepool.domains.events.queries.numbers import TOUCHES_FROM
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_ROWS_AT_ONCE: Final = 200_000


class HistoryRefused(PlatformError):
    """A table that cannot be taken over as it is; nothing of it was."""

    kind: ClassVar[str] = "events.history_refused"
    status: ClassVar[int] = 422

    def __init__(self, column: str, why: str) -> None:
        message = _("Column %(column)s: %(why)s.")
        super().__init__(message % {"column": column, "why": why}, pointer=f"/{column}")
        self.column, self.why = column, why


def take_over_touches(table: pa.Table, *, source: str, actor: Actor, as_of: datetime) -> int:
    """Put touches of the past into the lake; tell how many were new.

    Args:
        table: the engine's columns of `touches`, numbers as int64; touch_id below 2**62.
        source: names the older platform; a file of the same days may come twice.
        actor: who brings it.
        as_of: when.

    A touch whose number the lake has on that day is left out, so a run that was killed, or a
    file that comes twice, adds nothing twice.

    Raises:
        HistoryRefused: a column is missing, has another type or an impossible value.
        LakeBusy: somebody else changed the lake meanwhile; run it again.
    """
    rows = _fitted(table)
    if not rows.num_rows:
        return 0
    days = pc.divide(rows.column("touched_at"), pa.scalar(86_400_000, pa.int64()))
    taken = 0
    for numbers in _groups(days):
        group = rows.filter(pc.is_in(days, value_set=pa.array(numbers, pa.int64())))
        taken += _take_days(group, numbers, as_of=as_of)
    data = {"source": source, "touches": taken}
    with transaction.atomic():
        audit.record(
            kind="events.touches_taken_over", subject=source, actor=actor, at=as_of, data=data
        )
    return taken


def take_over_viewers(table: pa.Table, *, actor: Actor, as_of: datetime) -> int:
    """Put what an older platform knew of viewers into the store; tell how many were new."""
    rows = [
        Viewer(viewer_id=row["viewer_id"], trust_ppm=row["trust_ppm"], tier=row["tier"])
        for row in table.select(["viewer_id", "trust_ppm", "tier"]).to_pylist()
    ]
    with transaction.atomic():
        before = Viewer.objects.count()
        Viewer.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
        new = Viewer.objects.count() - before
        _note("viewers", new, actor=actor, as_of=as_of)
    return new


def take_over_identity_links(table: pa.Table, *, actor: Actor, as_of: datetime) -> int:
    """Put an older platform's evidence of shared identities into the store; tell how many."""
    rows = [
        IdentityLink(
            left_id=row["left_id"],
            right_id=row["right_id"],
            kind=row["kind"],
            seen_ms=row["seen_at"],
        )
        for row in table.select(["left_id", "right_id", "kind", "seen_at"]).to_pylist()
    ]
    with transaction.atomic():
        before = IdentityLink.objects.count()
        IdentityLink.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
        new = IdentityLink.objects.count() - before
        _note("identity_links", new, actor=actor, as_of=as_of)
    return new


def _fitted(table: pa.Table) -> pa.Table:
    """The table in the lake's columns and types, defaults filled in."""
    columns = []
    for field in tables.TOUCHES:
        if field.name not in table.column_names:
            if field.name not in {"session_id", "item_id", "shop_id", "link_id", "slot"}:
                raise HistoryRefused(field.name, str(_("is missing")))
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        try:
            columns.append(table.column(field.name).cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise HistoryRefused(field.name, str(error)[:200]) from error
    rows = pa.table(columns, schema=tables.TOUCHES)
    if rows.num_rows:
        ends = pc.min_max(rows.column("touch_id")).as_py()
        if ends["min"] < 0 or ends["max"] >= TOUCHES_FROM:
            raise HistoryRefused("touch_id", str(_("must be from 0 to below 2^62")))
        if pc.count_distinct(rows.column("touch_id")).as_py() != rows.num_rows:
            raise HistoryRefused("touch_id", str(_("comes twice")))
        if rows.column("touched_at").null_count or rows.column("viewer_id").null_count:
            raise HistoryRefused("touched_at", str(_("must not be empty")))
    return rows


def _groups(days: pa.ChunkedArray) -> list[list[int]]:
    """Days in groups of about `_ROWS_AT_ONCE` rows."""
    counts = sorted((each["values"], each["counts"]) for each in pc.value_counts(days).to_pylist())
    groups: list[list[int]] = []
    size = _ROWS_AT_ONCE
    for day, count in counts:
        if size + count > _ROWS_AT_ONCE:
            groups.append([])
            size = 0
        groups[-1].append(day)
        size += count
    return groups


def _take_days(rows: pa.Table, numbers: Sequence[int], *, as_of: datetime) -> int:
    batch = lake.batch_in_force()
    days = [date(1970, 1, 1) + timedelta(days=number) for number in numbers]
    parts = queries.parts_in_force().filter(table="touches", day__in=days)
    for part in parts.order_by("pk"):
        known = queries.read_part(part, columns=["touch_id"]).column("touch_id")
        is_known = pc.is_in(rows.column("touch_id"), value_set=known.combine_chunks())
        rows = rows.filter(pc.invert(is_known))
    if not rows.num_rows:
        return 0
    staged = lake.stage("touches", rows, batch=batch + 1, as_of=as_of)
    with transaction.atomic():
        lake.publish(staged, batch=batch + 1)
    lake.write_manifest()
    return int(rows.num_rows)


def _note(subject: str, rows: int, *, actor: Actor, as_of: datetime) -> None:
    data = {"rows": rows}
    audit.record(kind="events.taken_over", subject=subject, actor=actor, at=as_of, data=data)
