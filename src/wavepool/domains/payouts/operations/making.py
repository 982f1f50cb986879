"""Making batches: proposed on pay day or by staff, changed and cancelled while nothing was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import operations as ledger
from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Batch, Payout, PayoutPart
from wavepool.domains.payouts.operations.books import month_of
from wavepool.domains.payouts.operations.rails import Rail, get_rail, list_rails
from wavepool.domains.people import queries as people
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

#: States in which a batch may still change.
CHANGEABLE: Final = (Batch.State.DRAFT, Batch.State.AWAITING, Batch.State.APPROVED)
_CHUNK: Final = 500


class BatchError(PlatformError):
    """The base of what a batch refuses."""


class NobodyToPay(BatchError):
    """Nobody can be paid over this rail in this currency now."""

    kind = "payouts.nobody_to_pay"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Nobody can be paid over this rail in this currency now."))


class BatchMoved(BatchError):
    """It is too late for this, or too early."""

    kind = "payouts.batch_moved"

    def __init__(self, state: str) -> None:
        super().__init__(_("The batch has moved on. Look at it again."))
        self.state = state


class ReasonNeeded(BatchError):
    """Whoever takes something away says why."""

    kind = "payouts.reason_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say why."), pointer="/reason")


def make_batches(
    *,
    rail: str,
    currency: str,
    actor: Actor,
    as_of: datetime,
    payee_ids: Iterable[int] | None = None,
) -> list[Batch]:
    """Draft batches of everybody, or of those named, who can be paid over a rail now.

    Raises:
        NotFound, NotAllowed: the actor may not move money.
        NoRail: the site has none of that name.
        NobodyToPay: there would be nobody in it.
    """
    if not actor.is_machine:
        people.access_staff(actor=actor, to="finance")
    found = get_rail(rail)
    candidates = sorted(
        set(queries.payees_with_money(currency=currency) if payee_ids is None else payee_ids)
    )
    made = []
    payable = _payable(candidates, found, currency=currency, at=as_of)
    for start in range(0, len(payable), found.most_lines):
        chunk = payable[start : start + found.most_lines]
        batch = _make(found, currency, chunk, actor=actor, as_of=as_of)
        if batch is not None:
            made.append(batch)
    if not made:
        raise NobodyToPay
    return made


def propose_batches(*, actor: Actor, as_of: datetime) -> list[Batch]:
    """Draft batches of everybody who can be paid, over every rail and in every currency."""
    made = []
    for rail in list_rails():
        for currency in rail.currencies:
            try:
                made += make_batches(rail=rail.name, currency=currency, actor=actor, as_of=as_of)
            except NobodyToPay:
                continue
    return made


def retry_failed(*, batch_id: str, actor: Actor, as_of: datetime) -> Batch:
    """Draft a new batch of the payees whose payouts of an ended batch did not arrive.

    Each gets what is due now, under a new key; nothing is sent again under an old one.

    Raises:
        NotFound, NotAllowed: there is no such batch, or the actor may not move money.
        BatchMoved: it has no failures, or has not ended.
        NobodyToPay: none of them can be paid now, or they were paid again already.
    """
    people.access_staff(actor=actor, to="finance")
    batch = queries.get_batch(batch_id)
    if batch.state != Batch.State.MIXED:
        raise BatchMoved(batch.state)
    failed = Payout.objects.filter(
        batch=batch, state__in=[Payout.State.FAILED, Payout.State.RETURNED], retried_by=None
    )
    by_payee = {each.payee_id: each for each in failed}
    if not by_payee:
        raise NobodyToPay
    with transaction.atomic():
        (made,) = make_batches(
            rail=batch.rail,
            currency=batch.currency,
            payee_ids=by_payee,
            actor=actor,
            as_of=as_of,
        )
        Batch.objects.filter(pk=made.pk).update(retry_of=batch)
        for payout in Payout.objects.filter(batch=made):
            Payout.objects.filter(pk=payout.pk).update(retry_of=by_payee[payout.payee_id])
    made.refresh_from_db()
    return made


def leave_out(
    *, batch_id: str, payout_id: str, reason: str, actor: Actor, as_of: datetime
) -> Batch:
    """Take a payout out of a batch; whatever was signed is void.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        ReasonNeeded: no reason is given.
        BatchMoved: the batch was sent, or its money is being set aside.
    """
    people.access_staff(actor=actor, to="finance")
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        batch = lock_batch(batch_id)
        rows = Payout.objects.filter(batch=batch)
        if batch.state not in CHANGEABLE or rows.filter(state=Payout.State.RESERVED).exists():
            raise BatchMoved(batch.state)
        planned = rows.filter(public_id=payout_id, state=Payout.State.PLANNED)
        if not planned.exists():
            raise NotFound(_("There is no such payout."))
        planned.update(
            state=Payout.State.CANCELLED, why=reason.strip()[:300], why_code="left_out",
            ended_at=as_of, retry_of=None,
        )  # fmt: skip
        count_batch(batch)
        back_to_draft(batch, actor=actor, as_of=as_of)
        _record("payouts.left_out", batch, actor, as_of, {"payout": payout_id})
    return batch


def cancel_batch(*, batch_id: str, reason: str, actor: Actor, as_of: datetime) -> Batch:
    """Give a batch up while nothing of it was sent; reserved money is free again.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        ReasonNeeded: no reason is given.
        BatchMoved: a part of it was sent.
    """
    people.access_staff(actor=actor, to="finance")
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        batch = lock_batch(batch_id)
        rows = Payout.objects.filter(batch=batch)
        if batch.state not in CHANGEABLE or rows.filter(sent_at__isnull=False).exists():
            raise BatchMoved(batch.state)
        open_rows = rows.filter(state__in=[Payout.State.PLANNED, Payout.State.RESERVED])
        held = [
            each
            for each in open_rows.order_by("pk").values_list("transfer_id", flat=True)
            if each is not None
        ]
        open_rows.update(
            state=Payout.State.CANCELLED, why=reason.strip()[:300], why_code="batch_cancelled",
            ended_at=as_of, retry_of=None,
        )  # fmt: skip
        if held:
            ledger.void_pending(
                key=f"payout_batch:{batch.public_id}:cancel",
                transfer_ids=held,
                period=month_of(as_of),
                actor=actor,
                as_of=as_of,
            )
        approvals.void_approvals(subject=batch.subject, actor=actor, as_of=as_of)
        Batch.objects.filter(pk=batch.pk).update(
            state=Batch.State.CANCELLED, why=reason.strip()[:1_000], ended_at=as_of
        )
        _record("payouts.batch_cancelled", batch, actor, as_of, {"reason": reason[:300]})
    batch.refresh_from_db()
    return batch


def lock_batch(public_id: str) -> Batch:
    """A batch, held until the caller's transaction ends.

    Raises:
        NotFound: there is none.
    """
    queries.get_batch(public_id)
    return Batch.objects.select_for_update().get(public_id=public_id)


def back_to_draft(batch: Batch, *, actor: Actor, as_of: datetime, why: str = "") -> None:
    """Void what was asked or signed, because the content is another."""
    approvals.void_approvals(subject=batch.subject, actor=actor, as_of=as_of)
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.DRAFT,
        digest="",
        approved_digest="",
        asked_by=None,
        asked_name="",
        asked_at=None,
        approved_by=None,
        approved_name="",
        approved_at=None,
        needs_two=True,
        why=why[:1_000],
    )
    batch.refresh_from_db()


def count_batch(batch: Batch) -> None:
    """Write down how many payouts a batch has and what they add up to."""
    rows = Payout.objects.filter(batch=batch).exclude(state=Payout.State.CANCELLED)
    sums = rows.aggregate(count=Count("pk"), total=Coalesce(Sum("amount_minor"), 0))
    Batch.objects.filter(pk=batch.pk).update(payout_count=sums["count"], total_minor=sums["total"])
    batch.refresh_from_db()


def _payable(
    payee_ids: Sequence[int], rail: Rail, *, currency: str, at: datetime
) -> list[tuple[int, queries.Due]]:
    found: list[tuple[int, queries.Due]] = []
    for start in range(0, len(payee_ids), _CHUNK):
        chunk = payee_ids[start : start + _CHUNK]
        for payee_id, due in queries.dues(payee_ids=chunk, currency=currency, at=at).items():
            if due.due_minor > 0 and due.account is not None and due.account.rail == rail.name:
                found.append((payee_id, due))
    return sorted(found, key=lambda each: each[0])


def _make(
    rail: Rail,
    currency: str,
    chunk: Sequence[tuple[int, queries.Due]],
    *,
    actor: Actor,
    as_of: datetime,
) -> Batch | None:
    """One batch; whoever got an open payout meanwhile is left out of it."""
    with transaction.atomic():
        batch = Batch.objects.create(
            rail=rail.name,
            currency=currency,
            cut_off_at=as_of,
            made_by=actor.account_id,
            made_name=actor.name[:160],
            made_at=as_of,
        )
        rows = [
            Payout(
                batch=batch,
                line_no=line_no,
                payee_id=payee_id,
                account=due.account,
                currency=currency,
                amount_minor=due.due_minor,
                planned_at=as_of,
            )
            for line_no, (payee_id, due) in enumerate(chunk, start=1)
        ]
        Payout.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_CHUNK)
        _write_parts(batch, dict(chunk))
        count_batch(batch)
        if not batch.payout_count:
            batch.delete()
            return None
        data = {"rail": rail.name, "currency": currency, "total_minor": batch.total_minor}
        _record("payouts.batch_made", batch, actor, as_of, data)
    return batch


def _write_parts(batch: Batch, dues: dict[int, queries.Due]) -> None:
    """Write down which statements each payout of a batch pays."""
    made = Payout.objects.filter(batch=batch).values_list("pk", "payee_id")
    parts = [
        PayoutPart(
            payout_id=pk,
            statement_id=part.statement_id,
            period=part.period,
            amount_minor=part.amount_minor,
        )
        for pk, payee_id in made
        for part in dues[payee_id].parts
    ]
    PayoutPart.objects.bulk_create(parts, batch_size=_CHUNK)


def _record(kind: str, batch: Batch, actor: Actor, as_of: datetime, data: dict[str, Any]) -> None:
    audit.record(kind=kind, subject=batch.subject, actor=actor, at=as_of, data=data)
