"""A bank whose money goes round among many workers, and the checker that watches it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, connections

from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.operations import AccountName, InsufficientFunds, NewTransfer
from wavepool.plumbing.actor import MACHINE

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BY: dict[str, Any] = {"actor": MACHINE, "as_of": AT}
PERIOD = "2026-11"
OUTSIDE = "bank:main:external:CNY"

# Every balance in one statement, so in one moment: what all add up to, and the lowest that may
# not be below zero.
_WHOLE_BOOK = """
SELECT sum(balance_minor), count(*),
    min(CASE WHEN may_go_negative THEN 0 ELSE balance_minor - reserved_minor END)
FROM ledger_account
"""
_AGAINST_ENTRIES = """
SELECT count(*) FROM ledger_account AS a
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM ledger_entry GROUP BY account_id)
    AS e ON e.account_id = a.id
WHERE a.balance_minor <> coalesce(e.total, 0)
"""


def open_bank(wallets: int, *, each_minor: int) -> list[str]:
    """Open wallets and fund each from outside; give their codes."""
    outside = AccountName(owner_kind="bank", owner_id="main", purpose="external", currency="CNY")
    names = [
        AccountName(owner_kind="payee", owner_id=str(n), purpose="wallet", currency="CNY")
        for n in range(wallets)
    ]
    _outside, *codes = operations.open_accounts(names=[outside, *names], **BY)
    funding = [move(OUTSIDE, code, each_minor, key=code) for code in codes]
    operations.post(key="funding", transfers=funding, period=PERIOD, **BY)
    return codes


def move(debit: str, credit: str, amount_minor: int, *, key: str = "t") -> NewTransfer:
    """A transfer of Chinese money."""
    return NewTransfer(
        key=key, debit=debit, credit=credit, currency="CNY", amount_minor=amount_minor
    )


@dataclass
class Watch:
    """What one worker did and saw.

    Attributes:
        posted: transfers that went through.
        refused: commands refused because somebody did not hold enough.
        reads: whole-book reads.
        wrong: what a read saw that must never be seen.
    """

    posted: int = 0
    refused: int = 0
    reads: int = 0
    wrong: list[str] = field(default_factory=list)

    def read(self, *, accounts: int, with_entries: bool = False) -> None:
        """Read the whole book at one moment and judge it."""
        with connection.cursor() as cursor:
            cursor.execute(_WHOLE_BOOK)
            total, count, lowest = cursor.fetchone()
            if with_entries:
                cursor.execute(_AGAINST_ENTRIES)
                differing = cursor.fetchone()[0]
                self.wrong += [f"{differing} balances differ from entries"] * bool(differing)
        self.reads += 1
        if total != 0 or count != accounts or lowest < 0:
            self.wrong.append(f"total {total}, {count} accounts, lowest {lowest}")

    def post(self, key: str, transfers: Sequence[NewTransfer]) -> None:
        """Post; a refusal for want of money is an answer, anything else is not."""
        try:
            operations.post(key=key, transfers=transfers, period=PERIOD, **BY)
        except InsufficientFunds:
            self.refused += 1
        else:
            self.posted += len(transfers)


def some_moves(
    codes: Sequence[str], *, count: int, most_minor: int, chance: random.Random
) -> list[NewTransfer]:
    """Transfers between wallets drawn by chance."""
    pairs = (chance.sample(codes, 2) for _ in range(count))
    return [
        move(debit, credit, chance.randint(1, most_minor), key=str(n))
        for n, (debit, credit) in enumerate(pairs)
    ]


def at_once(workers: int, work: Callable[[int], Watch]) -> Watch:
    """Let workers work at the same time, each on a connection of its own; add up what they saw."""

    def alone(number: int) -> Watch:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        seen = list(pool.map(alone, range(workers)))
    return Watch(
        posted=sum(each.posted for each in seen),
        refused=sum(each.refused for each in seen),
        reads=sum(each.reads for each in seen),
        wrong=[word for each in seen for word in each.wrong],
    )


def findings() -> list[str]:
    """What the full proof of the books finds."""
    return [f"{each.rule}: {each.place}" for each in queries.prove_books().findings]


def let_balances_be_anything() -> None:
    """Take the store's own guard away: what sabotage does first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_never_below_zero"
            )
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
