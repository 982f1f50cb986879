"""A month from draft to objection, closed and paid; each step once and never back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.people import queries as people
from wavepool.domains.pools import queries
from wavepool.domains.pools.models import OBJECTION_TIME, Objection, Period, PeriodDraft
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class PeriodError(PlatformError):
    """The base of what a month refuses."""


class TooEarly(PeriodError):
    """The month is not over for long enough."""

    kind = "pools.too_early"

    def __init__(self, due_at: datetime) -> None:
        super().__init__(_("Late facts still change this month; it is published later."))
        self.due_at = due_at


class NothingToPublish(PeriodError):
    """No draft knows the whole month."""

    kind = "pools.nothing_to_publish"

    def __init__(self) -> None:
        super().__init__(_("There is no draft from after the month's end yet."))


class PeriodPublished(PeriodError):
    """Its draft was published before; publishing happens once."""

    kind = "pools.published"

    def __init__(self) -> None:
        super().__init__(_("This month's draft was published before."))


class ObjectionsRun(PeriodError):
    """Payees may still object, or nothing was published yet."""

    kind = "pools.objections_run"

    def __init__(self, until: datetime | None) -> None:
        super().__init__(_("The month closes after the time for objections only."))
        self.until = until


class ObjectionsWait(PeriodError):
    """Objections without an answer keep the month from closing."""

    kind = "pools.objections_wait"

    def __init__(self, count: int) -> None:
        super().__init__(
            _("%(count)d objections wait for an answer; the month cannot close.") % {"count": count}
        )
        self.count = count


class AnswerNotInDraft(PeriodError):
    """An objection was upheld after the latest draft was made."""

    kind = "pools.answer_not_in_draft"

    def __init__(self) -> None:
        super().__init__(
            _("An objection was upheld after the latest draft; a newer draft has to take it in.")
        )


class FinalRunNeeded(PeriodError):
    """The latest draft comes from a daily run; only a final run settles a month for ever."""

    kind = "pools.final_run_needed"

    def __init__(self) -> None:
        super().__init__(
            _("The month closes with its final run, which is asked for; it may take some minutes.")
        )


class PeriodIsClosed(PeriodError):
    """The month's shares are final; corrections belong to the open month."""

    kind = "pools.period_is_closed"

    def __init__(self, period: str) -> None:
        super().__init__(
            _("%(period)s is closed; corrections belong to the open month.") % {"period": period}
        )
        self.period = period


class PeriodNotClosed(PeriodError):
    """Only final shares are paid."""

    kind = "pools.period_not_closed"

    def __init__(self) -> None:
        super().__init__(_("Only a closed month can be paid."))


class PeriodPaid(PeriodError):
    """It was paid before."""

    kind = "pools.period_paid"

    def __init__(self) -> None:
        super().__init__(_("This month was paid before."))


class ReferenceNeeded(PeriodError):
    """A payment is named."""

    kind = "pools.reference_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Name the payment."), pointer="/reference")


def publish_period(*, period: str, actor: Actor, as_of: datetime) -> Period:
    """Put a month's draft to objection, seven days from now.

    Raises:
        NotFound: there is no such month, or the actor is no staff.
        TooEarly: less than the draft time has passed since the month's end.
        NothingToPublish: no draft knows the whole month.
        PeriodPublished: it was published before.
    """
    _ensure_staff(actor)
    with transaction.atomic():
        row = _lock(period)
        if row.published_at is not None:
            raise PeriodPublished
        if as_of < row.publish_due_at:
            raise TooEarly(row.publish_due_at)
        draft = queries.find_latest_draft(row)
        if draft is None or queries.known_until(draft) < row.ends_at:
            raise NothingToPublish
        # On SQLite the lock above is none: the condition decides who was first.
        if not Period.objects.filter(pk=row.pk, published_at=None).update(
            published=draft, published_at=as_of, objection_ends_at=as_of + OBJECTION_TIME
        ):
            raise PeriodPublished
        row.refresh_from_db()
        _record("pools.published", row, actor, as_of, draft)
    return row


def close_period(*, period: str, actor: Actor, as_of: datetime) -> Period:
    """Make a month's latest draft final; one of a daily run has to be followed by a final run.

    Raises:
        NotFound: there is no such month, or the actor is no staff.
        ObjectionsRun: payees may still object.
        ObjectionsWait: an objection waits for an answer.
        AnswerNotInDraft: an objection was upheld and no draft was made since.
        FinalRunNeeded: the draft comes from a daily run; see `ask_final_run`.
        PeriodIsClosed: it was closed before.
    """
    _ensure_staff(actor)
    with transaction.atomic():
        row = _lock(period)
        if row.is_closed:
            raise PeriodIsClosed(period)
        if row.objection_ends_at is None or as_of < row.objection_ends_at:
            raise ObjectionsRun(row.objection_ends_at)
        if waiting := queries.count_open(row):
            raise ObjectionsWait(waiting)
        draft = queries.find_latest_draft(row)
        assert draft is not None, "what was published is a draft"
        if draft.as_of < (_last_upheld_at(row) or draft.as_of):
            raise AnswerNotInDraft
        if not queries.is_of_final_run(draft):
            raise FinalRunNeeded
        if not Period.objects.filter(pk=row.pk, closed_at=None).update(
            final=draft, closed_at=as_of, closed_by=actor.name[:160]
        ):
            raise PeriodIsClosed(period)
        row.refresh_from_db()
        _record("pools.closed", row, actor, as_of, draft)
    return row


def ask_final_run(*, period: str, actor: Actor, as_of: datetime) -> bool:
    """Ask for the final run of a month; tell whether it was asked for now.

    Its draft is taken in like any other, and the month closes with it. The months after it open
    from its state from then on.
    """
    try:
        credits.request_run(kind="final", period=period, as_of=as_of, actor=actor)
    except credits.RunError:
        # It is under way, or done and about to be taken in.
        return False
    return True


def record_payment(*, period: str, reference: str, actor: Actor, as_of: datetime) -> Period:
    """Note that a closed month's shares were paid: by finance, or by the machine once all are.

    Raises:
        NotFound: there is no such month, or the actor is no staff.
        NotAllowed: the actor's roles lack the right to move money.
        ReferenceNeeded: the payment has no name.
        PeriodNotClosed: its shares are not final.
        PeriodPaid: it was paid before.
    """
    _ensure_staff(actor)
    if not reference.strip():
        raise ReferenceNeeded
    with transaction.atomic():
        row = _lock(period)
        if not row.is_closed:
            raise PeriodNotClosed
        if not Period.objects.filter(pk=row.pk, paid_at=None).update(
            paid_at=as_of, paid_by=actor.name[:160], payment_reference=reference.strip()[:120]
        ):
            raise PeriodPaid
        row.refresh_from_db()
        _record("pools.paid", row, actor, as_of, None)
    return row


def move_periods(*, actor: Actor, as_of: datetime) -> list[str]:
    """Publish and close every month for which the time has come; tell which.

    A final run that is missing is asked for, but not again after one that left rows out: somebody
    puts them right and asks.
    """
    moved = []
    for row in queries.list_periods().filter(closed_at=None).order_by("name"):
        step = close_period if row.published_at else publish_period
        try:
            step(period=row.name, actor=actor, as_of=as_of)
        except FinalRunNeeded:
            if not queries.waits_for_rows(row):
                ask_final_run(period=row.name, actor=actor, as_of=as_of)
            continue
        except PeriodError:
            # Its time has not come, or somebody has to answer first; the page says which.
            continue
        moved.append(row.name)
    return moved


def _ensure_staff(actor: Actor) -> None:
    if not actor.is_machine:
        people.access_staff(actor=actor, to="finance")


def _lock(period: str) -> Period:
    row = Period.objects.select_for_update().filter(name=period).first()
    if row is None:
        raise NotFound(_("There is no such month."))
    return row


def _last_upheld_at(row: Period) -> datetime | None:
    upheld = Objection.objects.filter(period=row, outcome=Objection.Outcome.UPHELD)
    found: datetime | None = upheld.aggregate(at=Max("answered_at"))["at"]
    return found


def _record(
    kind: str, row: Period, actor: Actor, as_of: datetime, draft: PeriodDraft | None
) -> None:
    data = {"run": draft.run_id} if draft else {"reference": row.payment_reference}
    audit.record(kind=kind, subject=f"pool_period/{row.name}", actor=actor, at=as_of, data=data)
