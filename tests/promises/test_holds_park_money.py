"""A hold parks one payee's money; nobody else's moves, and what a ruling frees goes to the pool."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from promises.books_audit import audit, rows_of
from promises.market import ADA, DAY, JULY, link_buyer, market, settle, write_market

HOLD = "self_purchase:line:2"


def lines_of(out: Path, period: str) -> dict[tuple[int, str], tuple[int, bool]]:
    """Amount and state of each statement line, by payee and key."""
    return {
        (row["payee_id"], row["line_key"]): (row["amount_minor"], row["is_held"])
        for row in rows_of(out, period, "statement_lines")
    }


def transfers_of(out: Path, period: str) -> dict[str, tuple[Any, ...]]:
    """Debit, credit and amount of each transfer by key."""
    return {
        row["key"]: (row["debit"], row["credit"], row["amount_minor"])
        for row in rows_of(out, period, "transfers")
    }


class TestSelfPurchase:
    """Line 2 gives Ada 2.40; its buyer has her payout account. 20.00 of 59.99 are refunded."""

    def test_parks_the_money_in_escrow(self, held: Path) -> None:
        lines, transfers = lines_of(held, "2024-06"), transfers_of(held, "2024-06")
        assert lines[ADA, "C:2:1"] == (240, True)
        assert transfers["C:2:1"] == ("shop:1", f"escrow:{HOLD}", 240)
        statement = next(r for r in rows_of(held, "2024-06", "statements") if r["payee_id"] == ADA)
        assert statement["held_minor"] == 160

    def test_takes_its_refund_out_of_escrow(self, held: Path) -> None:
        assert lines_of(held, "2024-06")[ADA, "R:2:1"] == (-80, True)
        assert transfers_of(held, "2024-06")["Rkept:2:1"] == (f"escrow:{HOLD}", "shop:1", 80)

    def test_moves_nobody_elses_entitlement(self, held: Path, settled: Path) -> None:
        assert rows_of(held, "2024-06", "pool_shares") == rows_of(settled, "2024-06", "pool_shares")
        others = {key: row for key, row in lines_of(held, "2024-06").items() if key[0] != ADA}
        assert others == {
            key: row for key, row in lines_of(settled, "2024-06").items() if key[0] != ADA
        }

    def test_is_not_held_without_the_link(self, settled: Path) -> None:
        assert rows_of(settled, "2024-06", "holds") == []
        assert lines_of(settled, "2024-06")[ADA, "C:2:1"] == (240, False)

    def test_expires_to_the_open_pool(self, held: Path) -> None:
        assert lines_of(held, "2024-07")[ADA, f"J:{HOLD}:payee"] == (0, False)
        assert rows_of(held, "2024-07", "pool_accounts")[0]["freed_minor"] == 160
        freed = transfers_of(held, "2024-07")[f"J:{HOLD}:payee:freed"]
        assert freed == (f"escrow:{HOLD}", "pool:big", 160)
        assert rows_of(held, "2024-07", "state/holds_open") == []

    def test_goes_as_the_ruling_says(self, held: Path, tmp_path: Path) -> None:
        ruling = {"hold_id": HOLD, "kept_ppm": 250_000, "decided_at": JULY + 5 * DAY}
        tables = {**market(), "identity_links": [link_buyer(2, ADA)], "rulings": [ruling]}
        season = write_market(tmp_path / "season", tables)
        out = settle(season, tmp_path / "out", period="2024-07", opening=held).out
        assert lines_of(out, "2024-07")[ADA, f"J:{HOLD}:payee"] == (40, False)
        assert rows_of(out, "2024-07", "pool_accounts")[0]["freed_minor"] == 120

    def test_keeps_the_books(self, held: Path) -> None:
        assert audit(held) == []
