"""Visits: beats make dwell, silence ends them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wavepool.domains.events.models import Watch
from wavepool.domains.events.operations.facts import Fact
from wavepool.domains.events.queries.contracts import CONTRACTS
from wavepool.domains.events.queries.lake import number_of
from wavepool.domains.events.queries.places import ItemFacts, PieceFacts, Places
from wavepool.domains.events.tables import FLAGS, touch_row

#: A page says every ten seconds that somebody watches.
BEAT_MS: Final = 10_000
#: Between two beats further apart than this nobody was seen; the time does not count.
GAP_MAX_MS: Final = 2 * BEAT_MS
#: A visit from which nothing was heard for this long is over.
IDLE_MS: Final = 60_000
_KEYS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that touches a piece, with what it points at."""

    fact: Fact
    piece: PieceFacts
    item: ItemFacts | None

    @property
    def watch_id(self) -> str | None:
        """The visit that it belongs to, if it names one."""
        word = self.fact.properties.get("watch_id")
        return str(word) if word is not None else None


class Visits:
    """Visits that go on, as one batch changes them.

    Dwell is what the server saw: the sum of the gaps between the moments at which it
    received two signs of life, where such a gap is at most `GAP_MAX_MS`. A sender's
    word on its own clock adds nothing, nor do many beats at one moment.
    """

    def __init__(self, seen: Sequence[Seen]) -> None:
        self.ended: list[dict[str, Any]] = []
        ordered = sorted(seen, key=lambda each: (each.fact.received_ms, each.fact.message_id))
        keys = {_key(each) for each in ordered}
        self._known = {each.key: each for each in _stored(sorted(keys))}
        for each in ordered:
            self._take(each)

    def keys(self) -> set[UUID]:
        """The visits that go on in this batch."""
        return set(self._known)

    def end_silent(self, *, before_ms: int) -> list[UUID]:
        """End those of this batch that were silent since a moment; give their keys."""
        over = [key for key, watch in self._known.items() if watch.last_ms < before_ms]
        for key in over:
            watch = self._known.pop(key)
            self.ended.append(touch_row(number_of(watch), watch))
        return over

    def save(self) -> None:
        """Write what changed; inside the batch's transaction."""
        Watch.objects.bulk_create(
            list(self._known.values()),
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=[
                "viewer_id",
                "first_ms",
                "last_ms",
                "dwell_ms",
                "link_id",
                "slot",
                *FLAGS,
            ],
        )

    def _take(self, seen: Seen) -> None:
        key, at = _key(seen), seen.fact.received_ms
        watch = self._known.get(key)
        if watch is not None and at - watch.last_ms > IDLE_MS:
            self.ended.append(touch_row(number_of(watch), watch))
            watch = None
        if watch is None:
            watch = self._known[key] = _begun(key, seen)
        contract = CONTRACTS[seen.fact.name]
        gap = at - watch.last_ms
        if seen.item is None and 0 < gap <= GAP_MAX_MS:
            watch.dwell_ms += gap
        watch.last_ms = max(watch.last_ms, at)
        if contract.flag:
            setattr(watch, contract.flag, True)


def end_visits(*, before_ms: int) -> list[tuple[dict[str, Any], UUID]]:
    """Visits from which nothing was heard since a moment: as touches, with their keys."""
    over = Watch.objects.filter(last_ms__lt=before_ms).order_by("pk")
    return [(touch_row(number_of(each), each), each.key) for each in over]


def point_at(facts: Iterable[Fact], places: Places) -> tuple[list[Seen], list[tuple[Fact, str]]]:
    """Find what facts point at; those that point at nothing known, with the reason.

    A fact without a piece touches nothing and is in neither list.
    """
    touching = [fact for fact in facts if _touches(fact)]
    pieces = places.find_pieces({fact.properties["piece_id"] for fact in touching})
    items = places.find_items(
        {key for fact in touching if (key := fact.properties.get("item_id")) is not None}
    )
    seen, lost = [], []
    for fact in touching:
        piece = pieces.get(fact.properties["piece_id"])
        item_key = fact.properties.get("item_id")
        item = None if item_key is None else items.get(item_key)
        if piece is None:
            lost.append((fact, "unknown_piece"))
        elif item_key is not None and item is None:
            lost.append((fact, "unknown_item"))
        else:
            seen.append(Seen(fact, piece, None if CONTRACTS[fact.name].is_beat else item))
    return seen, lost


def _touches(fact: Fact) -> bool:
    contract = CONTRACTS.get(fact.name) if fact.kind == "track" else None
    return contract is not None and contract.touches and "piece_id" in fact.properties


def _key(seen: Seen) -> UUID:
    item = seen.item.item_id if seen.item else ""
    text = f"{seen.fact.sender.slug}\0{seen.watch_id}\0{seen.piece.piece_id}\0{item}"
    # A visit is of one viewer: what somebody else adds to its id is another visit.
    text += f"\0{seen.fact.viewer_id}"
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])


def _begun(key: UUID, seen: Seen) -> Watch:
    words = seen.fact.properties
    return Watch(
        key=key,
        viewer_id=seen.fact.viewer_id,
        piece_id=seen.piece.piece_id,
        account_id=seen.piece.account_id,
        channel_id=seen.piece.channel_id,
        session_id=words.get("session_id"),
        item_id=seen.item.item_id if seen.item else None,
        shop_id=seen.item.shop_id if seen.item else None,
        link_id=words.get("link_id"),
        slot=str(words.get("slot") or "")[:60],
        first_ms=seen.fact.received_ms,
        last_ms=seen.fact.received_ms,
    )


def _stored(keys: Sequence[UUID]) -> Iterable[Watch]:
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield from Watch.objects.filter(key__in=keys[start : start + _KEYS_AT_ONCE])
