"""One feed of events as it should arrive, and as it may: twice, shuffled, late, half.

Both hold the same events. What the dirty one adds are copies, other batches, other
orders and moments of receipt, broken events, and writers that died in the middle.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from wavepool.domains.events.operations.compacting import log_folder
from wavepool.plumbing.segments import Record, SegmentWriter, pack

START_MS: Final = 1_793_000_000_000
DAY_MS: Final = 86_400_000
#: How long events of the dirty feed are held back at most: settlement is over by then.
LATE_MS: Final = 110 * DAY_MS
BATCH: Final = 100
NAMES: Final = ("Content Viewed", "Product Clicked", "Content Saved", "Content Shared")
#: Each client's clock is wrong by its own constant.
SKEW_MS: Final = (0, 3_600_000, -7_200_000, 40 * DAY_MS)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What happened, by the true clock."""

    number: int
    at_ms: int

    @property
    def skew(self) -> int:
        """How wrong its client's clock is."""
        return SKEW_MS[self.number % len(SKEW_MS)]


def occurrences(count: int) -> list[Occurrence]:
    """So many events, spread over five days."""
    return [Occurrence(number, START_MS + number * 5 * DAY_MS // count) for number in range(count)]


def write_clean(events: list[Occurrence], *, source: int) -> None:
    """Each event once, in order, received as soon as its batch was full."""
    log = _writer()
    for batch in _batches(events):
        for skew in SKEW_MS:
            some = [each for each in batch if each.skew == skew]
            _send(log, some, source=source, at_ms=batch[-1].at_ms, skew=skew)
    log.close()


def write_dirty(events: list[Occurrence], *, source: int, seed: int) -> Iterator[int]:
    """30% twice, all shuffled, some late, every ninth batch half; pauses for the worker.

    Yields the moment of receipt after each tenth of the feed.
    """
    chance = random.Random(seed)
    copies = chance.sample(events, k=len(events) * 3 // 10)
    feed = [*events, *copies]
    chance.shuffle(feed)
    log, now = _writer(), events[-1].at_ms
    batches = list(_batches(feed))
    for number, batch in enumerate(batches):
        now += LATE_MS // len(batches)
        for skew in SKEW_MS:
            some = [each for each in batch if each.skew == skew]
            if number % 9 == 4:
                _send(log, some[: len(some) // 2], source=source, at_ms=now, skew=skew)
                _die_while_writing(log, some, source=source, at_ms=now, skew=skew)
                log = _writer()
            broken = [f'{{"type":"track","messageId":"broken-{number % 50}"}}']
            _send(log, some, source=source, at_ms=now, skew=skew, more=broken)
        if number % max(1, len(batches) // 10) == 0:
            yield now
    log.close()
    yield now


def _send(
    log: SegmentWriter,
    events: list[Occurrence],
    *,
    source: int,
    at_ms: int,
    skew: int,
    more: list[str] | None = None,
) -> None:
    log.append(_frame(events, source=source, at_ms=at_ms, skew=skew, more=more))


def _frame(
    events: list[Occurrence],
    *,
    source: int,
    at_ms: int,
    skew: int,
    more: list[str] | None = None,
) -> bytes:
    texts = [json.dumps(_event(each)) for each in events] + (more or [])
    body = f'{{"batch":[{",".join(texts)}],"sentAt":"{_text(at_ms + skew)}"}}'
    return pack(Record(at_ms, source, 1, body.encode()))


def _die_while_writing(
    log: SegmentWriter, events: list[Occurrence], *, source: int, at_ms: int, skew: int
) -> None:
    """Leave a segment as a killed writer does: open, unlocked, its last record cut off."""
    log.append(_frame([], source=source, at_ms=at_ms, skew=skew))
    (path,) = log.folder.glob("*.open")
    whole = path.read_bytes()
    log.close()
    frame = _frame(events, source=source, at_ms=at_ms, skew=skew)
    (sealed,) = [each for each in log.folder.glob("*.sealed") if each.stem == path.stem]
    sealed.unlink()
    path.write_bytes(whole + frame[: len(frame) // 2])


def _event(each: Occurrence) -> dict[str, Any]:
    name = NAMES[each.number % len(NAMES)]
    return {
        "type": "track",
        "event": name,
        "messageId": f"m-{each.number}",
        "userId": f"u-{each.number % 977}",
        "originalTimestamp": _text(each.at_ms + each.skew),
        "properties": {
            "piece_id": each.number % 97,
            "item_id": each.number % 31,
            "dwell_ms": each.number % 60_000,
        },
    }


def _text(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1_000, UTC).isoformat()


def _batches(events: list[Occurrence]) -> Iterator[list[Occurrence]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _writer() -> SegmentWriter:
    log_folder().mkdir(parents=True, exist_ok=True)
    return SegmentWriter(log_folder(), sync=lambda _handle: None)
