"""The only door to money: linked transfers posted together, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import connection
from django.utils.translation import gettext as _

from wavepool.domains.ledger.models import Batch, Transfer
from wavepool.domains.ledger.operations.checking import check_few, check_transfers
from wavepool.domains.ledger.operations.chunks import write_transfers
from wavepool.domains.ledger.operations.commands import (
    Command,
    Posted,
    check_sums,
    checked_key,
    checked_period,
    claim,
    done,
    hold_open,
    known,
    one_step,
    put_on_trail,
    trail_data,
)
from wavepool.domains.ledger.operations.refusals import (
    AmountOutOfRange,
    NotReversible,
    TransferMissing,
)
from wavepool.domains.ledger.tables import TRANSFERS, Digest, NewTransfer, table_of
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor

#: From here on a stream of rows costs less than a call with arrays.
FEW: Final = 200
_CALL: Final = f"SELECT outcome, batch, transfers FROM ledger_post({', '.join(['%s'] * 17)})"


def post(
    *, key: str, transfers: Sequence[NewTransfer], period: str, actor: Actor, as_of: datetime
) -> Posted:
    """Post linked transfers: all of them or none, once for each key.

    Transfers of one batch are judged together, so money may pass through an
    account that holds nothing. The same key with the same transfers gives the
    same result and moves nothing again. Make it the last thing of a
    transaction: it holds the end of the audit trail until the commit.

    Args:
        key: names this command for ever, e.g. "deal:17:fund".
        transfers: at least one; pending ones only reserve.
        period: the open month whose books they count in, e.g. "2026-11".
        actor: who posts.
        as_of: when.

    Raises:
        BadTransfer, BadPeriod: something is not written as it must be.
        KeyReused: the key names another command.
        PeriodClosed: the period takes no more transfers.
        AccountMissing, CurrencyMismatch: the accounts are not there or of another currency.
        InsufficientFunds: an account that may not go below zero would.
        AmountOutOfRange: an amount, a sum or a balance leaves 64 bits.
        NotReversible: a transfer that it reverses was reversed before.
    """
    is_few = len(transfers) <= FEW
    if is_few:
        check_few(transfers)
    else:
        check_transfers(as_table(transfers))
    digest = Digest(kind=Batch.Kind.POST, key=checked_key(key), period=checked_period(period))
    digest.add_transfers(transfers)
    sums_minor: Counter[str] = Counter()
    for each in transfers:
        sums_minor[each.currency] += each.amount_minor
    command = Command(
        key=key,
        kind=Batch.Kind.POST,
        period=period,
        digest=digest.text(),
        transfer_count=len(transfers),
        sums_minor=dict(sorted(sums_minor.items())),
        actor=actor,
        as_of=as_of,
    )
    check_sums(command)
    made = None
    if connection.vendor == "postgresql" and is_few:
        made = _post_at_once(transfers, command)
    if made is None:
        with one_step():
            made = _post_rows(as_table(transfers), command)
    return made


def reserve(
    *, key: str, transfers: Sequence[NewTransfer], period: str, actor: Actor, as_of: datetime
) -> Posted:
    """Set amounts aside without moving them; `post_pending` uses, `void_pending` releases them.

    Raises:
        As `post`.
    """
    pending = [replace(each, is_pending=True) for each in transfers]
    return post(key=key, transfers=pending, period=period, actor=actor, as_of=as_of)


def reverse(
    *,
    key: str,
    transfer_id: int,
    period: str,
    actor: Actor,
    as_of: datetime,
    kind: str = "reversal",
) -> Posted:
    """Take a posted transfer back by a new one that names it; each at most once.

    Raises:
        TransferMissing: there is no such transfer.
        NotReversible: it moved nothing, or it was reversed before.
        InsufficientFunds: who got the money does not hold it any more; and as `post`.
    """
    original = Transfer.objects.select_related("debit", "credit").filter(pk=transfer_id).first()
    if original is None:
        raise TransferMissing(transfer_id)
    back = NewTransfer(
        key=f"reversal:{transfer_id}",
        debit=original.credit.code,
        credit=original.debit.code,
        currency=original.currency,
        amount_minor=original.amount_minor,
        kind=kind,
        subject=original.subject,
        reverses_id=transfer_id,
    )
    earlier = Transfer.objects.filter(reverses=original).values_list("batch__key", flat=True)
    if original.state != Transfer.State.POSTED or set(earlier) - {key}:
        raise NotReversible(transfer_id)
    return post(key=key, transfers=[back], period=period, actor=actor, as_of=as_of)


def post_checked(table: pa.Table, command: Command) -> Posted:
    """Post a checked table of transfers inside the caller's step; for settlements."""
    batch_id = claim(command)
    if batch_id is None:
        return known(command)
    hold_open(command.period)
    write_transfers(table, batch_id=batch_id, command=command)
    put_on_trail(command, batch_id=batch_id)
    return done(command, batch_id=batch_id)


def as_table(transfers: Sequence[NewTransfer]) -> pa.Table:
    """Transfers as a table.

    Raises:
        AmountOutOfRange: an amount beyond 64 bits.
    """
    try:
        return table_of(transfers)
    except (OverflowError, pa.ArrowInvalid) as error:
        raise AmountOutOfRange(_("An amount")) from error


def _post_rows(table: pa.Table, command: Command) -> Posted:
    made = post_checked(table, command)
    if made.transfer_ids:
        return made
    rows = Transfer.objects.filter(batch_id=made.batch_id).order_by("pk")
    return replace(made, transfer_ids=tuple(rows.values_list("pk", flat=True)))


def _post_at_once(transfers: Sequence[NewTransfer], command: Command) -> Posted | None:
    """Post by one statement, which is a transaction of its own where nobody opened one.

    None where the store refused and left nothing behind: then the longer way,
    which judges anew under its own locks, says why.
    """
    arguments: list[Any] = [
        command.key,
        command.digest,
        command.period,
        json.dumps(command.sums_minor),
        command.actor.name,
        command.as_of,
        audit.actor_text(command.actor),
        audit.data_text(trail_data(command)),
        *([getattr(each, name) for each in transfers] for name in TRANSFERS.names),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CALL, arguments)
        outcome, batch_id, transfer_ids = cursor.fetchone()
    if outcome == "known":
        return known(command)
    if outcome == "refused":
        return None
    return done(command, batch_id=batch_id, transfer_ids=tuple(transfer_ids))
