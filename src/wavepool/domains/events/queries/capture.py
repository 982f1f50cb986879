"""Reads of sources, quarantine and volumes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events.models import QuarantinedEvent, Source, VolumeCell
from wavepool.domains.events.queries.contracts import reason_words
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State

Lateness = VolumeCell.Lateness


def list_sources() -> QuerySet[Source]:
    """Every source."""
    return Source.objects.all()


def get_source(public_id: str) -> Source:
    """One source.

    Raises:
        NotFound: there is none.
    """
    source = Source.objects.filter(public_id=public_id).first()
    if source is None:
        raise NotFound(_("There is no such source."))
    return source


def source_kind_choices() -> list[tuple[str, str]]:
    """Kinds of sources and their words."""
    return [(kind.value, str(kind.label)) for kind in Source.Kind]


def source_state(source: Source, *, at: datetime) -> State:
    """Whether a source may send."""
    if source.ended_at is not None:
        return State(name="ended", label=_("Closed"), why=_("Its keys do not work any more."))
    if source.previous_until is not None and source.previous_until > at:
        return State(
            name="rotating",
            label=_("Two keys"),
            tone="warning",
            why=_("The key before still works."),
            until=source.previous_until,
        )
    return State(name="open", label=_("Open"), tone="ok")


def every_quarantined() -> QuerySet[QuarantinedEvent]:
    """Every event that was put aside."""
    return QuarantinedEvent.objects.select_related("source")


def get_quarantined(public_id: str) -> QuarantinedEvent:
    """One event that was put aside.

    Raises:
        NotFound: there is none.
    """
    event = QuarantinedEvent.objects.select_related("source").filter(public_id=public_id).first()
    if event is None:
        raise NotFound(_("There is no such event."))
    return event


def quarantine_state(event: QuarantinedEvent) -> State:
    """Where an event that was put aside stands."""
    if event.state == QuarantinedEvent.State.WAITING:
        why = reason_words(event.reason)
        return State(name="waiting", label=_("Waiting"), tone="warning", why=why)
    tone = "ok" if event.state == QuarantinedEvent.State.REPLAYED else "neutral"
    return State(
        name=event.state,
        label=event.get_state_display(),
        tone=tone,  # type: ignore[arg-type]
        why=event.why,
    )


def quarantine_state_choices() -> list[tuple[str, str]]:
    """States of events that were put aside."""
    return [(state.value, str(state.label)) for state in QuarantinedEvent.State]


def waiting_by_reason() -> list[tuple[str, int]]:
    """How many events wait, by reason."""
    rows = QuarantinedEvent.objects.filter(state=QuarantinedEvent.State.WAITING)
    counted = rows.values("reason").annotate(events=Count("pk")).order_by("reason")
    return [(row["reason"], row["events"]) for row in counted]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One field of the heat table: how many events, and how strong it is, 0 to 4."""

    lateness: str
    events: int
    heat: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One day of receipt."""

    day: date
    cells: tuple[HeatCell, ...]
    total: int


def volume_of_days(*, until: date, days: int = 28) -> list[HeatRow]:
    """Events of each day of receipt by lateness, the newest first; days without any too.

    Heat is by how many digits a number has, so a hundred late events show beside a
    million that were in time.
    """
    first = until - timedelta(days=days - 1)
    rows = VolumeCell.objects.filter(received_date__gte=first, received_date__lte=until)
    sums = {
        (row["received_date"], row["lateness"]): row["total"]
        for row in rows.values("received_date", "lateness").annotate(total=Sum("events"))
    }
    found = []
    for number in range(days):
        day = until - timedelta(days=number)
        cells = tuple(
            HeatCell(each.value, count, heat_of(count))
            for each in Lateness
            for count in (sums.get((day, each.value), 0),)
        )
        found.append(HeatRow(day, cells, sum(cell.events for cell in cells)))
    return found


def heat_of(events: int) -> int:
    """How strong a number shows, 0 to 4.

    >>> [heat_of(number) for number in (0, 7, 80, 2_000, 90_000_000)]
    [0, 1, 2, 3, 4]
    """
    return 0 if not events else min(4, (len(str(events)) + 2) // 2)


def lateness_labels() -> list[str]:
    """The columns of the heat table."""
    return [str(each.label) for each in Lateness]
