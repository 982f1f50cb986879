"""Small books: a bank outside, two payees, a deal's escrow, and short ways to post."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from wavepool.domains.ledger import operations
from wavepool.domains.ledger.models import LedgerAccount
from wavepool.domains.ledger.operations import AccountName, NewTransfer, Posted
from wavepool.plumbing.actor import MACHINE

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BY: dict[str, Any] = {"actor": MACHINE, "as_of": AT}
HERE: dict[str, Any] = {"period": "2026-11", **BY}
BANK = "bank:main:external:CNY"
ADA = "payee:1:wallet:CNY"
BAO = "payee:2:wallet:CNY"
YEN = "payee:1:wallet:JPY"
DEAL = "deal:7:escrow:CNY"
NAMES = (
    ("bank", "main", "external", "CNY"),
    ("bank", "main", "external", "JPY"),
    ("payee", "1", "wallet", "CNY"),
    ("payee", "2", "wallet", "CNY"),
    ("payee", "1", "wallet", "JPY"),
    ("deal", "7", "escrow", "CNY"),
)


def open_books() -> None:
    """Open the accounts."""
    names = [AccountName(owner_kind=k, owner_id=i, purpose=p, currency=c) for k, i, p, c in NAMES]
    operations.open_accounts(names=names, **BY)


def move(amount_minor: int, debit: str = BANK, credit: str = ADA, **more: Any) -> NewTransfer:
    """A transfer, from the bank to Ada unless it says otherwise."""
    given = {"key": "t", "currency": debit[-3:], **more}
    return NewTransfer(debit=debit, credit=credit, amount_minor=amount_minor, **given)


def post(key: str, *transfers: NewTransfer, period: str = "2026-11") -> Posted:
    """Post to November."""
    return operations.post(key=key, transfers=transfers, period=period, **BY)


def balances() -> dict[str, int]:
    """Balances that are not zero, by code."""
    rows = LedgerAccount.objects.exclude(balance_minor=0)
    return dict(rows.order_by("code").values_list("code", "balance_minor"))


def reserved(code: str) -> int:
    """What is reserved of an account."""
    return LedgerAccount.objects.get(code=code).reserved_minor


def meddle(sql: str, *values: object, table: str = "ledger_transfer") -> None:
    """Change a row as nobody may: with the store's own guards lifted for a moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute(sql, values)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(sql, values)
        for _name, text in triggers:
            cursor.execute(text)
