"""The fund: two persons commit, one of finance releases, never more than was committed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries as policies
from wavepool.domains.pools import queries
from wavepool.domains.pools.models import Fund, FundChange, FundRelease, FundYear, Period
from wavepool.domains.pools.operations.lifecycle import PeriodIsClosed
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class FundError(PlatformError):
    """The base of what the fund refuses."""


class YearsBackwards(FundError):
    """A fund's years run forward, or the year lies outside of them."""

    kind = "pools.years_backwards"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("The year lies outside the fund's years."), pointer="/year")


class BadPlace(FundError):
    """The policy has no such pool or scene, or its pool is in another currency."""

    kind = "pools.bad_place"
    status: ClassVar[int] = 422

    def __init__(self, place: str) -> None:
        super().__init__(
            _("The policy in force has no pool or scene %(place)s in this currency.")
            % {"place": place},
            pointer="/place",
        )
        self.place = place


class FundReasonNeeded(FundError):
    """A change says why."""

    kind = "pools.fund_reason_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say why the commitment changes."), pointer="/reason")


class ChangeWaits(FundError):
    """Another change of the same commitment waits for its second person."""

    kind = "pools.change_waits"

    def __init__(self) -> None:
        super().__init__(_("Another change of this commitment waits for a second person."))


class ChangeDecided(FundError):
    """It was decided before."""

    kind = "pools.change_decided"

    def __init__(self) -> None:
        super().__init__(_("This change was decided before."))


class CommitmentBelowReleased(FundError):
    """What is released stays committed."""

    kind = "pools.commitment_below_released"
    status: ClassVar[int] = 422

    def __init__(self, released_minor: int) -> None:
        super().__init__(_("More than that was released already."), pointer="/amount")
        self.released_minor = released_minor


class AboveCommitment(FundError):
    """A release takes what is committed and not more."""

    kind = "pools.above_commitment"
    status: ClassVar[int] = 422

    def __init__(self, left_minor: int) -> None:
        super().__init__(_("Less than that is left of the commitment."), pointer="/amount")
        self.left_minor = left_minor


def open_fund(
    *,
    name_zh: str,
    name_en: str,
    currency: str,
    first_year: int,
    last_year: int,
    actor: Actor,
    as_of: datetime,
) -> Fund:
    """Open a fund without any commitment yet.

    Raises:
        NotFound, NotAllowed: the actor may not change terms.
        YearsBackwards: the last year lies before the first.
    """
    if not actor.is_machine:
        people.access_staff(actor=actor, to="own")
    if last_year < first_year:
        raise YearsBackwards
    with transaction.atomic():
        fund = Fund.objects.create(
            name_zh=name_zh,
            name_en=name_en,
            currency=currency,
            first_year=first_year,
            last_year=last_year,
            opened_at=as_of,
        )
        _record("pools.fund_opened", f"fund/{fund.public_id}", actor, as_of, {})
    return fund


def ask_change(
    *,
    fund_id: str,
    year: int,
    pool_id: str,
    scene_id: str,
    committed_minor: int,
    reason: str,
    actor: Actor,
    as_of: datetime,
) -> FundChange:
    """Ask to commit an amount for a year and a pool, or one scene of it.

    Raises:
        NotFound, NotAllowed: there is no such fund, or the actor may not change terms.
        FundReasonNeeded, YearsBackwards, BadPlace: what was asked is not clear.
        CommitmentBelowReleased: more than that was released already.
        ChangeWaits: another change of it waits.
        SecondPersonNeeded: the actor is no person.
    """
    people.access_staff(actor=actor, to="own")
    fund = queries.get_fund(fund_id)
    if not reason.strip():
        raise FundReasonNeeded
    if not fund.first_year <= year <= fund.last_year:
        raise YearsBackwards
    _ensure_place(fund, pool_id=pool_id, scene_id=scene_id, as_of=as_of)
    known = FundYear.objects.filter(
        fund=fund, year=year, pool_id=pool_id, scene_id=scene_id
    ).first()
    if known is not None and committed_minor < known.released_minor:
        raise CommitmentBelowReleased(known.released_minor)
    change = FundChange(
        fund=fund,
        year=year,
        pool_id=pool_id,
        scene_id=scene_id,
        before_minor=known.committed_minor if known else 0,
        after_minor=committed_minor,
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


def approve_change(
    *, public_id: str, seen_digest: str, actor: Actor, as_of: datetime
) -> FundChange:
    """Agree to a change as the second person; it holds from now on.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not change terms.
        SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see `plumbing.approvals`.
        ChangeDecided: it was decided before.
        CommitmentBelowReleased: more than that was released meanwhile.
    """
    people.access_staff(actor=actor, to="own")
    with transaction.atomic():
        change = _open_change(public_id)
        approval = approvals.find_approval(subject=change.subject)
        assert approval is not None, "an open change was asked about"
        approvals.approve(
            approval_id=approval.public_id, digest=seen_digest, actor=actor, as_of=as_of
        )
        approvals.ensure_approved(
            subject=change.subject, digest=_digest_of(change), makers=(change.author_id,)
        )
        _commit(change)
        _decide(change, FundChange.Outcome.APPLIED, answer="", actor=actor, as_of=as_of)
        data = {"year": change.year, "place": change.scene_id or change.pool_id}
        amount = {"before": change.before_minor, "after": change.after_minor}
        _record("pools.fund_committed", change.subject, actor, as_of, {**data, **amount})
    return change


def reject_change(
    *, public_id: str, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> FundChange:
    """Refuse a change as the second person, and say why.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not change terms.
        ReasonNeeded, SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see
            `plumbing.approvals`.
        ChangeDecided: it was decided before.
    """
    people.access_staff(actor=actor, to="own")
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
        _decide(change, FundChange.Outcome.REJECTED, answer=reason, actor=actor, as_of=as_of)
    return change


def release(
    *,
    fund_id: str,
    pool_id: str,
    scene_id: str,
    period: str,
    amount_minor: int,
    actor: Actor,
    as_of: datetime,
) -> FundRelease:
    """Give committed money to a pool's month; the next run shares it.

    Raises:
        NotFound, NotAllowed: nothing is committed there, or the actor may not move money.
        PeriodIsClosed: the month's shares are final.
        AboveCommitment: less than that is left, or the amount is not above zero.
    """
    if not actor.is_machine:
        people.access_staff(actor=actor, to="finance")
    fund = queries.get_fund(fund_id)
    year = queries.get_year(fund, year=int(period[:4]), pool_id=pool_id, scene_id=scene_id)
    with transaction.atomic():
        if Period.objects.filter(name=period, closed_at__isnull=False).exists():
            raise PeriodIsClosed(period)
        room = FundYear.objects.filter(
            pk=year.pk, committed_minor__gte=F("released_minor") + amount_minor
        )
        if amount_minor <= 0 or not room.update(released_minor=F("released_minor") + amount_minor):
            year.refresh_from_db()
            raise AboveCommitment(year.committed_minor - year.released_minor)
        made = FundRelease.objects.create(
            year=year,
            pool_id=pool_id,
            period=period,
            currency=fund.currency,
            amount_minor=amount_minor,
            released_by=actor.name[:160],
            released_at=as_of,
        )
        data = {"pool": pool_id, "period": period, "amount": amount_minor}
        _record("pools.fund_released", f"fund/{fund.public_id}", actor, as_of, data)
    return made


def _ensure_place(fund: Fund, *, pool_id: str, scene_id: str, as_of: datetime) -> None:
    policy = policies.compose_engine_policy(at=as_of)
    pools = {each.id for each in policy.pools if each.currency == fund.currency}
    if pool_id not in pools:
        raise BadPlace(pool_id)
    scenes = {each.id for each in policy.scenes if each.pool == pool_id}
    if scene_id and scene_id not in scenes:
        raise BadPlace(scene_id)


def _digest_of(change: FundChange) -> str:
    content = {
        "fund": change.fund.public_id,
        "year": change.year,
        "pool": change.pool_id,
        "scene": change.scene_id,
        "before_minor": change.before_minor,
        "after_minor": change.after_minor,
        "reason": change.reason,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _insert(change: FundChange) -> None:
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise ChangeWaits from error


def _open_change(public_id: str) -> FundChange:
    change = queries.get_change(public_id)
    if not change.is_open:
        raise ChangeDecided
    return change


def _commit(change: FundChange) -> None:
    year, _is_new = FundYear.objects.get_or_create(
        fund=change.fund, year=change.year, pool_id=change.pool_id, scene_id=change.scene_id
    )
    fits = FundYear.objects.filter(pk=year.pk, released_minor__lte=change.after_minor)
    if not fits.update(committed_minor=change.after_minor):
        raise CommitmentBelowReleased(year.released_minor)


def _decide(
    change: FundChange, outcome: FundChange.Outcome, *, answer: str, actor: Actor, as_of: datetime
) -> None:
    mine = FundChange.objects.filter(pk=change.pk, outcome=FundChange.Outcome.OPEN)
    if not mine.update(
        outcome=outcome,
        decided_by=actor.account_id,
        decided_at=as_of,
        answer=answer.strip()[:1000],
    ):
        raise ChangeDecided
    change.refresh_from_db()


def _record(
    kind: str, subject: str, actor: Actor, as_of: datetime, data: dict[str, object]
) -> None:
    audit.record(kind=kind, subject=subject, actor=actor, at=as_of, data=data)
