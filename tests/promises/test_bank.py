"""Money is conserved and no wallet goes below zero, whoever posts at the same time."""

from __future__ import annotations

import random
import time
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from promises.bank import (
    Watch,
    at_once,
    findings,
    let_balances_be_anything,
    open_bank,
    some_moves,
)
from promises.own_store import own_store, rows, store_template

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
WORKERS = 16


@pytest.fixture(autouse=True)
def heads_of_our_own(settings: Any, tmp_path: Path) -> None:
    """The full proof holds the trail against exported heads; ours has none."""
    settings.DATA_DIR = tmp_path


@pytest.mark.usefixtures("own_store")
class TestConservation:
    WALLETS = 40
    ROUNDS = 16
    LINKED = 196
    SINGLES = 6
    READS = 20

    def test_holds_in_every_read_while_sixteen_workers_post(self) -> None:
        codes = open_bank(self.WALLETS, each_minor=1_000_000)

        def work(number: int) -> Watch:
            watch, chance = Watch(), random.Random(number)
            for turn in range(self.ROUNDS):
                linked = some_moves(codes, count=self.LINKED, most_minor=900, chance=chance)
                watch.post(f"linked {number} {turn}", linked)
                for single in range(self.SINGLES):
                    one = some_moves(codes, count=1, most_minor=300_000, chance=chance)
                    watch.post(f"single {number} {turn} {single}", one)
                for _read in range(self.READS):
                    watch.read(accounts=self.WALLETS + 1, with_entries=watch.reads % 100 == 50)
            return watch

        seen = at_once(WORKERS, work)
        assert seen.wrong == []
        assert seen.posted >= 50_000
        assert seen.reads >= 5_000
        assert findings() == []

    def test_is_missed_where_nobody_locks(self) -> None:
        """Sabotage: read, think, write; what others wrote meanwhile is lost."""
        codes = open_bank(2, each_minor=1_000)
        both_have_read = Barrier(2)

        def work(number: int) -> Watch:
            watch = Watch()
            balances = dict(rows("SELECT code, balance_minor FROM ledger_account"))
            both_have_read.wait(30)
            with transaction.atomic():
                write(codes[number], balances[codes[number]] - 10)
                write(codes[0], balances[codes[0]] + 10 * number - 10)
            watch.read(accounts=3, with_entries=True)
            return watch

        assert at_once(2, work).wrong
        assert "zero sum: CNY" in findings()


@pytest.mark.usefixtures("own_store")
class TestHotAccounts:
    HOT = 10
    POSTS = 50

    def test_never_go_below_zero_and_never_wait_for_each_other(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        codes = open_bank(self.HOT, each_minor=2_000)

        def work(number: int) -> Watch:
            watch, chance = Watch(), random.Random(number)
            for turn in range(self.POSTS):
                linked = some_moves(codes, count=1 + turn % 3, most_minor=1_500, chance=chance)
                watch.post(f"{number} {turn}", linked)
                watch.read(accounts=self.HOT + 1)
            return watch

        started = time.monotonic()
        seen = at_once(WORKERS, work)
        seconds = time.monotonic() - started
        with capsys.disabled():
            store, commands = connection.vendor, WORKERS * self.POSTS
            told = f"{commands / seconds:.0f} commands/s, {seen.refused} of {commands} refused"
            print(f" [{store}: {told}] ", end="")  # noqa: T201 - a figure for the reader
        assert seen.wrong == []
        assert seen.refused > 0
        assert seen.posted > 0
        assert findings() == []

    def test_go_below_zero_where_the_guard_is_off(self) -> None:
        """Sabotage: look first, take afterwards, and no constraint in the store."""
        (code,) = open_bank(1, each_minor=1_000)
        let_balances_be_anything()
        both_have_looked = Barrier(2)

        def work(_number: int) -> Watch:
            watch = Watch()
            if connection.vendor == "sqlite":
                let_balances_be_anything()
            ((balance_minor,),) = rows(
                "SELECT balance_minor FROM ledger_account WHERE code = %s", code
            )
            both_have_looked.wait(30)
            if balance_minor >= 800:
                take(code, 800)
            both_have_looked.wait(30)
            watch.read(accounts=2)
            return watch

        assert any("lowest -600" in word for word in at_once(2, work).wrong)
        assert "never below zero: payee:0:wallet:CNY" in findings()


def write(code: str, balance_minor: int) -> None:
    """Set a balance as nobody may."""
    rows("UPDATE ledger_account SET balance_minor = %s WHERE code = %s", balance_minor, code)


def take(code: str, amount_minor: int) -> None:
    """Move money as nobody may: without asking whether it is there."""
    for name, delta in ((code, -amount_minor), ("bank:main:external:CNY", amount_minor)):
        rows(
            "UPDATE ledger_account SET balance_minor = balance_minor + %s WHERE code = %s",
            delta,
            name,
        )
