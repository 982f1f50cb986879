"""Sending a signed batch: money is reserved payee by payee, then the rail is asked, once each.

That a payout is going to be sent is written down before the rail is called, and its answer
after. Killed in between, it stays on its way: nobody sends it again, the reconciler asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from wavepool.domains.ledger import operations as ledger
from wavepool.domains.ledger.operations import AccountName, NewTransfer
from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Batch, Payout
from wavepool.domains.payouts.operations import notices
from wavepool.domains.payouts.operations.books import month_of
from wavepool.domains.payouts.operations.making import BatchMoved, back_to_draft, lock_batch
from wavepool.domains.payouts.operations.rails import CallRail, Instruction, RailSilent, Receipt
from wavepool.domains.payouts.operations.settling import end_batch, fail, settle_payout
from wavepool.domains.payouts.operations.signing import ensure_signed
from wavepool.plumbing.actor import Actor

_SENDABLE: Final = (Batch.State.APPROVED, Batch.State.SENT)


def reserve_payout(*, payout_id: str, actor: Actor, as_of: datetime) -> Payout:
    """Set a payout's money aside, if its payee may still get it; else it fails with the reason.

    Raises:
        NotFound: there is none.
        BatchMoved: its batch is not signed.
        NotApproved: what the batch holds is not what was signed.
    """
    with transaction.atomic():
        batch, payout = _hold(payout_id)
        if payout.state != Payout.State.PLANNED:
            return payout
        ensure_signed(batch)
        against = _against(payout, as_of=as_of)
        if against is not None:
            fail(payout, code=against.code, why=str(against.text), actor=actor, as_of=as_of)
            end_batch(batch, actor=actor, as_of=as_of)
            return payout
        try:
            with transaction.atomic():
                transfer_id = _reserve(payout, batch, actor=actor, as_of=as_of)
        except ledger.InsufficientFunds:
            # Something took the money between the question and the reservation.
            why = _("Less can be paid by now than when the batch was made.")
            fail(payout, code="not_eligible", why=why, actor=actor, as_of=as_of)
            end_batch(batch, actor=actor, as_of=as_of)
            return payout
        Payout.objects.filter(pk=payout.pk, state=Payout.State.PLANNED).update(
            state=Payout.State.RESERVED, transfer_id=transfer_id, reserved_at=as_of
        )
        payout.refresh_from_db()
    return payout


def void_signature(*, batch_id: str, actor: Actor, as_of: datetime) -> None:
    """Make a batch whose content is not what was signed a draft again."""
    with transaction.atomic():
        batch = lock_batch(batch_id)
        if batch.state == Batch.State.APPROVED:
            why = _("The content was changed after it was signed.")
            back_to_draft(batch, actor=actor, as_of=as_of, why=why)


def begin_sending(*, batch_id: str, most: int, as_of: datetime) -> list[Instruction]:
    """Write down that the next reserved payouts are going to be sent; give the instructions.

    Whoever gets an instruction is the only one who ever does.

    Raises:
        NotFound: there is no such batch.
        BatchMoved: it is not signed.
        NotApproved: what it holds is not what was signed.
    """
    with transaction.atomic():
        batch = lock_batch(batch_id)
        if batch.state not in _SENDABLE:
            raise BatchMoved(batch.state)
        ensure_signed(batch)
        rows = Payout.objects.filter(batch=batch, state=Payout.State.RESERVED)
        found = list(rows.select_related("account", "payee").order_by("line_no")[:most])
        mine = [each for each in found if _mark_sent(each, as_of=as_of)]
        if mine and batch.state == Batch.State.APPROVED:
            Batch.objects.filter(pk=batch.pk).update(state=Batch.State.SENT, sent_at=as_of)
        return [instruction_of(each) for each in mine]


def send(
    *,
    batch_id: str,
    instructions: Sequence[Instruction],
    rail: CallRail,
    actor: Actor,
    as_of: datetime,
) -> None:
    """Call a rail, outside any transaction, and keep what it answered."""
    try:
        receipts = rail.submit(batch=batch_id, instructions=instructions)
    except RailSilent:
        receipts = ()
    for receipt in merged(instructions, receipts):
        settle_payout(receipt=confirmed(receipt, rail), actor=actor, as_of=as_of)


def merged(instructions: Sequence[Instruction], receipts: Sequence[Receipt]) -> list[Receipt]:
    """One receipt for each instruction: contradictions and silence are unknown.

    Receipts come in any order, twice, or for what nobody asked.
    """
    said: dict[str, list[Receipt]] = {each.key: [] for each in instructions}
    for receipt in receipts:
        if receipt.key in said:
            said[receipt.key].append(receipt)
    answers = []
    for key, found in said.items():
        answered = {(each.kind, each.amount_minor) for each in found}
        answers.append(found[0] if len(answered) == 1 else Receipt(key=key, kind="unknown"))
    return answers


def confirmed(receipt: Receipt, rail: CallRail) -> Receipt:
    """A receipt that may be acted on: a failure frees money, so the rail's own record is asked.

    An answer that was garbled on its way says "failed" of what was paid; the record does not.
    """
    if receipt.kind != "failed":
        return receipt
    try:
        found = rail.look_up(key=receipt.key)
    except RailSilent:
        found = Receipt(key=receipt.key, kind="unknown")
    if found.kind == "failed" and found.key == receipt.key:
        return found
    return Receipt(key=receipt.key, kind="unknown")


def instruction_of(payout: Payout) -> Instruction:
    """What a rail is told of a payout."""
    return Instruction(
        key=payout.public_id,
        line_no=payout.line_no,
        account_name=payout.account.name,
        account_number=queries.number_of(payout.account),
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        remark=payout.public_id,
    )


def clearing_of(rail: str, currency: str) -> AccountName:
    """The ledger's account of what a rail was given to pay out."""
    return AccountName(owner_kind="rail", owner_id=rail, purpose="clearing", currency=currency)


def _hold(payout_id: str) -> tuple[Batch, Payout]:
    """A payout and its batch, the batch held; everybody holds the batch first."""
    found = queries.get_payout(payout_id)
    batch = lock_batch(found.batch.public_id)
    if batch.state not in _SENDABLE:
        raise BatchMoved(batch.state)
    return batch, queries.get_payout(payout_id)


def _against(payout: Payout, *, as_of: datetime) -> queries.Reason | None:
    """Why the payee may not get it now, although it could when the batch was made."""
    current = queries.find_account(payee_id=payout.payee_id, currency=payout.currency)
    if current is None or current.pk != payout.account_id:
        return queries.Reason(
            code="account_changed", text=_("The payout account was changed after the batch.")
        )
    blocked = queries.account_reason(current, at=as_of)
    if blocked is not None:
        return blocked
    now = queries.eligibility(payee_id=payout.payee_id, currency=payout.currency, at=as_of)
    if payout.amount_minor <= now.eligible_minor:
        return None
    said = "; ".join(str(each.text) for each in now.reasons)
    text = said or _("Less can be paid by now than when the batch was made.")
    return queries.Reason(code="not_eligible", text=text[:300])


def _reserve(payout: Payout, batch: Batch, *, actor: Actor, as_of: datetime) -> int:
    clearing = ledger.open_account(
        name=clearing_of(batch.rail, batch.currency), actor=actor, as_of=as_of
    )
    wallet = AccountName(
        owner_kind="payee",
        owner_id=str(payout.payee_id),
        purpose="wallet",
        currency=payout.currency,
    )
    posted = ledger.reserve(
        key=f"payout:{payout.public_id}:reserve",
        transfers=[
            NewTransfer(
                key=payout.public_id,
                debit=wallet.code,
                credit=clearing,
                currency=payout.currency,
                amount_minor=payout.amount_minor,
                kind="payout",
                subject=f"payout:{payout.public_id}",
            )
        ],
        period=month_of(as_of),
        actor=actor,
        as_of=as_of,
    )
    return posted.transfer_ids[0]


def _mark_sent(payout: Payout, *, as_of: datetime) -> bool:
    reserved = Payout.objects.filter(pk=payout.pk, state=Payout.State.RESERVED)
    if not reserved.update(state=Payout.State.SENT, sent_at=as_of):
        return False
    payout.refresh_from_db()
    notices.tell_sent(payout, at=as_of)
    return True
