"""A store that comes back from a backup proves its books before anybody works with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domains.ledger.small_books import AT, meddle, move, open_books, post
from promises.own_store import empty_store, own_store, pointed_at, store_template
from wavepool.domains.ledger.models import LedgerAccount
from wavepool.plumbing import backup
from wavepool.plumbing.backup import checks

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores


@pytest.fixture
def books(own_store: str, settings: Any, tmp_path: Path) -> Path:
    """Books with something in them, in a store of their own; its folder."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "uploads"
    settings.MEDIA_ROOT.mkdir(parents=True)
    open_books()
    for number in range(5):
        post(f"batch-{number}", move(number + 1))
    return tmp_path


def bring_back(folder: Path, settings: Any) -> int:
    """Back the store up, restore it elsewhere; gives the balances there, added up."""
    backup.back_up(folder / "books.zip", at=AT)
    settings.DATA_DIR = folder / "elsewhere"
    settings.MEDIA_ROOT = folder / "elsewhere" / "uploads"
    with empty_store(folder) as name, pointed_at(name):
        backup.restore(folder / "books.zip")
        rows = LedgerAccount.objects.filter(balance_minor__gt=0)
        return sum(rows.values_list("balance_minor", flat=True))


class TestRestoredBooks:
    def test_are_proved(self, books: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        asked, prove = [], checks._CHECKS["books"]
        monkeypatch.setitem(checks._CHECKS, "books", lambda: asked.append("books") or prove())
        assert bring_back(books, settings) == 15
        assert asked == ["books"]

    def test_that_do_not_reconcile_are_refused(self, books: Path, settings: Any) -> None:
        meddle(
            "UPDATE ledger_account SET balance_minor = 99 WHERE code = %s",
            "payee:1:wallet:CNY",
            table="ledger_account",
        )
        with pytest.raises(backup.CheckFailed, match=r"books: .*payee:1:wallet:CNY") as refused:
            bring_back(books, settings)
        assert all(fault.startswith("books: ") for fault in refused.value.faults)

    def test_would_pass_without_their_check(
        self, books: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(checks._CHECKS, "books")
        meddle(
            "UPDATE ledger_account SET balance_minor = 99 WHERE code = %s",
            "payee:1:wallet:CNY",
            table="ledger_account",
        )
        assert bring_back(books, settings) == 99
