"""A month on its way into the books: reconciled by one person, approved by another."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Close, Take
from wavepool.domains.statements.operations.reconciling import reconcile
from wavepool.domains.statements.operations.refusals import (
    ClosedBefore,
    DoesNotReconcile,
    EarlierMonthOpen,
    MonthNotSettled,
    NothingPrepared,
)
from wavepool.plumbing import approvals, audit, jobs
from wavepool.plumbing.actor import Actor

#: The job that posts what was approved.
POST_JOB: Final = "statements.post_month"


def prepare_close(*, period: str, actor: Actor, as_of: datetime) -> Close:
    """Reconcile a settled month and ask a second person to approve it.

    It can be prepared again until it is approved; then an earlier request becomes void.

    Raises:
        NotFound, NotAllowed: the actor is no staff that may move money.
        SecondPersonNeeded: a machine or a key cannot ask.
        MonthNotSettled: its pools are not closed, or its final run is not in.
        EarlierMonthOpen: a month before it is not closed.
        ClosedBefore: it was approved or posted before.
        DoesNotReconcile: a check failed; the findings are kept and shown.
    """
    people.access_staff(actor=actor, to="finance")
    take = _settled_take(period)
    findings = [each.as_data() for each in reconcile(take)]
    with transaction.atomic():
        found = Close.objects.select_for_update().filter(period=period).first()
        if found is not None and found.approved_at is not None:
            raise ClosedBefore(period)
        values = {
            "take": take,
            "prepared_at": as_of,
            "prepared_by": actor.account_id,
            "digest": _digest(take, findings),
            "findings": findings,
        }
        close, _made = Close.objects.update_or_create(period=period, defaults=values)
        failed = next((each for each in findings if not each["is_ok"]), None)
        if failed is None:
            approvals.request_approval(
                subject=subject_of(period),
                digest=close.digest,
                makers=[],
                actor=actor,
                as_of=as_of,
            )
        else:
            approvals.void_approvals(subject=subject_of(period), actor=actor, as_of=as_of)
        _record("statements.close_prepared", close, actor, as_of)
    if failed is not None:
        raise DoesNotReconcile(failed["check"], failed["detail"])
    return close


def approve_close(*, period: str, seen_digest: str, actor: Actor, as_of: datetime) -> Close:
    """Approve what was prepared, as a second person; its posting is queued.

    Raises:
        NotFound, NotAllowed: the actor is no staff that may move money.
        NothingPrepared: nobody asked.
        SecondPersonNeeded: the actor prepared it, or is no person.
        SecondFactorNeeded: none was shown a short while ago.
        ContentChanged: it is not what the actor saw.
        AlreadyDecided, ClosedBefore: it was approved before.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        close = Close.objects.select_for_update().filter(period=period).first()
        request = approvals.find_approval(subject=subject_of(period))
        if close is None or request is None:
            raise NothingPrepared(period)
        if close.approved_at is not None:
            raise ClosedBefore(period)
        approvals.approve(
            approval_id=request.public_id, digest=seen_digest, actor=actor, as_of=as_of
        )
        Close.objects.filter(pk=close.pk, approved_at=None).update(
            approved_at=as_of, approved_by=actor.account_id, approved_name=actor.name[:160]
        )
        jobs.enqueue(
            POST_JOB, key=f"{POST_JOB}:{period}", actor=actor, payload={"period": period}, at=as_of
        )
        close.refresh_from_db()
        _record("statements.close_approved", close, actor, as_of)
    return close


def reject_close(
    *, period: str, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> Close:
    """Refuse what was prepared, and say why; it can be prepared again.

    Raises:
        NothingPrepared: nobody asked; else as `approve_close`, and ReasonNeeded.
    """
    people.access_staff(actor=actor, to="finance")
    close = queries.find_close(period)
    request = approvals.find_approval(subject=subject_of(period))
    if close is None or request is None:
        raise NothingPrepared(period)
    if close.approved_at is not None:
        raise ClosedBefore(period)
    approvals.reject(
        approval_id=request.public_id, digest=seen_digest, reason=reason, actor=actor, as_of=as_of
    )
    return close


def subject_of(period: str) -> str:
    """How approvals name the close of a month."""
    return f"close/{period}"


def _settled_take(period: str) -> Take:
    take = queries.find_final_take(period)
    if take is None or not queries.is_pool_closed(period):
        raise MonthNotSettled(period)
    earlier = Take.objects.filter(is_final=True, taken_at__isnull=False, period__lt=period)
    open_ones = earlier.exclude(
        period__in=Close.objects.filter(locked_at__isnull=False).values("period")
    )
    first = open_ones.order_by("period").first()
    if first is not None:
        raise EarlierMonthOpen(first.period)
    return take


def _digest(take: Take, findings: list[dict[str, Any]]) -> str:
    document = {
        "period": take.period,
        "run": take.run.digest,
        "totals": take.totals,
        "findings": findings,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _record(kind: str, close: Close, actor: Actor, as_of: datetime) -> None:
    data = {"digest": close.digest, "run": close.take.run.public_id}
    audit.record(kind=kind, subject=f"close/{close.period}", actor=actor, at=as_of, data=data)
