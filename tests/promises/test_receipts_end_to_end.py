"""Every kind of statement line can be explained, and its receipt leads to the manifest."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from promises.books_audit import audit, periods_of, rows_of
from promises.market import DAY, EVE, JULY, market, refund, settle, write_market
from wavepool.engine import receipts
from wavepool.engine.incentives import read_programmes
from wavepool.engine.seasons.explaining import LineNotFound, NotASettlement, explain_line

PROGRAMME = """
[document]
id = "season_2024"
version = 1
notice_days = 30

[[programmes]]
id = "first_sales"
name_zh = "首月奖"
name_en = "First sales"
subject = "creator"
currency = "CNY"
from_date = 2024-01-01
to_date = 2025-01-01
evaluated = "month"
gate = "person_for_life"

[programmes.eligibility]
kinds = ["talent"]

[programmes.window]
opens = "programme"

[programmes.budget]
planned_minor = 7_777

[[programmes.lump_sum.milestones]]
id = "start"
within_days = 366
reward_minor = 5_001
conditions = [{ counter = "received_minor", at_least = 10_000 }]
"""
BUDGET = {
    "programme_id": "first_sales",
    "currency": "CNY",
    "budget_minor": 7_777,
    "traffic_units": 0,
}


@pytest.fixture(scope="module")
def awarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A season with a programme that two creators reach at once, and a debt of Eve's in July."""
    place = tmp_path_factory.mktemp("awarded")
    tables = market()
    tables["budgets"] = [{**BUDGET, "period": month} for month in ("2024-06", "2024-07")]
    tables["order_lines"] = [row for row in tables["order_lines"] if row["line_id"] != 9]
    tables["refunds"].append(refund(6, line=3, minor=200_01, at=JULY + 7 * DAY))
    season = write_market(place / "season", tables)
    return settle(season, place / "out", programmes=[read_programmes(PROGRAMME)]).out


def kinds_of(out: Path) -> dict[tuple[str, str, bool], str]:
    """One line of each kind, key letter and state: its name as `explain` takes it."""
    return {
        (row["kind"], row["line_key"].split(":")[0], row["is_held"]): f"{period}/{row['leaf_no']}"
        for period in periods_of(out)
        for row in rows_of(out, period, "statement_lines")
    }


def receipt_of(out: Path, line: str) -> tuple[dict[str, Any], bytes]:
    """The receipt of a line, and the manifest that it must lead to."""
    receipt = explain_line(out, line).receipt
    assert receipt is not None
    return receipt, (out / "manifest.json").read_bytes()


def prove_all(out: Path) -> set[str]:
    """Explain and verify one line of each kind; returns the kinds."""
    for line in kinds_of(out).values():
        receipt, manifest = receipt_of(out, line)
        verified = receipts.verify_with_manifest(receipt, manifest, None)
        assert verified.ok, (line, verified.first_difference)
        assert verified.membership == "proved", line
        for language in ("en", "zh"):
            assert receipts.sentence(receipt, language)
    return {f"{kind} {letter}" for kind, letter, _ in kinds_of(out)}


class TestReceipts:
    def test_prove_every_kind_of_line(self, settled: Path, held: Path, awarded: Path) -> None:
        assert audit(awarded) == []
        assert prove_all(settled) | prove_all(held) | prove_all(awarded) == {
            "commission C",
            "agency G",
            "agency GA",
            "refund R",
            "refund RG",
            "pool P",
            "award A",
            "adjustment J",
            "debt D",
        }

    def test_prove_the_lines_of_a_drawn_world(self, world_settled: Path) -> None:
        assert len(prove_all(world_settled)) >= 5

    def test_say_how_an_award_was_scaled_to_its_budget(self, awarded: Path) -> None:
        lines = {
            (row["payee_id"], row["line_key"]): row["amount_minor"]
            for row in rows_of(awarded, "2024-06", "statement_lines")
            if row["kind"] == "award"
        }
        assert len(lines) == 2
        assert sum(row["award_minor"] for row in rows_of(awarded, "2024-06", "awards")) <= 7_777

    @pytest.mark.parametrize("field", ["amount_minor", "payee_id", "line_key"])
    def test_do_not_verify_when_the_line_is_forged(self, settled: Path, field: str) -> None:
        receipt, manifest = receipt_of(settled, kinds_of(settled)["pool", "P", False])
        forged = copy.deepcopy(receipt)
        value = forged["line"][field]
        forged["line"][field] = value + 1 if isinstance(value, int) else value + "x"
        assert not receipts.verify_with_manifest(forged, manifest, None).ok

    def test_do_not_verify_under_the_manifest_of_another_run(
        self, settled: Path, held: Path
    ) -> None:
        receipt, _ = receipt_of(settled, kinds_of(settled)["commission", "C", False])
        other = (held / "manifest.json").read_bytes()
        assert not receipts.verify_with_manifest(receipt, other, None).ok


class TestExplain:
    def test_shows_the_touches_behind_a_commission_and_marks_the_winner(
        self, settled: Path
    ) -> None:
        explanation = explain_line(settled, "C:5:4")
        winners = [row for row in explanation.evidence.to_pylist() if row["is_winner"]]
        assert [row["touch_id"] for row in winners] == [explanation.path["touch_id"]]
        assert explanation.path["paid_minor"] == 470_00

    def test_tells_what_would_raise_a_share(self, settled: Path) -> None:
        explanation = explain_line(settled, "2024-06/1/P:big")
        assert {row["dimension"] for row in explanation.improvements} == {
            "quality",
            "experience",
            "commerce",
            "all_three",
        }
        assert all(row["gain_micro"] >= 0 for row in explanation.improvements)
        assert explanation.peers

    def test_refuses_a_name_that_is_no_line(self, settled: Path) -> None:
        with pytest.raises(LineNotFound, match="no statement line"):
            explain_line(settled, "C:404:4")
        with pytest.raises(LineNotFound, match="statement lines named"):
            explain_line(settled, "P:big")

    def test_refuses_a_folder_without_manifest(self, tmp_path: Path) -> None:
        with pytest.raises(NotASettlement):
            explain_line(tmp_path, "2024-06/1")

    def test_keeps_a_debt_until_it_is_earned(self, awarded: Path) -> None:
        july = {row["payee_id"]: row for row in rows_of(awarded, "2024-07", "statements")}
        assert july[EVE]["debt_out_minor"] == -july[EVE]["lines_minor"] > 0
        manifest = json.loads((awarded / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["tables"]["2024-07"]["statements"]["sums"]["CNY"]["payable_minor"] >= 0
