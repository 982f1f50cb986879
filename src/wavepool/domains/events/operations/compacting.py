"""From the log into the lake: each event once, whatever kills the worker."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import F

from wavepool.domains.events import tables
from wavepool.domains.events.models import (
    EventKey,
    LogPlace,
    QuarantinedEvent,
    Source,
    VolumeCell,
    Watch,
)
from wavepool.domains.events.operations import lake, stitching, watching
from wavepool.domains.events.operations.facts import Bad, Fact, Sender, read_record
from wavepool.domains.events.queries import numbers
from wavepool.domains.events.queries.contracts import CONTRACTS
from wavepool.domains.events.queries.places import Places, PlacesInStore
from wavepool.plumbing import ids, segments

#: Events of one batch, about; a record is always taken in whole.
EVENTS_AT_ONCE: Final = 20_000
_READ_BYTES: Final = 8 << 20
_KEYS_AT_ONCE: Final = 5_000
_LATENESS: Final = (
    (60_000, "minute"),
    (3_600_000, "hour"),
    (86_400_000, "day"),
    (7 * 86_400_000, "week"),
)


@dataclass(slots=True)
class Compacted:
    """What became of the events of one batch."""

    events: int = 0
    touches: int = 0
    repeated: int = 0
    quarantined: int = 0
    has_more: bool = False


@dataclass(slots=True)
class _Read:
    """What was read of the log, and how far."""

    records: list[segments.Record] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    finished: list[segments.Segment] = field(default_factory=list)
    has_more: bool = False


@dataclass(slots=True)
class _Batch:
    """What one batch writes, all of it or nothing."""

    facts: list[Fact] = field(default_factory=list)
    bads: list[Bad] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    volume: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    repeated: int = 0


def log_folder() -> Path:
    """Where the log of captured events stands."""
    return Path(settings.DATA_DIR) / "segments"


def compact(
    *, as_of: datetime, places: Places | None = None, events_max: int = EVENTS_AT_ONCE
) -> Compacted:
    """Take the next events of the log into the lake, exactly once.

    The keys of the events, what goes into quarantine, how far the log was read and which
    files belong to the lake are one transaction. A worker that is killed before it leaves
    files that nobody lists; one that is killed after it leaves a segment and a manifest
    for the next run to tidy.

    Args:
        as_of: now; visits that were silent until then end.
        places: finds pieces and items.
        events_max: how many events to take at once, about.

    Raises:
        LakeBusy: another worker took in something meanwhile; nothing was done.
        UnknownSource: the log is of another store.
    """
    lake.mend_manifest()
    segments.seal_abandoned(log_folder())
    before = lake.batch_in_force()
    read = _read_log(events_max)
    batch = _judge(read.records)
    # While more waits in the log, nobody knows who is silent.
    silent_ms = 0 if read.has_more else tables.epoch_ms(as_of) - watching.IDLE_MS
    visits, over = _place(batch, places or PlacesInStore(), silent_ms=silent_ms)
    if read.places or batch.touches or over:
        _write(batch, read, visits, over, number=before + 1, as_of=as_of)
        for segment in read.finished:
            segments.drop_segment(segment)
        LogPlace.objects.filter(segment__in=[each.name for each in read.finished]).delete()
    return Compacted(
        events=len(batch.facts),
        touches=len(batch.touches),
        repeated=batch.repeated,
        quarantined=len(batch.bads),
        has_more=read.has_more,
    )


def compact_all(*, as_of: datetime, places: Places | None = None) -> Compacted:
    """Take in everything that the log holds now."""
    total, has_more = Compacted(), True
    while has_more:
        done = compact(as_of=as_of, places=places)
        for name in ("events", "touches", "repeated", "quarantined"):
            setattr(total, name, getattr(total, name) + getattr(done, name))
        has_more = done.has_more
    return total


def take_in(
    facts: Sequence[Fact],
    *,
    as_of: datetime,
    also: Callable[[], None],
    places: Places | None = None,
) -> list[Bad]:
    """Put facts from elsewhere than the log into the lake, or give those that point at nothing.

    Args:
        facts: each new, with a key that nobody took.
        as_of: now.
        also: is done in the same transaction.
        places: finds pieces and items.
    """
    batch, before = _Batch(facts=list(facts)), lake.batch_in_force()
    batch.keys = [numbers.event_key(fact.sender.slug, fact.message_id) for fact in facts]
    for fact in facts:
        batch.volume[_cell(fact)] += 1
    visits, over = _place(batch, places or PlacesInStore(), silent_ms=0)
    if not batch.bads:
        _write(batch, _Read(), visits, over, number=before + 1, as_of=as_of, also=also)
    return batch.bads


def _read_log(events_max: int) -> _Read:
    root, read = log_folder(), _Read()
    known = dict(LogPlace.objects.values_list("segment", "offset"))
    taken = 0
    for segment in segments.list_segments(root):
        offset, is_end = known.get(segment.name, 0), False
        while not is_end and taken < events_max:
            try:
                records, offset, is_end = segments.read_records(
                    segment, offset=offset, size=_READ_BYTES
                )
            except FileNotFoundError:  # sealed under another name meanwhile
                break
            read.records += records
            taken += sum(record.payload.count(b"essageId") or 1 for record in records)
            if records:
                read.places[segment.name] = offset
        if is_end and segment.is_sealed:
            read.finished.append(segment)
            read.places.setdefault(segment.name, offset)
        read.has_more = taken >= events_max
        if read.has_more:
            break
    return read


def _judge(records: Iterable[segments.Record]) -> _Batch:
    """Read every event; keep those that were not taken in before."""
    senders = {
        each.pk: Sender(each.pk, each.slug, each.kind == Source.Kind.SERVER)
        for each in Source.objects.all()
    }
    found = [each for record in records for each in read_record(record, senders)]
    keys = [_key(each) for each in found]
    taken = _taken(sorted(set(keys)))
    batch = _Batch()
    for each, key in zip(found, keys, strict=True):
        if key in taken:
            batch.repeated += 1
            day = tables.moment_of(each.received_ms).date()
            batch.volume[day, each.sender.slug, "repeated"] += 1
            continue
        taken.add(key)
        batch.keys.append(key)
        if isinstance(each, Bad):
            _put_aside(batch, each)
        else:
            batch.facts.append(each)
            batch.volume[_cell(each)] += 1
    return batch


def _key(each: Fact | Bad) -> UUID:
    if isinstance(each, Fact):
        return numbers.event_key(each.sender.slug, each.message_id)
    # A refused event is kept once too, and does not stand in the way of a mended one.
    return numbers.event_key(f"refused:{each.sender.slug}", each.message_id or each.text)


def _taken(keys: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        found.update(EventKey.objects.filter(key__in=some).values_list("key", flat=True))
    return found


def _place(batch: _Batch, places: Places, *, silent_ms: int) -> tuple[watching.Visits, list[UUID]]:
    """Turn facts into touches and visits; what points at nothing goes into quarantine."""
    stitching.renumber_facts(batch.facts)
    seen, lost = watching.point_at(batch.facts, places)
    for fact, reason in lost:
        key = "piece_id" if reason == "unknown_piece" else "item_id"
        bad = Bad(
            sender=fact.sender,
            reason=reason,
            detail=str(fact.properties[key])[:300],
            message_id=fact.message_id,
            name=fact.name,
            text=fact.text.replace("\x00", "\ufffd"),
            sent_text=fact.sent_text[:60],
            received_ms=fact.received_ms,
        )
        batch.volume[_cell(fact)] -= 1
        _put_aside(batch, bad)
    if lost:
        gone = {id(fact) for fact, _reason in lost}
        batch.facts = [fact for fact in batch.facts if id(fact) not in gone]
        # Once it points at something known, it is as new; the refusal has a key of its own.
        own = {numbers.event_key(fact.sender.slug, fact.message_id) for fact, _reason in lost}
        batch.keys = [key for key in batch.keys if key not in own]
        batch.keys += [
            numbers.event_key(f"refused:{fact.sender.slug}", fact.message_id) for fact, _ in lost
        ]
    batch.touches += [_touch(each) for each in seen if each.watch_id is None]
    visits = watching.Visits([each for each in seen if each.watch_id is not None])
    mine = visits.keys()
    over = visits.end_silent(before_ms=silent_ms)
    batch.touches += visits.ended
    for row, visit in watching.end_visits(before_ms=silent_ms):
        if visit not in mine:
            batch.touches.append(row)
            over.append(visit)
    return visits, over


def _touch(seen: watching.Seen) -> dict[str, Any]:
    """A look or a deed that belongs to no visit, as one touch."""
    fact, words = seen.fact, seen.fact.properties
    row: dict[str, Any] = dict.fromkeys(tables.FLAGS, False)
    flag = CONTRACTS[fact.name].flag
    if flag:
        row[flag] = True
    return row | {
        "touch_id": numbers.touch_number(fact.sender.slug, fact.message_id),
        "viewer_id": fact.viewer_id,
        "account_id": seen.piece.account_id,
        "piece_id": seen.piece.piece_id,
        "channel_id": seen.piece.channel_id,
        "session_id": words.get("session_id"),
        "item_id": seen.item.item_id if seen.item else None,
        "shop_id": seen.item.shop_id if seen.item else None,
        "link_id": words.get("link_id"),
        "slot": str(words["slot"])[:60] if words.get("slot") else None,
        "touched_at": fact.occurred_ms,
        # A browser's word on its own dwell counts for nothing.
        "dwell_ms": words.get("dwell_ms") or 0 if fact.sender.is_trusted else 0,
    }


def _write(
    batch: _Batch,
    read: _Read,
    visits: watching.Visits,
    over: Sequence[UUID],
    *,
    number: int,
    as_of: datetime,
    also: Callable[[], None] | None = None,
) -> None:
    events = pa.Table.from_pylist([_event_row(fact) for fact in batch.facts], schema=tables.EVENTS)
    touches = pa.Table.from_pylist(batch.touches, schema=tables.TOUCHES)
    staged = [
        *lake.stage("events", events, batch=number, as_of=as_of),
        *lake.stage("touches", touches, batch=number, as_of=as_of),
    ]
    with transaction.atomic():
        lake.publish(staged, batch=number)
        rows = [EventKey(key=key, seen_date=as_of.date()) for key in batch.keys]
        EventKey.objects.bulk_create(rows, ignore_conflicts=True)
        QuarantinedEvent.objects.bulk_create([_quarantined(each) for each in batch.bads])
        LogPlace.objects.bulk_create(
            [LogPlace(segment=name, offset=offset) for name, offset in read.places.items()],
            update_conflicts=True,
            unique_fields=["segment"],
            update_fields=["offset"],
        )
        Watch.objects.filter(key__in=over).delete()
        visits.save()
        _add_volume(batch.volume)
        stitching.stitch_facts(batch.facts, as_of=as_of)
        if also is not None:
            also()
    lake.write_manifest()


def _event_row(fact: Fact) -> dict[str, Any]:
    return {
        "message_id": fact.message_id,
        "source": fact.sender.slug,
        "kind": fact.kind,
        "name": fact.name,
        "viewer_id": fact.viewer_id,
        "user_id": fact.user_id,
        "anonymous_id": fact.anonymous_id,
        "original_at": fact.original_ms,
        "sent_at": fact.sent_ms,
        "received_at": fact.received_ms,
        "occurred_at": fact.occurred_ms,
        "properties": json.dumps(fact.properties, ensure_ascii=False, sort_keys=True),
        "context": json.dumps(fact.context, ensure_ascii=False, sort_keys=True),
    }


def _quarantined(bad: Bad) -> QuarantinedEvent:
    return QuarantinedEvent(
        public_id=ids.new_id("qev"),
        source_id=bad.sender.source_id,
        message_id=bad.message_id,
        name=bad.name,
        reason=bad.reason,
        detail=bad.detail,
        text=bad.text,
        sent_at=bad.sent_text,
        received_at=tables.moment_of(bad.received_ms),
    )


def _put_aside(batch: _Batch, bad: Bad) -> None:
    batch.bads.append(bad)
    day = tables.moment_of(bad.received_ms).date()
    batch.volume[day, bad.sender.slug, "quarantined"] += 1


def _cell(fact: Fact) -> tuple[date, str, str]:
    late = fact.received_ms - fact.occurred_ms
    lateness = next((name for most, name in _LATENESS if late <= most), "later")
    return tables.moment_of(fact.received_ms).date(), fact.sender.slug, lateness


def _add_volume(volume: Counter[tuple[date, str, str]]) -> None:
    for (day, slug, lateness), events in sorted(volume.items()):
        if not events:
            continue
        cell = {"received_date": day, "source_slug": slug, "lateness": lateness}
        if not VolumeCell.objects.filter(**cell).update(events=F("events") + events):
            VolumeCell.objects.create(**cell, events=events)
