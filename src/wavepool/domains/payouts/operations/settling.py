"""What became of a payout: paid, failed, returned; each once, whoever says it again.

Locks are taken in one order: the batch, the ledger's accounts, the head of the audit trail. So
the ledger posts before anything is recorded, and two batches of one rail never wait in a circle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from wavepool.domains.ledger import operations as ledger
from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Batch, Payout
from wavepool.domains.payouts.operations import notices
from wavepool.domains.payouts.operations.books import month_of
from wavepool.domains.payouts.operations.making import BatchMoved, lock_batch
from wavepool.domains.payouts.operations.rails import Receipt
from wavepool.domains.statements import operations as statements
from wavepool.domains.statements import queries as statement_queries
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor

AWARDS_JOB: Final = "payouts.note_awards"
MONTHS_JOB: Final = "payouts.note_months"


def settle_payout(*, receipt: Receipt, actor: Actor, as_of: datetime) -> Payout:
    """Keep what a rail said. What is final stays: late and repeated answers change nothing.

    A rail that says it paid another amount is not believed: the outcome stays unknown until
    two persons decide.

    Raises:
        NotFound: the receipt is for none of ours.
    """
    with transaction.atomic():
        payout = queries.get_payout(receipt.key)
        # Everybody holds the batch first, so that settling takes turns.
        batch = lock_batch(payout.batch.public_id)
        payout = queries.get_payout(receipt.key)
        if payout.state not in Payout.ON_ITS_WAY:
            return payout
        is_ours = receipt.amount_minor in {None, payout.amount_minor}
        if receipt.kind == "paid" and is_ours:
            _pay(payout, reference=receipt.reference, actor=actor, as_of=as_of)
        elif receipt.kind == "failed":
            why = receipt.why or _("The bank gave no reason.")
            fail(payout, code=receipt.code, why=why, actor=actor, as_of=as_of)
        elif receipt.kind in {"unknown", "paid"}:
            _change(payout, state=Payout.State.UNKNOWN, asked_at=as_of)
            return payout
        else:
            _change(payout, asked_at=as_of)
            return payout
        end_batch(batch, actor=actor, as_of=as_of)
    return payout


def return_payout(*, payout_id: str, code: str, why: str, actor: Actor, as_of: datetime) -> Payout:
    """Take a paid payout back onto the payee's wallet, because the money came back.

    Raises:
        NotFound: there is none.
        BatchMoved: it was not paid, or was returned before.
    """
    with transaction.atomic():
        batch = lock_batch(queries.get_payout(payout_id).batch.public_id)
        payout = queries.get_payout(payout_id)
        paid = Payout.objects.filter(pk=payout.pk, state=Payout.State.PAID)
        words = {"why_code": code[:40], "why": why[:300], "ended_at": as_of}
        if not paid.update(state=Payout.State.RETURNED, **words):
            raise BatchMoved(payout.state)
        payout.refresh_from_db()
        assert payout.transfer_id is not None, "a paid payout has its transfer"
        ledger.reverse(
            key=f"payout:{payout.public_id}:returned",
            transfer_id=payout.transfer_id,
            period=month_of(as_of),
            kind="payout",
            actor=actor,
            as_of=as_of,
        )
        notices.tell_failed(payout, at=as_of)
        end_batch(batch, actor=actor, as_of=as_of)
        statements.note_returned(
            **_noted(payout), amount_minor=payout.amount_minor, actor=actor, as_of=as_of
        )
        _tell_programmes(payout, is_paid=False, actor=actor, as_of=as_of)
        _record("payouts.returned", payout, actor, as_of)
    return payout


def fail(payout: Payout, *, code: str, why: str, actor: Actor, as_of: datetime) -> None:
    """Give a payout up, in the caller's transaction; what was reserved is free again."""
    open_row = Payout.objects.filter(pk=payout.pk, state__in=Payout.OPEN)
    words = {"why_code": code[:40], "why": why[:300], "ended_at": as_of}
    if not open_row.update(state=Payout.State.FAILED, **words):
        return
    payout.refresh_from_db()
    if payout.transfer_id is not None:
        ledger.void_pending(
            key=f"payout:{payout.public_id}:void",
            transfer_ids=[payout.transfer_id],
            period=month_of(as_of),
            actor=actor,
            as_of=as_of,
        )
    notices.tell_failed(payout, at=as_of)
    _record("payouts.failed", payout, actor, as_of)


def end_batch(batch: Batch, *, actor: Actor, as_of: datetime) -> None:
    """Settle a batch once none of its payouts is open, in the caller's transaction."""
    rows = Payout.objects.filter(batch=batch).exclude(state=Payout.State.CANCELLED)
    if batch.state not in Batch.SIGNED or rows.filter(state__in=Payout.OPEN).exists():
        return
    is_whole = not rows.exclude(state=Payout.State.PAID).exists()
    state = Batch.State.SETTLED if is_whole else Batch.State.MIXED
    if Batch.objects.filter(pk=batch.pk).exclude(state=state).update(state=state, ended_at=as_of):
        batch.refresh_from_db()
        data = {"state": state}
        audit.record(
            kind="payouts.batch_ended", subject=batch.subject, actor=actor, at=as_of, data=data
        )


def _pay(payout: Payout, *, reference: str, actor: Actor, as_of: datetime) -> None:
    on_its_way = Payout.objects.filter(pk=payout.pk, state__in=Payout.ON_ITS_WAY)
    if not on_its_way.update(
        state=Payout.State.PAID,
        rail_reference=reference[:80],
        paid_at=as_of,
        ended_at=as_of,
        asked_at=as_of,
    ):
        return
    payout.refresh_from_db()
    assert payout.transfer_id is not None, "what was sent was reserved"
    ledger.post_pending(
        key=f"payout:{payout.public_id}:paid",
        transfer_ids=[payout.transfer_id],
        period=month_of(as_of),
        actor=actor,
        as_of=as_of,
    )
    notices.tell_paid(payout, at=as_of)
    parts = {each.statement_id: each.amount_minor for each in payout.parts.all()}
    assert sum(parts.values()) == payout.amount_minor, "the parts are the payout"
    statements.note_paid(**_noted(payout), parts=parts, actor=actor, as_of=as_of)
    _tell_programmes(payout, is_paid=True, actor=actor, as_of=as_of)
    _tell_pools(payout, actor=actor, as_of=as_of)
    _record("payouts.paid", payout, actor, as_of)


def _tell_programmes(payout: Payout, *, is_paid: bool, actor: Actor, as_of: datetime) -> None:
    """Have awards of its statements noted by a job, so that no programme keeps money waiting."""
    keys = statement_queries.award_keys_of_payout(payout.public_id, is_paid=is_paid)
    if keys:
        jobs.enqueue(
            AWARDS_JOB,
            key=f"{AWARDS_JOB}:{payout.public_id}:{payout.state}",
            actor=actor,
            payload={"payout": payout.public_id},
            at=as_of,
        )


def _tell_pools(payout: Payout, *, actor: Actor, as_of: datetime) -> None:
    """Have a job look whether months are paid whole: only after the commit others' payouts show."""
    payload = {"payout": payout.public_id}
    key = f"{MONTHS_JOB}:{payout.public_id}"
    jobs.enqueue(MONTHS_JOB, key=key, actor=actor, payload=payload, at=as_of)


def _noted(payout: Payout) -> dict[str, Any]:
    return {
        "payee_id": payout.payee_id,
        "currency": payout.currency,
        "payout": payout.public_id,
    }


def _change(payout: Payout, **fields: Any) -> None:
    Payout.objects.filter(pk=payout.pk, state__in=Payout.ON_ITS_WAY).update(**fields)
    payout.refresh_from_db()


def _record(kind: str, payout: Payout, actor: Actor, as_of: datetime) -> None:
    data = {
        "payee": payout.payee_id,
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "why": payout.why,
    }
    subject = f"payout/{payout.public_id}"
    audit.record(kind=kind, subject=subject, actor=actor, at=as_of, data=data)
