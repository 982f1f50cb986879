"""Which plan binds: precedence, ties, links, moments, the rate lock."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.attribution.small_season import (
    DAY_MS,
    HOUR_MS,
    PAID_AT,
    Result,
    Rules,
    Season,
    run,
    small_season,
)
from wavepool.engine.commission import PLAN_KINDS, credit, plan_kind_table
from wavepool.engine.relations import step_sql

LINK = 70
SCOPES: dict[str, dict[str, Any]] = {
    "exclusive": {"creator_id": 1},
    "task": {"creator_id": 1},
    "targeted_item": {"creator_id": 1, "item_id": 7},
    "targeted_category": {"creator_id": 1, "category": "bags"},
    "campaign": {"link_id": LINK},
    "item": {"item_id": 7},
    "category": {"category": "bags"},
    "shop": {},
}
TOUCHED_AT = PAID_AT - 3 * HOUR_MS


def one_line(*, link: int | None = LINK) -> Season:
    season = small_season(plan_ppm=None)
    season.touch(1, 1, link_id=link)
    season.line()
    return season


def bound(result: Result) -> tuple[int | None, int, int]:
    line = result.line()
    return line["plan_id"], line["rate_ppm"], line["is_rate_locked"]


class TestPrecedence:
    def test_goes_through_the_eight_kinds_in_order_whatever_the_rates(self, tmp_path: Path) -> None:
        assert tuple(SCOPES) == PLAN_KINDS
        # Buyer n meets the plans of kinds n … 8: each later kind pays more.
        season = small_season(plan_ppm=None)
        season.rows["items"] = []
        for number in range(1, 9):
            season.add("items", item_id=number, shop_id=number, category="bags")
            for later, kind in enumerate(PLAN_KINDS[number - 1 :], number):
                scope = SCOPES[kind] | ({"item_id": number} if "item_id" in SCOPES[kind] else {})
                season.plan(number * 10 + later, kind, later * 10_000, shop_id=number, **scope)
            season.touch(number, 1, viewer_id=number, item=number, link_id=LINK)
            season.line(number, buyer_id=number, item=number)
        credits = run(tmp_path, season).credits
        assert [credits[n]["plan_id"] for n in range(1, 9)] == [11, 22, 33, 44, 55, 66, 77, 88]

    def test_is_a_table_of_its_own(self) -> None:
        rows = plan_kind_table().to_pylist()
        assert [(row["kind"], row["precedence"]) for row in rows] == list(
            zip(PLAN_KINDS, range(1, 9), strict=True)
        )
        assert [row["kind"] for row in rows if row["needs_link"] == 1] == ["campaign"]
        assert all(a["precedence"] < b["precedence"] for a, b in pairwise(rows))

    def test_is_lost_when_the_highest_rate_wins(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        season = one_line()
        season.plan(1, "exclusive", 50_000)
        season.plan(2, "shop", 200_000)
        assert bound(run(tmp_path, season))[0] == 1
        meddle(monkeypatch, "order by k.precedence, p.rate_ppm", "order by p.rate_ppm")
        assert bound(run(tmp_path, season))[0] == 2

    def test_breaks_ties_by_the_higher_rate_then_the_lower_id(self, tmp_path: Path) -> None:
        season = one_line()
        season.plan(5, "item", 90_000, item_id=7)
        season.plan(4, "item", 80_000, item_id=7)
        season.plan(6, "item", 90_000, item_id=7)
        assert bound(run(tmp_path, season)) == (5, 90_000, 0)


class TestAPlan:
    @pytest.mark.parametrize(
        "scope",
        [
            {"item_id": 8},
            {"category": "shoes"},
            {"creator_id": 2},
            {"shop_id": 2},
            {"valid_from": PAID_AT + 1},
            {"valid_to": TOUCHED_AT},
            {"link_id": 71},
        ],
        ids=str,
    )
    def test_of_something_else_does_not_bind(self, tmp_path: Path, scope: dict[str, Any]) -> None:
        season = one_line()
        season.plan(1, "exclusive", 300_000, **scope)
        line = run(tmp_path, season).line()
        assert (line["outcome"], line["plan_id"], line["commission_minor"]) == ("no_plan", None, 0)
        assert (line["fee_ppm"], line["direct_ppm"], line["creator_id"]) == (0, 0, 1)

    @pytest.mark.parametrize(("link", "plan"), [(LINK, 1), (71, 2), (None, 2)])
    def test_of_a_campaign_is_reached_by_its_own_link_alone(
        self, tmp_path: Path, link: int | None, plan: int
    ) -> None:
        season = one_line(link=link)
        season.plan(1, "campaign", 300_000, link_id=LINK)
        season.plan(2, "shop", 50_000)
        assert bound(run(tmp_path, season))[0] == plan

    def test_of_a_campaign_without_a_link_is_reached_by_nobody(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        season = one_line(link=None)
        season.plan(1, "campaign", 300_000)
        assert bound(run(tmp_path, season))[0] is None
        meddle(monkeypatch, "p.link_id is null and k.needs_link = 0", "p.link_id is null")
        assert bound(run(tmp_path, season))[0] == 1


class TestTheRateLock:
    def changed(self, *, before_ppm: int, after_ppm: int | None, hours: int = 3) -> Season:
        """A plan's rate changes one hour before payment; the touch was `hours` before it."""
        season = small_season(plan_ppm=None)
        moment = PAID_AT - HOUR_MS
        season.plan(1, "shop", before_ppm, valid_to=moment)
        if after_ppm is not None:
            season.plan(1, "shop", after_ppm, valid_from=moment)
        season.touch(1, 1, hours=hours)
        season.line()
        return season

    def test_keeps_the_rate_of_the_touch_after_a_cut(self, tmp_path: Path) -> None:
        season = self.changed(before_ppm=200_000, after_ppm=100_000)
        assert bound(run(tmp_path, season)) == (1, 200_000, 1)

    def test_lets_a_rise_apply_at_once(self, tmp_path: Path) -> None:
        season = self.changed(before_ppm=100_000, after_ppm=200_000)
        assert bound(run(tmp_path, season)) == (1, 200_000, 0)

    def test_is_not_told_of_where_nothing_changed(self, tmp_path: Path) -> None:
        season = self.changed(before_ppm=100_000, after_ppm=100_000)
        assert bound(run(tmp_path, season)) == (1, 100_000, 0)

    def test_outlives_the_plan_itself(self, tmp_path: Path) -> None:
        season = self.changed(before_ppm=100_000, after_ppm=None)
        assert bound(run(tmp_path, season)) == (1, 100_000, 1)

    def test_ends_after_its_days(self, tmp_path: Path) -> None:
        season = self.changed(before_ppm=200_000, after_ppm=100_000, hours=24)
        assert bound(run(tmp_path, season, Rules(rate_lock_days=1))) == (1, 100_000, 0)
        season.rows["touches"][0]["touched_at"] += 1
        assert bound(run(tmp_path, season, Rules(rate_lock_days=1))) == (1, 200_000, 1)

    def test_is_gone_when_the_lower_rate_binds(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "by r.rate_ppm desc, r.is_click", "by r.rate_ppm, r.is_click")
        season = self.changed(before_ppm=200_000, after_ppm=100_000)
        assert bound(run(tmp_path, season)) == (1, 100_000, 0)


class TestAContract:
    def signed(self, **span: int) -> Season:
        season = small_season()
        season.add("agencies", agency_id=4, payee_id=4000)
        season.add("payees", payee_id=4000, kind="agency")
        contract = {"creator_id": 1, "agency_id": 4, "valid_from": 0} | span
        season.add("contracts", contract_id=1, income_type="direct", split_ppm=300_001, **contract)
        season.add("contracts", contract_id=2, income_type="pool", split_ppm=900_000, **contract)
        season.touch(1, 1)
        season.line(paid=50_000)
        return season

    def parts(self, result: Result) -> tuple[int | None, int, int, int]:
        [row] = result.shares
        return row["agency_payee_id"], row["split_ppm"], row["agency_minor"], row["kept_minor"]

    def test_splits_the_direct_leg_last_and_rounds_the_agencys_part_down(
        self, tmp_path: Path
    ) -> None:
        # 1 000 of direct leg: 300.001 to the agency.
        assert self.parts(run(tmp_path, self.signed())) == (4000, 300_001, 300, 700)

    @pytest.mark.parametrize(
        ("span", "agency"),
        [
            ({"valid_from": PAID_AT}, 4000),
            ({"valid_from": PAID_AT + 1}, None),
            ({"valid_to": PAID_AT}, None),
            ({"valid_from": TOUCHED_AT, "valid_to": PAID_AT + DAY_MS}, 4000),
        ],
        ids=str,
    )
    def test_binds_as_of_payment(
        self, tmp_path: Path, span: dict[str, int], agency: int | None
    ) -> None:
        payee, split_ppm, agency_minor, kept_minor = self.parts(run(tmp_path, self.signed(**span)))
        assert payee == agency
        assert (split_ppm, agency_minor, kept_minor) == (
            (300_001, 300, 700) if agency else (0, 0, 1_000)
        )

    def test_binds_at_the_touch_once_the_moment_is_changed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "k.valid_from <= s.paid_at", "k.valid_from <= s.paid_at + 1")
        season = self.signed(valid_from=PAID_AT + 1)
        assert self.parts(run(tmp_path, season))[0] == 4000


def meddle(monkeypatch: pytest.MonkeyPatch, clause: str, other: str) -> None:
    """Replace a clause in the text of whichever step holds it."""

    def meddled(package: str, name: str, /, *, dialect: str = "duckdb", **parameters: int) -> str:
        return step_sql(package, name, dialect=dialect, **parameters).replace(clause, other)

    monkeypatch.setattr(credit, "step_sql", meddled)
