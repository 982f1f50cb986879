"""Signing a batch: one answers for its content, another one agrees to exactly that content."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Batch
from wavepool.domains.payouts.operations.making import (
    BatchError,
    BatchMoved,
    back_to_draft,
    lock_batch,
)
from wavepool.domains.people import queries as people
from wavepool.plumbing import approvals, audit, jobs
from wavepool.plumbing.actor import Actor


class AboveThreshold(BatchError):
    """More than one person may sign alone."""

    kind = "payouts.above_threshold"

    def __init__(self) -> None:
        super().__init__(_("This is more than one person may sign. Ask for a second signature."))


def ask_signature(*, batch_id: str, seen_digest: str, actor: Actor, as_of: datetime) -> Batch:
    """Answer for a batch's content, and ask a second person to sign exactly that.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        SecondPersonNeeded: the actor is no person.
        SecondFactorNeeded: no second factor was shown a short while ago.
        ContentChanged: the content is not the one that was seen.
        BatchMoved: it is no draft, or has nothing in it.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        batch = _answer_for(batch_id, seen_digest, actor=actor, as_of=as_of)
        _record("payouts.signature_asked", batch, actor=actor, as_of=as_of)
    return batch


def sign_alone(*, batch_id: str, seen_digest: str, actor: Actor, as_of: datetime) -> Batch:
    """Sign a batch as the only person, where the policy asks for no second one.

    What one signs alone counts together over a day, so that many small batches are no way around.

    Raises:
        AboveThreshold: a second person has to sign; else as `ask_signature`.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        batch = _answer_for(batch_id, seen_digest, actor=actor, as_of=as_of)
        if queries.needs_two(batch, at=as_of):
            raise AboveThreshold
        Batch.objects.filter(pk=batch.pk).update(needs_two=False)
        _approve(batch, actor=actor, as_of=as_of)
    return batch


def sign_batch(*, batch_id: str, seen_digest: str, actor: Actor, as_of: datetime) -> Batch:
    """Agree to a batch as the second person; its money is reserved and sent from now on.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        SecondPersonNeeded, SecondFactorNeeded, ContentChanged: see `plumbing.approvals`.
        BatchMoved: it waits for no signature.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        batch = lock_batch(batch_id)
        approval = approvals.find_approval(subject=batch.subject)
        if batch.state != Batch.State.AWAITING or approval is None:
            raise BatchMoved(batch.state)
        _seen(batch, seen_digest)
        approvals.approve(
            approval_id=approval.public_id, digest=seen_digest, actor=actor, as_of=as_of
        )
        _approve(batch, actor=actor, as_of=as_of)
        ensure_signed(batch)
    return batch


def reject_batch(
    *, batch_id: str, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> Batch:
    """Refuse to sign, and say why; the batch is a draft again.

    Raises:
        ReasonNeeded: no reason is given; else as `sign_batch`.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        batch = lock_batch(batch_id)
        approval = approvals.find_approval(subject=batch.subject)
        if batch.state != Batch.State.AWAITING or approval is None:
            raise BatchMoved(batch.state)
        approvals.reject(
            approval_id=approval.public_id,
            digest=seen_digest,
            reason=reason,
            actor=actor,
            as_of=as_of,
        )
        back_to_draft(batch, actor=actor, as_of=as_of, why=reason.strip())
    return batch


def ensure_signed(batch: Batch) -> None:
    """Pass only if exactly what the batch holds now was signed by whom it takes.

    Raises:
        NotApproved: it is not so.
    """
    digest = queries.digest_of(batch)
    if not batch.needs_two:
        if batch.approved_by is None or batch.approved_digest != digest:
            raise approvals.NotApproved(_("Nobody signed exactly this content."))
        return
    makers = [each for each in (batch.made_by, batch.asked_by) if each is not None]
    approvals.ensure_approved(subject=batch.subject, digest=digest, makers=makers)
    if batch.approved_digest != digest:
        raise approvals.NotApproved(_("Nobody signed exactly this content."))


def _approve(batch: Batch, *, actor: Actor, as_of: datetime) -> None:
    Batch.objects.filter(pk=batch.pk, state=Batch.State.AWAITING).update(
        state=Batch.State.APPROVED,
        approved_digest=batch.digest,
        approved_by=actor.account_id,
        approved_name=actor.name[:160],
        approved_at=as_of,
    )
    batch.refresh_from_db()
    jobs.enqueue(
        "payouts.send_batch",
        key=f"payouts.send_batch:{batch.public_id}:{batch.digest[:16]}:{as_of.isoformat()}",
        payload={"batch": batch.public_id},
        actor=actor,
        at=as_of,
    )
    _record("payouts.batch_signed", batch, actor=actor, as_of=as_of)


def _answer_for(batch_id: str, seen_digest: str, *, actor: Actor, as_of: datetime) -> Batch:
    """Take a draft's content as one's own."""
    if not approvals.has_fresh_factor(actor, as_of=as_of):
        raise approvals.SecondFactorNeeded(_("Show your second factor, then sign."))
    batch = lock_batch(batch_id)
    if batch.state != Batch.State.DRAFT or not batch.payout_count:
        raise BatchMoved(batch.state)
    digest = _seen(batch, seen_digest)
    made_by = [batch.made_by] if batch.made_by is not None else []
    approval = approvals.request_approval(
        subject=batch.subject, digest=digest, makers=made_by, actor=actor, as_of=as_of
    )
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.AWAITING,
        digest=digest,
        needs_two=True,
        asked_by=approval.requested_by,
        asked_name=actor.name[:160],
        asked_at=as_of,
        why="",
    )
    batch.refresh_from_db()
    return batch


def _seen(batch: Batch, seen_digest: str) -> str:
    digest = queries.digest_of(batch)
    if digest != seen_digest or batch.digest not in {"", digest}:
        raise approvals.ContentChanged(_("The batch was changed. Look at it again, then sign."))
    return digest


def _record(kind: str, batch: Batch, *, actor: Actor, as_of: datetime) -> None:
    data = {"digest": batch.digest, "total_minor": batch.total_minor}
    audit.record(kind=kind, subject=batch.subject, actor=actor, at=as_of, data=data)
