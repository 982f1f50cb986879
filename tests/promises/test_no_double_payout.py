"""Promise: no payout reaches its payee twice, whatever the bank answers and whoever dies."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promises.lying_bank import LIES, open_payouts, open_season
from promises.own_store import own_store, store_template
from wavepool.connectors.sandbox_payouts.desk import Lies
from wavepool.connectors.sandbox_payouts.rail import SandboxRail
from wavepool.domains.payouts import operations
from wavepool.domains.payouts.operations import Receipt, sending

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
THOROUGH = bool(os.environ.get("WAVEPOOL_THOROUGH"))
PAYEES, MONTHS, CALLS = (60, 8, 1_000) if THOROUGH else (30, 2, 200)


@pytest.fixture(autouse=True)
def rails_and_heads(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The full proof holds the trail against exported heads; ours has none."""
    settings.DATA_DIR = tmp_path
    kept = operations.list_rails()
    yield
    operations.use_rails(*kept)


@pytest.mark.usefixtures("own_store")
class TestALyingBank:
    def test_pays_everybody_once_and_the_books_are_exact(self, tmp_path: Path) -> None:
        season = open_season(PAYEES, tmp_path / "bank")
        for month in range(MONTHS):
            season.owe(f"2026-{10 - month:02d}")
            season.pay(seed=month * 100, lies=LIES)
            assert open_payouts() == 0
            assert season.findings() == []
        # What failed for good is paid by new payouts: now nobody lies, dies or gives up.
        season.pay(seed=9_999, lies=Lies(), is_calm=True)
        assert season.is_paid_whole()
        assert season.findings() == []
        assert season.calls >= CALLS
        assert season.deaths > 0

    def test_is_caught_where_the_key_is_dropped(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sabotage: each call bears a key of its own, so a second try is a second payment."""
        monkeypatch.setattr(SandboxRail, "key_of", lambda _self, _told: uuid.uuid4().hex)
        season = open_season(6, tmp_path / "bank")
        season.owe("2026-10")
        season.pay(seed=1, lies=LIES)
        season.pay(seed=2, lies=LIES)
        assert any(" got " in each for each in season.findings())
        assert any(each.startswith("clearing ") for each in season.findings())

    def test_is_caught_where_silence_counts_as_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sabotage: what was not answered is paid again at once."""

        def hasty(receipt: Receipt, _rail: Any) -> Receipt:
            if receipt.kind != "unknown":
                return receipt
            return Receipt(key=receipt.key, kind="failed", why="silence")

        monkeypatch.setattr(sending, "confirmed", hasty)
        season = open_season(6, tmp_path / "bank")
        season.owe("2026-10")
        season.pay(seed=1, lies=Lies(missing_ppm=1_000_000))
        season.pay(seed=2, lies=Lies())
        assert any(each.endswith("got 20000 of 10000") for each in season.findings())

    def test_is_caught_where_a_failure_is_believed_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sabotage: the answer says "failed", and nobody looks at the bank's own record."""
        monkeypatch.setattr(sending, "confirmed", lambda receipt, _rail: receipt)
        season = open_season(6, tmp_path / "bank")
        season.owe("2026-10")
        season.pay(seed=1, lies=Lies(missing_ppm=1_000_000, contrary_ppm=1_000_000))
        season.pay(seed=2, lies=Lies())
        assert any(each.endswith("got 20000 of 10000") for each in season.findings())
