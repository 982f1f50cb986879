"""Reads of objections: until when one may be raised, when its answer is due, who waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements.models import Objection, Statement
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.deadlines import is_due
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import Event, State, Tone

#: Days after a statement was issued in which its lines may be objected to.
OBJECTION_DAYS: Final = 30
#: Working days, Monday to Friday, that the platform takes for an answer.
ANSWER_WORKING_DAYS: Final = 5
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whether a statement's lines may be objected to.

    Attributes:
        is_open: whether they may now.
        until: until when, where a date is set.
        why: what holds, in words.
    """

    is_open: bool
    why: Any
    until: datetime | None = None


def window_of(statement: Statement, *, at: datetime) -> Window:
    """An estimate's lines while its month is open, a final one's for a time after it was issued."""
    if not statement.take.is_final:
        return Window(is_open=True, why=_("At any time until the month is closed"))
    if statement.issued_at is None:
        return Window(
            is_open=False,
            why=_("The month is being closed; you can object once the statement is issued"),
        )
    until = statement.issued_at + timedelta(days=OBJECTION_DAYS)
    if is_due(until, at=at):
        return Window(is_open=False, until=until, why=_("The time for objections is over"))
    return Window(is_open=True, until=until, why=_("In the 30 days after the statement was issued"))


def answer_due_at(raised_at: datetime) -> datetime:
    """The end of the last working day on which an objection may be answered in time.

    Working days are Monday to Friday in the operator's zone; the day on which it was raised does
    not count.
    """
    zone = ZoneInfo(settings.OPERATOR_ZONE)
    day = raised_at.astimezone(zone).date()
    left = ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def list_objections() -> QuerySet[Objection]:
    """Every objection."""
    return Objection.objects.select_related(
        "payee", "creator", "agency", "shop", "raised_by", "answered_by"
    )


def objections_to_line(*, payee_id: int, period: str, line_key: str) -> list[Objection]:
    """What was objected to one line, the earliest first."""
    rows = list_objections().filter(payee_id=payee_id, period=period, line_key=line_key)
    return list(rows.order_by("raised_at", "pk"))


def count_open(*, at: datetime) -> tuple[int, int]:
    """How many wait for an answer, and how many of them are overdue."""
    rows = Objection.objects.filter(outcome=Objection.Outcome.OPEN)
    return rows.count(), rows.filter(answer_due_at__lte=at).count()


def access_objection(public_id: str, *, actor: Actor, to: str) -> Objection:
    """An objection, for staff with a right.

    Raises:
        NotFound: the actor is no staff, or there is none.
        NotAllowed: the actor's roles lack the right.
    """
    people.access_staff(actor=actor, to=to)
    found = list_objections().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such objection."))
    return found


def state_of_objection(objection: Objection, *, at: datetime) -> State:
    """How it stands, as people see it."""
    if objection.is_open:
        is_late = is_due(objection.answer_due_at, at=at)
        return State(
            name="overdue" if is_late else "open",
            label=_("Overdue") if is_late else _("Waits for an answer"),
            tone="error" if is_late else "warning",
            why=_("The answer should have been there by then") if is_late else "",
            until=objection.answer_due_at,
        )
    return State(
        name=objection.outcome,
        label=_outcome_label(objection),
        tone=_tone(objection),
        why=objection.answer,
    )


def events_of_objections(objections: Iterable[Objection], *, with_names: bool) -> list[Event]:
    """What was said on a line and what was answered, in order; who answered is for staff only."""
    found = []
    for each in objections:
        found.append(
            Event(
                at=each.raised_at,
                title=_("Objection raised"),
                text=each.text,
                tone="info",
                who=each.raised_by.name if with_names else "",
            )
        )
        if each.answered_at is not None and each.answered_by is not None:
            found.append(
                Event(
                    at=each.answered_at,
                    title=_outcome_label(each),
                    text=each.answer,
                    tone=_tone(each),
                    who=each.answered_by.name if with_names else "",
                )
            )
    return sorted(found, key=lambda event: event.at)


def objection_outcome_choices() -> list[tuple[str, Any]]:
    """Outcomes as a filter offers them."""
    return list(Objection.Outcome.choices)


def _outcome_label(objection: Objection) -> Any:
    if objection.outcome == Objection.Outcome.REJECTED:
        return _("Rejected")
    if objection.correction_minor is None:
        return _("Upheld: the month is counted anew")
    return _("Upheld: a correction is asked for")


def _tone(objection: Objection) -> Tone:
    return "ok" if objection.outcome == Objection.Outcome.UPHELD else "neutral"
