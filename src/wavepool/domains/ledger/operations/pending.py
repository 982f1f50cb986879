"""Reservations decided: used, so that the money moves, or released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from wavepool.domains.ledger.models import Batch, Transfer
from wavepool.domains.ledger.operations.chunks import (
    Change,
    check_changes,
    lock_accounts,
    move_balances,
)
from wavepool.domains.ledger.operations.commands import (
    Command,
    Posted,
    checked_key,
    checked_period,
    claim,
    done,
    hold_open,
    known,
    one_step,
    put_on_trail,
)
from wavepool.domains.ledger.operations.refusals import BadTransfer, NotPending, TransferMissing
from wavepool.domains.ledger.tables import Digest
from wavepool.plumbing.actor import Actor


def post_pending(
    *, key: str, transfer_ids: Sequence[int], period: str, actor: Actor, as_of: datetime
) -> Posted:
    """Use reservations: the reserved amounts move now, in the period given.

    Raises:
        NotPending: one was used or released before, or never was a reservation.
        TransferMissing: there is no such transfer.
        BadTransfer, BadPeriod, KeyReused, PeriodClosed, AmountOutOfRange: as `post`.
    """
    command = _command(
        kind=Batch.Kind.POST_PENDING,
        key=key,
        transfer_ids=transfer_ids,
        period=period,
        actor=actor,
        as_of=as_of,
    )
    return _decide(command, transfer_ids, change=_used)


def void_pending(
    *, key: str, transfer_ids: Sequence[int], period: str, actor: Actor, as_of: datetime
) -> Posted:
    """Release reservations: nothing moves, the amounts are free again.

    Raises:
        As `post_pending`.
    """
    command = _command(
        kind=Batch.Kind.VOID_PENDING,
        key=key,
        transfer_ids=transfer_ids,
        period=period,
        actor=actor,
        as_of=as_of,
    )
    return _decide(command, transfer_ids, change=_released)


def _used(transfer: Transfer) -> tuple[tuple[int, Change], ...]:
    amount_minor = transfer.amount_minor
    return (
        (transfer.debit_id, Change(-amount_minor, -amount_minor)),
        (transfer.credit_id, Change(amount_minor, 0)),
    )


def _released(transfer: Transfer) -> tuple[tuple[int, Change], ...]:
    return ((transfer.debit_id, Change(0, -transfer.amount_minor)),)


def _command(
    *, kind: str, key: str, transfer_ids: Sequence[int], period: str, actor: Actor, as_of: datetime
) -> Command:
    """The command with its digest: which transfers, by the names of their batches and their own."""
    if not transfer_ids or len(set(transfer_ids)) != len(transfer_ids):
        raise BadTransfer(key[:40], rule=_("it names no transfer, or one twice"))
    rows = Transfer.objects.filter(pk__in=transfer_ids).select_related("batch").order_by("pk")
    found = {row.pk: row for row in rows}
    for each in transfer_ids:
        if each not in found:
            raise TransferMissing(each)
    digest = Digest(kind=kind, key=checked_key(key), period=checked_period(period))
    sums_minor: Counter[str] = Counter()
    for row in found.values():
        digest.add_row(row.batch.key, row.key)
        sums_minor[row.currency] += row.amount_minor
    return Command(
        key=key,
        kind=kind,
        period=period,
        digest=digest.text(),
        transfer_count=len(found),
        sums_minor=dict(sorted(sums_minor.items())),
        actor=actor,
        as_of=as_of,
    )


def _decide(
    command: Command,
    transfer_ids: Sequence[int],
    *,
    change: Callable[[Transfer], tuple[tuple[int, Change], ...]],
) -> Posted:
    with one_step():
        batch_id = claim(command)
        if batch_id is None:
            return known(command)
        hold_open(command.period)
        rows = Transfer.objects.filter(pk__in=transfer_ids).select_related("debit", "credit")
        codes = {code for row in rows for code in (row.debit.code, row.credit.code)}
        held = {each.id: each for each in lock_accounts(codes)}
        _step(command, transfer_ids, batch_id=batch_id)
        changes: dict[int, Change] = {}
        for row in rows:
            for account_id, part in change(row):
                sum_so_far = changes.get(account_id, Change(0, 0))
                changes[account_id] = Change(
                    sum_so_far.delta_minor + part.delta_minor,
                    sum_so_far.reserve_minor + part.reserve_minor,
                )
        check_changes(held, changes)
        move_balances(changes)
        put_on_trail(command, batch_id=batch_id)
    return done(command, batch_id=batch_id, transfer_ids=tuple(sorted(transfer_ids)))


def _step(command: Command, transfer_ids: Sequence[int], *, batch_id: int) -> None:
    """Move pending transfers on; each at most once, whoever else tries."""
    pending = Transfer.objects.filter(pk__in=transfer_ids, state=Transfer.State.PENDING)
    if command.kind == Batch.Kind.POST_PENDING:
        moved = pending.update(
            state=Transfer.State.POSTED,
            posted_at=command.as_of,
            period=command.period,
            decided_by=batch_id,
        )
    else:
        moved = pending.update(state=Transfer.State.VOIDED, decided_by=batch_id)
    if moved != len(transfer_ids):
        decided = Transfer.objects.filter(pk__in=transfer_ids).exclude(decided_by=batch_id)
        raise NotPending(min(decided.values_list("pk", flat=True)))
