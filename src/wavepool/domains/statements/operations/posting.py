"""An approved month enters the books: posted in chunks, proved, locked, issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from wavepool.domains.ledger import operations as ledger
from wavepool.domains.ledger import queries as books
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Close, Statement
from wavepool.domains.statements.operations.closing import subject_of
from wavepool.domains.statements.operations.notices import tell_issued
from wavepool.domains.statements.operations.refusals import NothingPrepared
from wavepool.domains.statements.operations.transfers import open_transfers
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor

#: Transfers that one batch of the ledger takes.
CHUNK: Final = 50_000
Said = Callable[[str], None]


def say_nothing(_note: str) -> None:
    """For whoever listens to no progress."""


def post_month(
    *,
    period: str,
    actor: Actor,
    as_of: datetime,
    checkpoint: Callable[[], None] = lambda: None,
    say: Said = say_nothing,
    chunk: int = CHUNK,
) -> Close:
    """Post, lock and issue an approved month; a call that was killed anywhere is called again.

    Args:
        checkpoint: told inside the transaction of every step.
        say: told what is being done.
        chunk: transfers in one batch; the same in every call for a month.

    Raises:
        NothingPrepared: nobody approved it.
        NotApproved: what was approved is not what stands there.
        As `ledger.post_table`; what was posted before stays, and a repeated call goes on.
    """
    close = queries.find_close(period)
    if close is None or close.approved_at is None:
        raise NothingPrepared(period)
    if close.posted_at is None:
        say("posting")
        _post(close, actor=actor, as_of=as_of, checkpoint=checkpoint, chunk=chunk)
    if close.locked_at is None:
        say("locking")
        _lock(close, actor=actor, as_of=as_of, checkpoint=checkpoint)
    if close.issued_at is None:
        say("issuing")
        _issue(close, actor=actor, as_of=as_of, checkpoint=checkpoint)
    return close


def _post(
    close: Close,
    *,
    actor: Actor,
    as_of: datetime,
    checkpoint: Callable[[], None],
    chunk: int,
) -> None:
    with transaction.atomic():
        approvals.ensure_approved(
            subject=subject_of(close.period), digest=close.digest, makers=[close.prepared_by or 0]
        )
        Close.objects.filter(pk=close.pk, posting_at=None).update(posting_at=as_of)
        checkpoint()
    close.refresh_from_db()

    def keep(done: int) -> None:
        Close.objects.filter(pk=close.pk).update(posted_chunks=done)
        checkpoint()

    with open_transfers(close.take) as transfers:
        names = [_account(code) for code in transfers.account_codes()]
        ledger.open_accounts(names=names, actor=actor, as_of=as_of)
        ledger.post_stream(
            key=f"settle:{close.period}",
            tables=transfers.chunks(chunk),
            period=close.period,
            actor=actor,
            as_of=as_of,
            start=close.posted_chunks,
            checkpoint=keep,
        )
    with transaction.atomic():
        Close.objects.filter(pk=close.pk, posted_at=None).update(posted_at=as_of)
        close.refresh_from_db()
        _record("statements.posted", close, actor, as_of)
        checkpoint()


def _account(code: str) -> ledger.AccountName:
    """The account of a code; the house's own have no owner's id."""
    kind, *owner, purpose, currency = code.split(":")
    return ledger.AccountName(
        owner_kind=kind, owner_id="".join(owner), purpose=purpose, currency=currency
    )


def _lock(close: Close, *, actor: Actor, as_of: datetime, checkpoint: Callable[[], None]) -> None:
    """Close the month's books; what comes later belongs to an open month."""
    with transaction.atomic():
        if not books.is_closed(close.period):
            ledger.close_period(period=close.period, actor=actor, as_of=as_of)
        Close.objects.filter(pk=close.pk, locked_at=None).update(locked_at=as_of)
        checkpoint()
    close.refresh_from_db()


def _issue(close: Close, *, actor: Actor, as_of: datetime, checkpoint: Callable[[], None]) -> None:
    """Make the statements final and tell everybody; one that pays nothing is paid."""
    with transaction.atomic():
        waiting = Statement.objects.filter(take_id=close.take_id, issued_at=None)
        waiting.filter(net_minor=0).update(paid_at=as_of)
        waiting.update(issued_at=as_of)
        Close.objects.filter(pk=close.pk, issued_at=None).update(issued_at=as_of)
        tell_issued(close, at=as_of)
        _record("statements.issued", close, actor, as_of)
        checkpoint()
    close.refresh_from_db()


def _record(kind: str, close: Close, actor: Actor, as_of: datetime) -> None:
    audit.record(
        kind=kind,
        subject=f"close/{close.period}",
        actor=actor,
        at=as_of,
        data={"digest": close.digest, "chunks": close.posted_chunks},
    )
