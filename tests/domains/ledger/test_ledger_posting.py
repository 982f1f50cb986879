"""Posting: the only door to money."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from wavepool.domains.ledger import operations
from wavepool.domains.ledger.models import Batch, Entry, LedgerAccount, Transfer
from wavepool.domains.ledger.operations import AccountName, NewTransfer, Posted
from wavepool.plumbing.actor import MACHINE

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BY = {"actor": MACHINE, "as_of": AT}
BANK = "bank:main:external:CNY"
ADA = "payee:1:wallet:CNY"
BAO = "payee:2:wallet:CNY"
YEN = "payee:1:wallet:JPY"
NAMES = (
    ("bank", "main", "external", "CNY"),
    ("payee", "1", "wallet", "CNY"),
    ("payee", "2", "wallet", "CNY"),
    ("payee", "1", "wallet", "JPY"),
    ("deal", "7", "escrow", "CNY"),
)


@pytest.fixture
def books(db: None) -> None:
    """Accounts of a bank, two payees and a deal's escrow."""
    names = [AccountName(owner_kind=k, owner_id=i, purpose=p, currency=c) for k, i, p, c in NAMES]
    operations.open_accounts(names=names, **BY)


def move(amount_minor: int, *, debit: str = BANK, credit: str = ADA, **more: object) -> NewTransfer:
    given = {"key": "t", "currency": "CNY", **more}
    return NewTransfer(debit=debit, credit=credit, amount_minor=amount_minor, **given)


def post(key: str, *transfers: NewTransfer, period: str = "2026-11") -> Posted:
    return operations.post(key=key, transfers=transfers, period=period, **BY)


def balances() -> dict[str, int]:
    rows = LedgerAccount.objects.exclude(balance_minor=0)
    return dict(rows.order_by("code").values_list("code", "balance_minor"))


@pytest.mark.usefixtures("books")
class TestPost:
    def test_moves_an_amount_from_debit_to_credit(self) -> None:
        post("a", move(1_234))
        assert balances() == {BANK: -1_234, ADA: 1_234}

    def test_repeats_give_the_same_result_and_move_nothing_again(self) -> None:
        first = post("a", move(500))
        assert post("a", move(500)) == first
        assert balances() == {BANK: -500, ADA: 500}

    def test_refuses(self) -> None:
        with pytest.raises(operations.InsufficientFunds):
            post("a", move(1, debit=ADA, credit=BAO))
        with pytest.raises(operations.CurrencyMismatch):
            post("b", move(1, credit=YEN))
        with pytest.raises(operations.AccountMissing):
            post("c", move(1, credit="payee:9:wallet:CNY"))
        with pytest.raises(operations.AmountOutOfRange):
            post("c", move(2**63))
        post("d", move(2**63 - 1))
        with pytest.raises(operations.AmountOutOfRange):
            post("e", move(1))
        assert Batch.objects.count() == 1
