"""Ending a difference between a rail's report and ours: one proposes, another one agrees."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Payout, ReportLine, Resolution
from wavepool.domains.payouts.operations.making import BatchError, ReasonNeeded, lock_batch
from wavepool.domains.payouts.operations.rails import Receipt
from wavepool.domains.payouts.operations.settling import return_payout, settle_payout
from wavepool.domains.people import queries as people
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor

#: What may become of a payout, by where it stands.
DEEDS: Final[dict[str, tuple[str, ...]]] = {
    "sent": ("paid", "failed"),
    "unknown": ("paid", "failed"),
    "paid": ("returned",),
}


class DeedUnfit(BatchError):
    """That cannot become of it."""

    kind = "payouts.deed_unfit"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("That cannot become of it as it stands."), pointer="/deed")


class ResolutionWaits(BatchError):
    """Somebody proposed an end already."""

    kind = "payouts.resolution_waits"

    def __init__(self) -> None:
        super().__init__(_("Somebody proposed an end already; a second person has to look."))


class ResolutionDecided(BatchError):
    """It was decided before."""

    kind = "payouts.resolution_decided"

    def __init__(self) -> None:
        super().__init__(_("This was decided before."))


def propose_resolution(
    *, payout_id: str, deed: str, reason: str, actor: Actor, as_of: datetime
) -> Resolution:
    """Say what became of a payout, and how one knows; nothing moves until another agrees.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        ReasonNeeded, DeedUnfit, ResolutionWaits, SecondPersonNeeded: it cannot be proposed.
    """
    people.access_staff(actor=actor, to="finance")
    payout = queries.get_payout(payout_id)
    if deed not in DEEDS.get(payout.state, ()):
        raise DeedUnfit
    return _propose(payout=payout, line=None, deed=deed, reason=reason, actor=actor, as_of=as_of)


def note_foreign(*, line_id: int, reason: str, actor: Actor, as_of: datetime) -> Resolution:
    """Say why a payment that is only in the rail's report is none of ours.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        ReasonNeeded, DeedUnfit, ResolutionWaits, SecondPersonNeeded: it cannot be proposed.
    """
    people.access_staff(actor=actor, to="finance")
    line = queries.get_report_line(line_id)
    if line.payout_id is not None:
        raise DeedUnfit
    return _propose(payout=None, line=line, deed="noted", reason=reason, actor=actor, as_of=as_of)


def agree_resolution(
    *, public_id: str, seen_digest: str, actor: Actor, as_of: datetime
) -> Resolution:
    """Agree as the second person; it is done in the same step.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see `plumbing.approvals`.
        ResolutionDecided: it was decided before.
        DeedUnfit: the payout moved on meanwhile.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        found = _open(public_id)
        payout = _held(found.payout)
        # Of the content as it is before it is done.
        digest = digest_of_resolution(found, payout)
        if payout is not None:
            # The books come first, as everywhere; whoever may not agree takes it all back.
            _apply(payout, found, actor=actor, as_of=as_of)
        approval = approvals.find_approval(subject=found.subject)
        assert approval is not None, "an open resolution was asked about"
        approvals.approve(
            approval_id=approval.public_id, digest=seen_digest, actor=actor, as_of=as_of
        )
        approvals.ensure_approved(subject=found.subject, digest=digest, makers=(found.author_id,))
        _decide(found, Resolution.Outcome.APPLIED, answer="", actor=actor, as_of=as_of)
    return found


def refuse_resolution(
    *, public_id: str, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> Resolution:
    """Refuse as the second person, and say why.

    Raises:
        ReasonNeeded: no reason is given; else as `agree_resolution`.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        found = _open(public_id)
        approval = approvals.find_approval(subject=found.subject)
        assert approval is not None, "an open resolution was asked about"
        approvals.reject(
            approval_id=approval.public_id,
            digest=seen_digest,
            reason=reason,
            actor=actor,
            as_of=as_of,
        )
        _decide(found, Resolution.Outcome.REJECTED, answer=reason, actor=actor, as_of=as_of)
    return found


def digest_of_resolution(found: Resolution, payout: Payout | None) -> str:
    """SHA-256 of what two persons agree about: a payout, and what may become of it as it is now."""
    line = found.line
    fit = DEEDS.get(payout.state, ()) if payout else ()
    content = {
        "payout": [payout.public_id, payout.amount_minor, *fit] if payout else None,
        "line": [line.rail, line.key, line.amount_minor] if line else None,
        "deed": found.deed,
        "reason": found.reason,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _propose(
    *,
    payout: Payout | None,
    line: ReportLine | None,
    deed: str,
    reason: str,
    actor: Actor,
    as_of: datetime,
) -> Resolution:
    if not reason.strip():
        raise ReasonNeeded
    made = Resolution(
        payout=payout,
        line=line,
        deed=deed,
        reason=reason.strip()[:1_000],
        author_id=actor.account_id,  # type: ignore[misc]  # approvals refuse who is no person
        asked_at=as_of,
    )
    made.digest = digest_of_resolution(made, payout)
    with transaction.atomic():
        approvals.request_approval(
            subject=made.subject, digest=made.digest, makers=(), actor=actor, as_of=as_of
        )
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as error:
            raise ResolutionWaits from error
    return made


def _held(payout: Payout | None) -> Payout | None:
    """The payout as it is now, its batch held."""
    if payout is None:
        return None
    lock_batch(payout.batch.public_id)
    return queries.get_payout(payout.public_id)


def _open(public_id: str) -> Resolution:
    found = queries.get_resolution(public_id)
    if found.outcome != Resolution.Outcome.OPEN:
        raise ResolutionDecided
    return found


def _decide(
    found: Resolution, outcome: Resolution.Outcome, *, answer: str, actor: Actor, as_of: datetime
) -> None:
    mine = Resolution.objects.filter(pk=found.pk, outcome=Resolution.Outcome.OPEN)
    if not mine.update(
        outcome=outcome,
        decided_by=actor.account_id,
        decided_at=as_of,
        answer=answer.strip()[:1_000],
    ):
        raise ResolutionDecided
    found.refresh_from_db()
    audit.record(
        kind=f"payouts.resolution_{outcome}",
        subject=found.subject,
        actor=actor,
        at=as_of,
        data={"deed": found.deed, "reason": found.reason[:300]},
    )


def _apply(payout: Payout, found: Resolution, *, actor: Actor, as_of: datetime) -> None:
    if found.deed not in DEEDS.get(payout.state, ()):
        raise DeedUnfit
    if found.deed == Resolution.Deed.RETURNED:
        return_payout(
            payout_id=payout.public_id,
            code="returned",
            why=found.reason,
            actor=actor,
            as_of=as_of,
        )
        return
    receipt = Receipt(
        key=payout.public_id,
        kind="paid" if found.deed == Resolution.Deed.PAID else "failed",
        code="decided",
        why=found.reason,
        amount_minor=payout.amount_minor,
    )
    settle_payout(receipt=receipt, actor=actor, as_of=as_of)
