"""P8: a closed period never changes; what comes late is posted once, in the open period."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from promises.books_audit import audit, rows_of
from promises.market import (
    AUGUST,
    DAY,
    JULY,
    JUNE,
    Market,
    market,
    order_line,
    refund,
    settle,
    touches,
    write_market,
)
from wavepool.engine.seasons.out_folder import file_sha256


def tables_of(out: Path, period: str) -> dict[str, Any]:
    """Row counts, digests and sums of a period's tables, as the manifest has them."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    tables: dict[str, Any] = manifest["tables"][period]
    return tables


def files_of(out: Path) -> dict[str, str]:
    """Digest of each file of a folder."""
    return {str(path): file_sha256(path) for path in sorted(out.rglob("*")) if path.is_file()}


def late(extra: list[dict[str, Any]]) -> Market:
    """The hand-made season with refunds that were not known when June was closed."""
    tables = market()
    return {**tables, "refunds": [*tables["refunds"], *extra]}


def reversed_minor(*runs: tuple[Path, str]) -> Counter[tuple[Any, str]]:
    """What each leg of each line gave back, over periods of one or more folders."""
    sums: Counter[tuple[Any, str]] = Counter()
    for out, period in runs:
        for row in rows_of(out, period, "reversals"):
            sums[row["line_id"], row["leg"]] += row["amount_minor"]
    return sums


class TestPeriodByPeriod:
    def test_gives_what_one_run_over_all_gives(
        self, season: Path, settled: Path, june: Path, tmp_path: Path
    ) -> None:
        july = settle(season, tmp_path / "july", period="2024-07", opening=june).out
        assert tables_of(june, "2024-06") == tables_of(settled, "2024-06")
        assert tables_of(july, "2024-07") == tables_of(settled, "2024-07")

    def test_without_its_opening_gives_something_else(
        self, season: Path, settled: Path, tmp_path: Path
    ) -> None:
        july = settle(season, tmp_path / "july", period="2024-07").out
        assert tables_of(july, "2024-07") != tables_of(settled, "2024-07")


LATE = refund(9, line=3, minor=100_00, at=JUNE + 28 * DAY)


@pytest.fixture(scope="module")
def july(june: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """July settled from the June that was closed without the late refund."""
    place = tmp_path_factory.mktemp("late")
    before = files_of(june)
    late_season = write_market(place / "season", late([LATE]))
    out = settle(late_season, place / "out", period="2024-07", opening=june).out
    assert files_of(june) == before
    return out


class TestLateRefund:
    """Line 3 (paid 200.01, direct 36.02, open scene) is refunded by 100.00; nobody knew in June."""

    def test_is_posted_whole_in_the_open_period(self, july: Path, settled: Path) -> None:
        lines = {
            row["line_key"]: row["amount_minor"]
            for row in rows_of(july, "2024-07", "statement_lines")
        }
        assert lines["R:3:5"] == -(3_602 * 100_00 // 200_01)
        unknown = tables_of(settled, "2024-07")["statement_lines"]
        assert tables_of(july, "2024-07")["statement_lines"] != unknown

    def test_takes_in_sum_what_it_had_taken_in_time(
        self, july: Path, june: Path, tmp_path: Path
    ) -> None:
        known = write_market(tmp_path / "season", late([LATE]))
        in_time = settle(known, tmp_path / "out").out
        assert reversed_minor((june, "2024-06"), (july, "2024-07")) == reversed_minor(
            (in_time, "2024-06"), (in_time, "2024-07")
        )
        assert (
            "R:3:5" in {r["line_key"] for r in rows_of(in_time, "2024-06", "statement_lines")}
        ) is True

    def test_goes_back_to_who_got_the_legs(self, july: Path) -> None:
        back = {
            row["key"]: (row["debit"], row["credit"], row["amount_minor"])
            for row in rows_of(july, "2024-07", "transfers")
            if row["key"].startswith("R") and ":3:" in row["key"]
        }
        assert back == {
            "Rkept:3:5": ("payee:5", "shop:1", 1_800),
            "Rfee:3:5": ("platform:fee", "shop:1", 199),
        }

    def test_makes_a_month_in_which_nothing_else_happened(
        self, settled: Path, tmp_path: Path
    ) -> None:
        long_after = refund(9, line=3, minor=100_00, at=AUGUST + 60 * DAY)
        known = write_market(tmp_path / "season", late([long_after]))
        told = settle(known, tmp_path / "out")
        assert told.periods == ("2024-06", "2024-07", "2024-08", "2024-09")
        assert tables_of(told.out, "2024-07") == tables_of(settled, "2024-07")
        assert rows_of(told.out, "2024-08", "reversals") == []
        lines = rows_of(told.out, "2024-09", "statement_lines")
        assert "R:3:5" in {row["line_key"] for row in lines}
        assert audit(told.out) == []


def drained() -> Market:
    """No subsidy; in July the buyers of June's pool lines have all of their money back."""
    tables = market()
    paid = {row["line_id"]: row["paid_minor"] for row in tables["order_lines"]}
    back = Counter({row["line_id"]: 0 for row in tables["refunds"]})
    for row in tables["refunds"]:
        back[row["line_id"]] += row["refund_minor"]
    rest = [
        refund(100 + line, line=line, minor=paid[line] - back[line], at=JULY + 20 * DAY)
        for line in (1, 2, 5)
    ]
    return {
        **tables,
        "subsidies": [],
        "refunds": [*tables["refunds"], *rest],
        "touches": [*tables["touches"], *touches(AUGUST, first=3_000)],
        "order_lines": [
            *tables["order_lines"],
            *(order_line(20 + b, buyer=b, paid_minor=400_00, day=66) for b in range(1, 7)),
        ],
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months in which the second takes back what the first gave."""
    place = tmp_path_factory.mktemp("drained")
    return settle(write_market(place / "season", drained()), place / "out").out


class TestPoolBelowZero:
    def test_gives_nothing_and_carries_the_deficit(self, out: Path) -> None:
        account = rows_of(out, "2024-07", "pool_accounts")[0]
        june = rows_of(out, "2024-06", "pool_accounts")[0]
        # June's legs 1,400 + 841 + 6,584, of which its own refunds took 140 and 280 at once.
        assert (june["legs_minor"], june["reversals_minor"]) == (8_825, 420)
        assert (account["legs_minor"], account["reversals_minor"]) == (2_335, 8_405)
        assert account["distributed_micro"] == 0
        assert account["deficit_out_minor"] == 8_405 - 2_335
        pools = {
            r["account"]: r["balance_minor"] for r in rows_of(out, "2024-07", "state/balances")
        }
        assert pools["pool:big"] == -6_070

    def test_pays_the_deficit_first_in_the_next_period(self, out: Path) -> None:
        account = rows_of(out, "2024-08", "pool_accounts")[0]
        assert account["deficit_in_minor"] == 6_070
        assert account["deficit_out_minor"] == 0
        assert (
            account["distributable_micro"]
            == (account["legs_minor"] - 6_070) * 1_000_000 + (account["residue_in_micro"])
        )
        assert account["distributed_micro"] > 0

    def test_keeps_the_books(self, out: Path) -> None:
        assert audit(out) == []

    def test_leaves_a_debt_that_is_netted(self, out: Path) -> None:
        july = {row["payee_id"]: row for row in rows_of(out, "2024-07", "statements")}
        august = {row["payee_id"]: row for row in rows_of(out, "2024-08", "statements")}
        assert july[4]["payable_minor"] == 0
        assert july[4]["debt_out_minor"] == -july[4]["lines_minor"] > 0
        assert august[4]["debt_in_minor"] == july[4]["debt_out_minor"]
