"""Complaints with a clock, and ratings: what buyers say of what they bought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations import clean_text
from wavepool.domains.orders import queries
from wavepool.domains.orders.models import Complaint, Feedback, Order
from wavepool.domains.orders.operations import notices
from wavepool.domains.orders.operations.refunds import lock_line
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.ids import new_id

#: A shop that is silent for this long finds the complaint with the operator's staff.
SILENT_FOR: Final = timedelta(days=3)
STARS: Final = range(1, 6)
#: One star is 0, five are the whole.
STAR_PPM: Final = 250_000


class ComplaintOpen(PlatformError):
    """One complaint at a time for a line."""

    kind = "orders.complaint_open"

    def __init__(self) -> None:
        super().__init__(_("A complaint about this is open."))


class ComplaintElsewhere(PlatformError):
    """The complaint is not where this deed belongs."""

    kind = "orders.complaint_elsewhere"

    def __init__(self, state: str) -> None:
        label = Complaint.State(state).label
        super().__init__(_("The complaint is in another state: %(state)s.") % {"state": label})
        self.state = state


class TextMissing(PlatformError):
    """Words are needed here."""

    kind = "orders.text_missing"
    status: ClassVar[int] = 422

    def __init__(self, field: str) -> None:
        super().__init__(_("Write a few words."), pointer=f"/{field}")
        self.field = field


class RatedAlready(PlatformError):
    """A line is rated once."""

    kind = "orders.rated_already"

    def __init__(self) -> None:
        super().__init__(_("You rated this already; a rating is not changed."))


class NotReceived(PlatformError):
    """What has not arrived cannot be rated."""

    kind = "orders.not_received"

    def __init__(self) -> None:
        super().__init__(_("You can rate it once you have received it."))


def complain(*, order_id: str, line_id: int, text: str, actor: Actor, as_of: datetime) -> Complaint:
    """Complain about a line of one's own order; the shop has three days to answer.

    Raises:
        NotFound: the actor has no such paid line.
        ComplaintOpen: an earlier one is not resolved.
        TextMissing, BadText: nothing readable is said.
    """
    said = _words(text, "text")
    with transaction.atomic():
        order = queries.access_order(order_id, account_id=actor.account_id)
        line = lock_line(line_id, order_id=order.pk)
        if Complaint.objects.filter(line=line).exclude(state=Complaint.State.RESOLVED).exists():
            raise ComplaintOpen
        made = Complaint.objects.create(
            public_id=new_id("cm"),
            line=line,
            shop_id=order.shop_id,
            text=said,
            opened_at=as_of,
            answer_due_at=as_of + SILENT_FOR,
        )
        record_feedback(line_id=line.pk, kind=Feedback.Kind.COMPLAINT, given_at=as_of, as_of=as_of)
        notices.tell_complaint_opened(made, order, at=as_of)
        _note("orders.complaint_opened", made, actor=actor, as_of=as_of)
        return made


def answer_complaint(
    *, complaint_id: str, shop_id: int, text: str, actor: Actor, as_of: datetime
) -> Complaint:
    """The shop answers; the buyer says whether that helped.

    Raises:
        NotFound: there is no such complaint to this shop.
        ComplaintElsewhere: it does not wait for the shop.
        TextMissing, BadText: nothing readable is said.
    """
    said = _words(text, "text")
    with transaction.atomic():
        found = queries.access_shop_complaint(complaint_id, shop_id=shop_id)
        _move(found, ["opened"], "answered", answer=said, answered_at=as_of)
        notices.tell_complaint_answered(found, at=as_of)
        _note("orders.complaint_answered", found, actor=actor, as_of=as_of)
        return found


def close_complaint(*, complaint_id: str, actor: Actor, as_of: datetime) -> Complaint:
    """The buyer says that it is solved.

    Raises:
        NotFound: it is not the actor's.
        ComplaintElsewhere: it is resolved already.
    """
    with transaction.atomic():
        found = queries.access_complaint(complaint_id, account_id=actor.account_id)
        _move(found, ["opened", "answered", "escalated"], "resolved", resolved_at=as_of)
        _note("orders.complaint_solved", found, actor=actor, as_of=as_of)
        return found


def escalate_complaint(*, complaint_id: str, actor: Actor, as_of: datetime) -> Complaint:
    """The buyer brings an answer that did not help before the operator's staff.

    Raises:
        NotFound: it is not the actor's.
        ComplaintElsewhere: the shop has not answered, or it is with staff or resolved already.
    """
    with transaction.atomic():
        found = queries.access_complaint(complaint_id, account_id=actor.account_id)
        _move(found, ["answered"], "escalated", escalated_at=as_of)
        _note("orders.complaint_escalated", found, actor=actor, as_of=as_of)
        return found


def escalate_silent(*, actor: Actor, as_of: datetime, most: int = 200) -> int:
    """Escalate complaints that shops left unanswered; tell how many."""
    silent = Complaint.objects.filter(
        state=Complaint.State.OPENED, answer_due_at__lte=as_of
    ).order_by("answer_due_at", "pk")
    moved = 0
    for found in silent[:most]:
        with transaction.atomic():
            mine = Complaint.objects.filter(pk=found.pk, state=Complaint.State.OPENED)
            if mine.update(state=Complaint.State.ESCALATED, escalated_at=as_of):
                _note("orders.complaint_escalated", found, actor=actor, as_of=as_of)
                moved += 1
    return moved


def rule_complaint(*, complaint_id: str, text: str, actor: Actor, as_of: datetime) -> Complaint:
    """Staff resolve what was escalated, with words that both sides read.

    Raises:
        NotFound: there is no such complaint.
        ComplaintElsewhere: it is not with staff.
        TextMissing, BadText: nothing readable is said.
    """
    said = _words(text, "text")
    with transaction.atomic():
        found = queries.get_complaint(complaint_id)
        _move(found, ["escalated"], "resolved", ruling=said, resolved_at=as_of)
        notices.tell_complaint_ruled(found, at=as_of)
        _note("orders.complaint_ruled", found, actor=actor, as_of=as_of)
        return found


def rate_line(
    *, order_id: str, line_id: int, stars: int, text: str = "", actor: Actor, as_of: datetime
) -> Feedback:
    """Rate a line that was received, once, with one to five stars.

    Raises:
        NotFound: the actor has no such line, or there are no so many stars.
        NotReceived: it has not arrived.
        RatedAlready: it was rated before.
    """
    if stars not in STARS:
        raise NotFound(_("Give one to five stars."))
    with transaction.atomic():
        order = queries.access_order(order_id, account_id=actor.account_id)
        line = lock_line(line_id, order_id=order.pk)
        if order.state != Order.State.RECEIVED:
            raise NotReceived
        if Feedback.objects.filter(line=line, kind=Feedback.Kind.RATING).exists():
            raise RatedAlready
        return record_feedback(
            line_id=line.pk,
            kind=Feedback.Kind.RATING,
            score_ppm=(stars - 1) * STAR_PPM,
            text=clean_text(text, field="text", length=1000),
            given_at=as_of,
            as_of=as_of,
        )


def record_feedback(
    *,
    kind: str,
    given_at: datetime,
    as_of: datetime,
    line_id: int | None = None,
    piece_id: int | None = None,
    score_ppm: int | None = None,
    text: str = "",
) -> Feedback:
    """Add feedback on a line or a piece as a fact, in the caller's transaction."""
    return Feedback.objects.create(
        line_id=line_id,
        piece_id=piece_id,
        kind=kind,
        score_ppm=score_ppm,
        text=text,
        given_at=given_at,
        known_at=as_of,
    )


def _move(found: Complaint, here: list[str], there: str, **said: Any) -> None:
    """One statement that carries its own condition: of two who answer, one does."""
    if not Complaint.objects.filter(pk=found.pk, state__in=here).update(state=there, **said):
        raise ComplaintElsewhere(found.state)
    found.refresh_from_db()


def _words(text: str, field: str) -> str:
    said = clean_text(text, field=field, length=1000)
    if not said:
        raise TextMissing(field)
    return said


def _note(kind: str, found: Complaint, *, actor: Actor, as_of: datetime) -> None:
    audit.record(kind=kind, subject=found.public_id, actor=actor, at=as_of, data={})
