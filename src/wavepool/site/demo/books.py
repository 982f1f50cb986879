"""Closed months enter the books as for everybody: reconciled, approved by two; shops pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from wavepool.domains.ledger import operations
from wavepool.domains.ledger import queries as ledger
from wavepool.domains.ledger.operations import AccountName, NewTransfer
from wavepool.domains.statements import operations as statements
from wavepool.domains.statements import queries as statement_queries
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo.stage import Stage, do_asked

CURRENCY: Final = "CNY"
BANK: Final = AccountName(
    owner_kind="bank", owner_id="operator", purpose="external", currency=CURRENCY
)


def close_books(stage: Stage, month: str, *, at: datetime) -> None:
    """Reconcile a settled month, have another person approve it, post, lock and issue it."""
    prepared_at, approved_at = at, at + timedelta(hours=1)
    statements.prepare_close(
        period=month, actor=replace(stage.staff, mfa_at=prepared_at), as_of=prepared_at
    )
    close = statement_queries.find_close(month)
    assert close is not None, month
    statements.approve_close(
        period=month,
        seen_digest=close.digest,
        actor=replace(stage.second, mfa_at=approved_at),
        as_of=approved_at,
    )
    do_asked(approved_at)


def collect(*, at: datetime) -> None:
    """Shops pay what they owe, in the month in which they pay."""
    owed = ledger.list_accounts().filter(owner_kind="shop", balance_minor__lt=0)
    transfers = [
        NewTransfer(
            key=f"collect:{account.code}",
            debit=BANK.code,
            credit=account.code,
            currency=account.currency,
            amount_minor=-account.balance_minor,
            kind="shop_payment",
            subject=f"shop:{account.owner_id}",
        )
        for account in owed.order_by("code")
    ]
    operations.open_accounts(names=[BANK], actor=MACHINE, as_of=at)
    operations.post_many(
        key=f"collect:{at:%Y-%m-%d}",
        transfers=transfers,
        period=f"{at:%Y-%m}",
        actor=MACHINE,
        as_of=at,
    )
