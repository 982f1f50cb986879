"""Budgets of programmes: one person asks, another approves, never for a month that has ended."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import Budget, BudgetChange
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class BudgetError(PlatformError):
    """The base of what budgets refuse."""


class UnknownProgramme(BudgetError):
    """No rules in force or announced have this programme."""

    kind = "programmes.unknown_programme"
    status: ClassVar[int] = 422

    def __init__(self, programme_id: str) -> None:
        super().__init__(
            _("No rules in force or announced have a programme %(programme)s.")
            % {"programme": programme_id},
            pointer="/programme",
        )
        self.programme_id = programme_id


class OtherCurrency(BudgetError):
    """A programme pays in one currency, and so does its budget."""

    kind = "programmes.other_currency"
    status: ClassVar[int] = 422

    def __init__(self, currency: str, *, should_be: str) -> None:
        super().__init__(
            _("The programme pays in %(should)s, not in %(currency)s.")
            % {"should": should_be, "currency": currency},
            pointer="/currency",
        )
        self.currency = currency
        self.should_be = should_be


class MonthIsOver(BudgetError):
    """Nothing changes what people could count on in a month that has ended."""

    kind = "programmes.month_is_over"
    status: ClassVar[int] = 422

    def __init__(self, period: str) -> None:
        super().__init__(
            _("%(period)s has ended; its budget stays. Budgets change for months to come.")
            % {"period": period},
            pointer="/month",
        )
        self.period = period


class MonthOutside(BudgetError):
    """The programme does not run in that month."""

    kind = "programmes.month_outside"
    status: ClassVar[int] = 422

    def __init__(self, period: str) -> None:
        super().__init__(
            _("The programme does not run in %(period)s.") % {"period": period}, pointer="/month"
        )
        self.period = period


class AbovePlan(BudgetError):
    """The published plan is the most that a month may get, in money and in traffic."""

    kind = "programmes.above_plan"
    status: ClassVar[int] = 422

    def __init__(self, *, planned_minor: int, planned_units: int, pointer: str) -> None:
        super().__init__(_("The published rules plan less than that for a month."), pointer=pointer)
        self.planned_minor = planned_minor
        self.planned_units = planned_units


class BudgetReasonNeeded(BudgetError):
    """A change says why."""

    kind = "programmes.budget_reason_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say why the budget changes."), pointer="/reason")


class BudgetChangeWaits(BudgetError):
    """Another change of the same budget waits for its second person."""

    kind = "programmes.budget_change_waits"

    def __init__(self) -> None:
        super().__init__(_("Another change of this budget waits for a second person."))


class BudgetChangeDecided(BudgetError):
    """It was decided before."""

    kind = "programmes.budget_change_decided"

    def __init__(self) -> None:
        super().__init__(_("This change was decided before."))


def ask_budget(
    *,
    programme_id: str,
    period: str,
    currency: str,
    budget_minor: int,
    traffic_units: int,
    reason: str,
    actor: Actor,
    as_of: datetime,
) -> BudgetChange:
    """Ask a second person for a month's budget.

    Raises:
        NotFound, NotAllowed: the actor may not move money.
        UnknownProgramme, OtherCurrency, MonthIsOver, MonthOutside, AbovePlan: it cannot be.
        BudgetReasonNeeded: the reason is empty.
        BudgetChangeWaits: another change of it is open.
    """
    people.access_staff(actor=actor, to="finance")
    _ensure_possible(
        programme_id,
        period=period,
        currency=currency,
        minor=budget_minor,
        units=traffic_units,
        as_of=as_of,
    )
    if not reason.strip():
        raise BudgetReasonNeeded
    known = Budget.objects.filter(programme_id=programme_id, period=period).first()
    change = BudgetChange(
        programme_id=programme_id,
        period=period,
        currency=currency,
        before_minor=known.budget_minor if known else 0,
        after_minor=budget_minor,
        before_traffic_units=known.traffic_units if known else 0,
        after_traffic_units=traffic_units,
        reason=reason.strip()[:1000],
        author_id=actor.account_id,  # type: ignore[misc]  # approvals refuse who is no person
        asked_at=as_of,
    )
    change.digest = _digest_of(change)
    with transaction.atomic():
        _insert(change)
        approvals.request_approval(
            subject=change.subject, digest=change.digest, makers=(), actor=actor, as_of=as_of
        )
    return change


def approve_budget(
    *, public_id: str, seen_digest: str, actor: Actor, as_of: datetime
) -> BudgetChange:
    """Agree as the second person; the next run pays from it.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see `plumbing.approvals`.
        BudgetChangeDecided: it was decided before.
        MonthIsOver, AbovePlan: meanwhile the month ended, or the rules plan less.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        change = _open_change(public_id)
        _ensure_possible(
            change.programme_id,
            period=change.period,
            currency=change.currency,
            minor=change.after_minor,
            units=change.after_traffic_units,
            as_of=as_of,
        )
        approval = approvals.find_approval(subject=change.subject)
        assert approval is not None, "an open change was asked about"
        approvals.approve(
            approval_id=approval.public_id, digest=seen_digest, actor=actor, as_of=as_of
        )
        approvals.ensure_approved(
            subject=change.subject, digest=_digest_of(change), makers=(change.author_id,)
        )
        Budget.objects.update_or_create(
            programme_id=change.programme_id,
            period=change.period,
            defaults={
                "currency": change.currency,
                "budget_minor": change.after_minor,
                "traffic_units": change.after_traffic_units,
                "approved_at": as_of,
            },
        )
        _decide(change, BudgetChange.Outcome.APPLIED, answer="", actor=actor, as_of=as_of)
        audit.record(
            kind="programmes.budget_approved",
            subject=change.subject,
            actor=actor,
            at=as_of,
            data={
                "programme": change.programme_id,
                "period": change.period,
                "minor": change.after_minor,
                "traffic_units": change.after_traffic_units,
            },
        )
    return change


def reject_budget(
    *, public_id: str, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> BudgetChange:
    """Refuse as the second person, and say why.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        ReasonNeeded, SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see
            `plumbing.approvals`.
        BudgetChangeDecided: it was decided before.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        change = _open_change(public_id)
        approval = approvals.find_approval(subject=change.subject)
        assert approval is not None, "an open change was asked about"
        approvals.reject(
            approval_id=approval.public_id,
            digest=seen_digest,
            reason=reason,
            actor=actor,
            as_of=as_of,
        )
        _decide(change, BudgetChange.Outcome.REJECTED, answer=reason, actor=actor, as_of=as_of)
    return change


def _ensure_possible(
    programme_id: str, *, period: str, currency: str, minor: int, units: int, as_of: datetime
) -> None:
    known = queries.find_programme(programme_id, at=as_of)
    if known is None:
        raise UnknownProgramme(programme_id)
    programme, rules = known
    if currency != programme.currency:
        raise OtherCurrency(currency, should_be=programme.currency)
    first, after = queries.days_of_month(period)
    if after <= queries.today_at(as_of, rules.zone):
        raise MonthIsOver(period)
    if not _runs_in(
        first,
        after,
        from_date=queries.day_of(programme.from_day),
        to_date=queries.day_of(programme.to_day),
    ):
        raise MonthOutside(period)
    planned_minor = programme.planned.minor if programme.planned else 0
    planned_units = programme.planned.traffic_units if programme.planned else 0
    for amount, most, pointer in (
        (minor, planned_minor, "/amount"),
        (units, planned_units, "/traffic"),
    ):
        if not 0 <= amount <= most:
            raise AbovePlan(
                planned_minor=planned_minor, planned_units=planned_units, pointer=pointer
            )


def _runs_in(first: date, after: date, *, from_date: date, to_date: date) -> bool:
    return from_date < after and first < to_date


def _digest_of(change: BudgetChange) -> str:
    content = {
        "programme": change.programme_id,
        "period": change.period,
        "currency": change.currency,
        "before": [change.before_minor, change.before_traffic_units],
        "after": [change.after_minor, change.after_traffic_units],
        "reason": change.reason,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _insert(change: BudgetChange) -> None:
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise BudgetChangeWaits from error


def _open_change(public_id: str) -> BudgetChange:
    change = queries.get_budget_change(public_id)
    if not change.is_open:
        raise BudgetChangeDecided
    return change


def _decide(
    change: BudgetChange,
    outcome: BudgetChange.Outcome,
    *,
    answer: str,
    actor: Actor,
    as_of: datetime,
) -> None:
    mine = BudgetChange.objects.filter(pk=change.pk, outcome=BudgetChange.Outcome.OPEN)
    if not mine.update(
        outcome=outcome,
        decided_by=actor.account_id,
        decided_at=as_of,
        answer=answer.strip()[:1000],
    ):
        raise BudgetChangeDecided
    change.refresh_from_db()
