"""The demonstration: what it prints comes from the settlement's files and balances."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli.runs import run

TOUCHES = "20000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    """The figures of a small demonstration."""
    ran = run("demo", "--folder", folder, "--touches", TOUCHES, "--json")
    assert ran.exit_code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


class TestDemo:
    def test_balances_every_pool_of_every_month(self, report: dict[str, Any]) -> None:
        assert len(report["pools"]) >= 3
        assert all(pool["balances"] for pool in report["pools"])

    def test_cuts_every_commission_into_its_legs(self, report: dict[str, Any]) -> None:
        for month in report["months"]:
            parts = month["direct_minor"] + month["fee_minor"] + month["pool_minor"]
            assert month["commission_minor"] == parts > 0

    def test_takes_its_lines_from_the_settlement(
        self, report: dict[str, Any], folder: Path
    ) -> None:
        for month in report["months"]:
            credits = folder / "settled" / month["period"] / "credits.parquet"
            assert month["lines"] == pq.read_metadata(credits).num_rows

    def test_finds_the_busiest_day_of_the_local_calendar(
        self, report: dict[str, Any], folder: Path
    ) -> None:
        orders = pq.read_table(folder / "season" / "order_lines.parquet", columns=["paid_at"])
        shanghai = timezone(timedelta(hours=8))
        days = Counter(
            datetime.fromtimestamp(at // 1000, tz=shanghai).date().isoformat()
            for at in orders.column("paid_at").to_pylist()
        )
        busiest = report["busiest_day"]
        assert busiest["lines"] == days[busiest["day"]] == max(days.values())

    def test_compares_both_rules_over_the_same_money(self, report: dict[str, Any]) -> None:
        claim = report["claim"]
        sales = sum(group["sales_micro"] for group in claim["groups"])
        flexible = sum(group["flexible_micro"] for group in claim["groups"])
        # Sharing leaves micro-units over, and what rulings freed is shared beside the legs.
        assert abs(flexible - sales - claim["freed_minor"] * 1_000_000) < 100_000_000
        assert [group["group"] for group in claim["groups"]] == ["chaser", "maker", "other"]

    def test_proves_one_receipt_and_refuses_its_edited_copy(self, report: dict[str, Any]) -> None:
        proof = report["proof"]
        assert (proof["verified"]["ok"], proof["verified"]["membership"]) == (True, "proved")
        assert proof["refused"]["ok"] is False
        assert proof["refused"]["first_difference"]["step"] == "direct"
        assert run("verify", proof["receipt"]).exit_code == 0
        assert run("verify", proof["edited"]).exit_code == 4

    def test_prints_every_page_in_a_hundred_columns_and_settles_nothing_again(
        self, report: dict[str, Any], folder: Path
    ) -> None:
        ran = run("demo", "--folder", folder, "--touches", TOUCHES)
        assert ran.exit_code == 0, ran.err
        lines = ran.out.splitlines()
        pages = [line.partition(" ──")[0] for line in lines if " ──" in line]
        assert pages == [
            "A season, 2022-09 to 2022-11",
            "Month by month",
            "The pool",
            "Who gets what",
            "Sales alone, or what content is worth",
            "Why: one line down to its touches",
            "Incentives of 2022",
            "Village programme",
            "Held, with evidence",
            "Next",
        ]
        assert max(len(line) for line in lines if "wavepool" not in line) <= 100
        assert report["digest"] in ran.out

    def test_speaks_chinese(self, report: dict[str, Any], folder: Path) -> None:
        ran = run("demo", "--folder", folder, "--touches", TOUCHES, "--lang", "zh")
        assert ran.exit_code == 0, ran.err
        assert "只看销售，还是看内容价值" in ran.out
        assert "村播计划" in ran.out

    def test_refuses_a_folder_that_holds_another_season(
        self, report: dict[str, Any], folder: Path
    ) -> None:
        ran = run("demo", "--folder", folder, "--touches", TOUCHES, "--seed", "3")
        assert (ran.exit_code, ran.out) == (1, "")
        assert "a world needs a folder of its own" in ran.err
