"""What could not be used: mended and replayed, or dropped with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import queries
from wavepool.domains.events.models import EventKey, QuarantinedEvent, Source
from wavepool.domains.events.operations.compacting import take_in
from wavepool.domains.events.operations.facts import HORIZON_DAYS, Bad, Sender, read_again
from wavepool.domains.events.queries.contracts import reason_words
from wavepool.domains.events.queries.numbers import OWN, event_key
from wavepool.domains.events.queries.places import Places
from wavepool.domains.events.tables import epoch_ms
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class EventDecided(PlatformError):
    """Somebody decided about it before."""

    kind: ClassVar[str] = "events.event_decided"

    def __init__(self, event: QuarantinedEvent) -> None:
        super().__init__(_("This event was decided about before."))
        self.event = event


class StillUnfit(PlatformError):
    """The event still cannot be used."""

    kind: ClassVar[str] = "events.still_unfit"
    status: ClassVar[int] = 422

    def __init__(self, reason: str, detail: str) -> None:
        message = _("It still cannot be used: %(reason)s %(detail)s")
        words = {"reason": reason_words(reason), "detail": detail}
        super().__init__(message % words, pointer="/text")
        self.reason, self.detail = reason, detail


class EventKnown(PlatformError):
    """An event of this source and message id is in the lake."""

    kind: ClassVar[str] = "events.event_known"

    def __init__(self, message_id: str) -> None:
        super().__init__(_("An event with this message id was taken in; drop this one."))
        self.message_id = message_id


def replay_event(
    *,
    public_id: str,
    text: str,
    actor: Actor,
    as_of: datetime,
    places: Places | None = None,
) -> QuarantinedEvent:
    """Take a mended event in, as if it had come so; its times of sending and receipt stay.

    Raises:
        EventDecided: it does not wait any more.
        EventKnown: its message id is in the lake.
        LakeBusy: the lake changed meanwhile; try again.
        NotFound: there is none.
        StillUnfit: it still breaks its contract.
    """
    event = queries.get_quarantined(public_id)
    if event.state != QuarantinedEvent.State.WAITING:
        raise EventDecided(event)
    fact = read_again(
        text,
        sender=_sender(event),
        sent_text=event.sent_at,
        received_ms=epoch_ms(event.received_at),
    )
    if isinstance(fact, Bad):
        raise StillUnfit(fact.reason, fact.detail)
    if EventKey.objects.filter(key=event_key(fact.sender.slug, fact.message_id)).exists():
        raise EventKnown(fact.message_id)

    def decide() -> None:
        _decide(event, QuarantinedEvent.State.REPLAYED, why="", actor=actor, as_of=as_of)

    for bad in take_in([fact], places=places, as_of=as_of, also=decide):
        raise StillUnfit(bad.reason, bad.detail)
    return event


def replay_waiting(
    *, reason: str, actor: Actor, as_of: datetime, places: Places | None = None
) -> tuple[int, int]:
    """Replay every waiting event of a reason as it is, e.g. after its pieces arrived.

    Returns:
        How many were taken in, and how many still wait.
    """
    taken = kept = 0
    rows = QuarantinedEvent.objects.filter(state=QuarantinedEvent.State.WAITING, reason=reason)
    for public_id, text in rows.order_by("pk").values_list("public_id", "text"):
        try:
            replay_event(public_id=public_id, text=text, actor=actor, as_of=as_of, places=places)
            taken += 1
        except (StillUnfit, EventKnown):
            kept += 1
    return taken, kept


def drop_event(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> QuarantinedEvent:
    """Give an event up and say why.

    Raises:
        EventDecided: it does not wait any more.
        NotFound: there is none.
    """
    with transaction.atomic():
        event = queries.get_quarantined(public_id)
        _decide(event, QuarantinedEvent.State.DROPPED, why=why, actor=actor, as_of=as_of)
        return event


def forget_keys(*, as_of: datetime) -> int:
    """Drop keys of events that could come again only too late to count; tell how many.

    What happened longer ago than the horizon goes into quarantine, so a copy that comes
    after its key was dropped is found out by its own time.
    """
    # A day more than the horizon: a key's day may have begun a whole day before its event.
    old = as_of.date() - timedelta(days=HORIZON_DAYS + 1)
    return EventKey.objects.filter(seen_date__lt=old).delete()[0]


def _decide(
    event: QuarantinedEvent, state: str, *, why: str, actor: Actor, as_of: datetime
) -> None:
    """Decide once: whoever finds it decided is refused."""
    waiting = QuarantinedEvent.objects.filter(pk=event.pk, state=QuarantinedEvent.State.WAITING)
    decided = {"state": state, "why": why, "decided_at": as_of, "decided_by": actor.name[:160]}
    if not waiting.update(**decided):
        raise EventDecided(event)
    event.refresh_from_db()
    data = {"reason": event.reason, "why": why}
    kind = f"events.event_{state}"
    audit.record(kind=kind, subject=event.public_id, actor=actor, at=as_of, data=data)


def _sender(event: QuarantinedEvent) -> Sender:
    if event.source is None:
        return Sender(None, OWN, is_trusted=False)
    is_trusted = event.source.kind == Source.Kind.SERVER
    return Sender(event.source.pk, event.source.slug, is_trusted)
