"""Pages of the ledger: for the operator's own people, whatever the books hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from beancount.loader import load_file
from django.core.management import CommandError, call_command
from django.test import Client

from domains.ledger.small_books import ADA, BAO, BY, DEAL, HERE, meddle, move, post
from wavepool.domains.ledger import operations

pytestmark = pytest.mark.usefixtures("books")
LISTS = ("accounts", f"accounts/{ADA}", "entries", "proofs")


@pytest.fixture
def eve(world: Any) -> Client:
    """The operator, signed in."""
    client = Client()
    client.force_login(world.eve)
    return client


def fill(more: int) -> int:
    """Post some linked transfers and a reservation; give one transfer's id."""
    made = post(f"m{more}", *(move(n + 1, key=str(n), subject="deal:7") for n in range(more)))
    post(f"b{more}", move(more, credit=BAO))
    operations.reserve(key=f"r{more}", transfers=[move(1, ADA, DEAL)], **HERE)
    return made.transfer_ids[0]


class TestEveryPage:
    def test_opens_with_books_and_without(self, eve: Client) -> None:
        for name in ("", *(f"{each}/" for each in LISTS)):
            assert eve.get(f"/staff/ledger/{name}").status_code == 200, name
        first = fill(3)
        operations.close_period(period="2026-10", **BY)
        for name in ("", *(f"{each}/" for each in LISTS), f"transfers/{first}/"):
            assert eve.get(f"/staff/ledger/{name}").status_code == 200, name

    def test_looks_missing_to_everybody_else(self, world: Any) -> None:
        first = fill(1)
        for name in ("ada", "bao", "chen", "dong"):
            client = Client()
            client.force_login(getattr(world, name))
            for page in ("", *(f"{each}/" for each in LISTS), f"transfers/{first}/"):
                assert client.get(f"/staff/ledger/{page}").status_code == 404
            assert client.post("/staff/ledger/proofs/new/").status_code == 404

    def test_asks_as_many_queries_for_many_rows_as_for_few(
        self, eve: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
    ) -> None:
        first = fill(2)
        places = ("", *(f"{each}/" for each in LISTS), f"transfers/{first}/")
        asked = {}
        for place in places:
            with django_assert_max_num_queries(20) as seen:
                eve.get(f"/staff/ledger/{place}")
            asked[place] = len(seen)
        fill(40)
        for place in places:
            with django_assert_num_queries(asked[place]):
                eve.get(f"/staff/ledger/{place}")

    @pytest.mark.parametrize("missing", ["transfers/999999/", "accounts/nobody:1:wallet:CNY/"])
    def test_says_what_is_missing(self, eve: Client, missing: str) -> None:
        assert eve.get(f"/staff/ledger/{missing}").status_code == 404


class TestALedgerList:
    def test_can_be_narrowed_and_taken_along(self, eve: Client) -> None:
        fill(3)
        rows = eve.get("/staff/ledger/entries.csv?q=deal:7&account=" + ADA)
        lines = b"".join(rows.streaming_content).decode().splitlines()
        assert len(lines) == 4
        assert lines[1].split(",")[3:5] == ["3", "CNY"]
        assert eve.get("/staff/ledger/accounts.parquet?state=holds").status_code == 200

    def test_of_accounts_narrows_by_every_filter(self, eve: Client) -> None:
        fill(3)
        found = eve.get(
            "/staff/ledger/accounts.csv?code=payee:&purpose=wallet&currency=cny&state=holds"
        )
        lines = b"".join(found.streaming_content).decode().splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [ADA, BAO]


class TestTheTrialBalancePage:
    def test_shows_that_there_is_no_difference(self, eve: Client) -> None:
        fill(3)
        page = eve.get("/staff/ledger/").content.decode()
        assert 'value="CNY 0.00"' in page
        assert "The columns differ" not in page

    def test_says_so_when_there_is_one(self, eve: Client) -> None:
        fill(3)
        meddle(
            "UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE code = %s",
            ADA,
            table="ledger_account",
        )
        assert "The columns differ" in eve.get("/staff/ledger/").content.decode()


class TestAProofFromThePage:
    def test_is_kept_and_shown(self, eve: Client) -> None:
        fill(2)
        assert eve.post("/staff/ledger/proofs/new/", follow=True).status_code == 200
        meddle(
            "UPDATE ledger_account SET balance_minor = 7 WHERE code = %s",
            ADA,
            table="ledger_account",
        )
        page = eve.post("/staff/ledger/proofs/new/", follow=True).content.decode()
        assert "The latest proof found differences" in page
        assert ADA in page


class TestTheCommand:
    def test_proves_and_writes_a_journal_that_beancount_checks(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(5)
        journal = tmp_path / "books.beancount"
        call_command("verify_books", as_json=True, journal=journal)
        said = json.loads(capsys.readouterr().out)
        assert (said["reconciles"], said["is_full"], said["findings"]) == (True, True, [])
        _entries, errors, _options = load_file(str(journal))
        assert errors == []

    def test_ends_with_four_when_the_books_do_not_reconcile(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(2)
        call_command("verify_books", incremental=True)
        meddle(
            "UPDATE ledger_account SET balance_minor = 7 WHERE code = %s",
            ADA,
            table="ledger_account",
        )
        with pytest.raises(CommandError) as refusal:
            call_command("verify_books", incremental=True)
        assert refusal.value.returncode == 4
        assert f"balance: {ADA}" in capsys.readouterr().out
