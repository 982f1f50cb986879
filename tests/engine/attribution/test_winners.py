"""Who wins a line: classes, ties, dwell and click, the window, hosts, accounts, payees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.attribution.small_season import (
    BEFORE_AT,
    DAY_MS,
    HOST,
    HOUR_MS,
    PAID_AT,
    STARTS_AT,
    Result,
    Rules,
    Season,
    run,
    small_season,
)
from wavepool.engine.attribution import reach
from wavepool.engine.commission import credit
from wavepool.engine.relations import step_sql

WINDOW_MS = 15 * DAY_MS


def winner(folder: Path, season: Season, rules: Rules | None = None) -> int | None:
    touch_id: int | None = run(folder, season, rules).line()["touch_id"]
    return touch_id


def two(first: dict[str, Any], second: dict[str, Any]) -> Season:
    """Touch 1 of creator 1 and touch 2 of creator 2 before one line of item 7."""
    season = small_season()
    season.touch(1, 1, **first)
    season.touch(2, 2, **second)
    season.line()
    return season


LIVE: dict[str, Any] = {"live": True, "hours": 30}
POST: dict[str, Any] = {"hours": 20}
SHOP: dict[str, Any] = {"item": None, "shop_id": 1, "hours": 10}
OTHER_ITEM: dict[str, Any] = {"item": 8, "hours": 5}
UNSEEN: dict[str, Any] = {"dwell": 4_999, "hours": 1}


# Touch 1 of creator 1, touch 2 of creator 2, and which of them wins.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "live over later post": (LIVE, POST, 1),
    "post over later room touch": (POST, SHOP, 1),
    "post over later other item": (POST, OTHER_ITEM, 1),
    "live over later other item": (LIVE, OTHER_ITEM, 1),
    "later of two in the shop": (SHOP, OTHER_ITEM, 2),
    "later of two posts": (POST, {"hours": 19}, 2),
    "lower id at the same moment": (POST, {"hours": 20}, 1),
    "later of two lives": (LIVE, {"live": True, "hours": 29}, 2),
    "watched over later unwatched": (POST, UNSEEN, 1),
    "watched over earlier unwatched": (UNSEEN | {"hours": 30}, POST, 2),
    "watched post over unwatched live": (POST, {"live": True} | UNSEEN, 1),
    "a click without dwell": (POST, {"dwell": 0, "is_clicked": True, "hours": 1}, 2),
    "dwell of exactly the threshold": (POST, {"dwell": 5_000, "hours": 1}, 2),
}


class TestTheWinner:
    def test_is_the_latest_qualified_touch_of_the_best_class(self, tmp_path: Path) -> None:
        season = small_season()
        for buyer, (first, second, _) in enumerate(CASES.values(), 1):
            season.touch(buyer * 10 + 1, 1, viewer_id=buyer, **first)
            season.touch(buyer * 10 + 2, 2, viewer_id=buyer, **second)
            season.line(buyer, buyer_id=buyer)
        credits = run(tmp_path, season).credits
        won = {name: credits[line]["touch_id"] % 10 for line, name in enumerate(CASES, 1)}
        assert won == {name: wins for name, (_, _, wins) in CASES.items()}

    def test_is_another_when_the_order_of_classes_is_turned(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "t.class_no, t.touched_at desc", "t.class_no desc, t.touched_at desc")
        assert winner(tmp_path, two(LIVE, POST)) == 2

    def test_is_another_when_ties_go_to_the_higher_id(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "desc, t.touch_id", "desc, t.touch_id desc")
        assert winner(tmp_path, two(POST, {"hours": 20})) == 2

    def test_is_another_when_no_dwell_is_asked_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "or t.dwell_ms >= 5000", "or t.dwell_ms >= 0")
        assert winner(tmp_path, two(POST, UNSEEN)) == 2

    def test_earns_as_direct_or_indirect_by_its_class(self, tmp_path: Path) -> None:
        season = two(SHOP, SHOP | {"dwell": 0})
        assert run(tmp_path, season).line()["outcome"] == "indirect"
        assert run(tmp_path, two(POST, SHOP)).line()["outcome"] == "direct"

    def test_counts_a_click_as_dwell_of_the_policy(self, tmp_path: Path) -> None:
        season = two({"dwell": 200, "is_clicked": True}, {"dwell": 9_000, "is_clicked": True})
        touches = run(tmp_path, season).touches
        assert [row["weight_ms"] for row in touches] == [5_000, 9_000]

    def test_reaches_an_item_that_the_touch_showed_among_many(self, tmp_path: Path) -> None:
        season = two({"item": 8, "items": (7,), "hours": 30}, OTHER_ITEM)
        line = run(tmp_path, season).line()
        assert (line["touch_id"], line["class_no"]) == (1, 2)

    def test_is_found_through_touch_items_alone(self, tmp_path: Path) -> None:
        season = two({"item": None, "items": (7, 8)}, {"item": 9})
        line = run(tmp_path, season).line()
        assert (line["touch_id"], line["class_no"]) == (1, 2)

    def test_reaches_the_shop_that_the_touch_names_or_else_its_items(self, tmp_path: Path) -> None:
        season = two({"item": 8}, {"item": None, "shop_id": 2})
        season.line(2, item=9)
        credits = run(tmp_path, season).credits
        assert [credits[line]["touch_id"] for line in (1, 2)] == [1, 2]
        assert [credits[line]["class_no"] for line in (1, 2)] == [3, 3]

    def test_is_never_the_touch_of_another_viewer(self, tmp_path: Path) -> None:
        assert winner(tmp_path, two({"viewer_id": 5}, {"viewer_id": 6})) is None


class TestTheWindow:
    def test_is_open_at_its_start_and_closed_at_payment(self, tmp_path: Path) -> None:
        moments = (PAID_AT - WINDOW_MS, PAID_AT - WINDOW_MS + 1, PAID_AT, PAID_AT + 1)
        season = small_season()
        for buyer, moment in enumerate(moments, 1):
            season.touch(buyer, viewer_id=buyer, at=moment)
            season.line(buyer, buyer_id=buyer)
        credits = run(tmp_path, season).credits
        assert [credits[line]["touch_id"] for line in (1, 2, 3, 4)] == [None, 2, 3, None]

    def test_reaches_into_the_month_before(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, at=STARTS_AT - 1)
        season.line(paid_at=STARTS_AT + DAY_MS)
        assert winner(tmp_path, season) == 1

    @pytest.mark.parametrize("edge", ["> l.paid_at - ", "<= l.paid_at"])
    def test_moves_when_an_edge_is_meddled_with(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edge: str
    ) -> None:
        season = small_season()
        season.touch(1, at=PAID_AT - WINDOW_MS if ">" in edge else PAID_AT + 1)
        season.line()
        meddle(monkeypatch, edge, {">": ">= l.paid_at - ", "<": "<= 1 + l.paid_at"}[edge[0]])
        assert winner(tmp_path, season) == 1


class TestAShopsOwnHost:
    def host_and_creator(self, *, item: int = 7) -> Season:
        season = small_season()
        season.plan(2, "shop", 100_000, shop_id=2)
        season.touch(1, 1, hours=9, item=item)
        season.touch(2, HOST, hours=1, item=item)
        season.line(item=item)
        return season

    def test_wins_the_shops_items_and_no_commission_is_charged(self, tmp_path: Path) -> None:
        result = run(tmp_path, self.host_and_creator())
        line = result.line()
        assert (line["outcome"], line["touch_id"], line["plan_id"]) == ("host", 2, None)
        assert (line["commission_minor"], line["rate_ppm"]) == (0, 0)
        assert result.shares == []

    def test_does_not_compete_for_items_of_other_shops(self, tmp_path: Path) -> None:
        line = run(tmp_path, self.host_and_creator(item=9)).line()
        assert (line["outcome"], line["touch_id"]) == ("direct", 1)

    def test_competes_there_once_the_clause_is_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(monkeypatch, "or p.host_shop_id = k.shop_id", "or 1 = 1")
        line = run(tmp_path, self.host_and_creator(item=9)).line()
        assert line["touch_id"] == 2


class TestALineWithoutAWinner:
    def test_is_an_organic_row_without_commission_or_evidence(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, dwell=4_999)
        season.line()
        result = run(tmp_path, season)
        line = result.line()
        assert (line["outcome"], line["commission_minor"], line["fee_base_minor"]) == (
            "organic",
            0,
            10_000,
        )
        assert (line["touch_id"], line["payee_id"], line["settle_at"]) == (None, None, None)
        assert (result.shares, result.touches) == ([], [])

    def test_stands_beside_the_others(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1)
        season.line(1)
        season.line(2, item=9)
        credits = run(tmp_path, season).credits
        assert [credits[line]["outcome"] for line in (1, 2)] == ["direct", "organic"]


class TestAPayee:
    def changed(self, *, until: int, since: int | None) -> Season:
        """Creator 1 is paid through payee 1000 until a moment, then through 5000."""
        season = small_season()
        season.rows["creator_payees"][0]["valid_to"] = until
        if since is not None:
            season.add("payees", payee_id=5000, kind="company", trust_days=7)
            season.paid_to(1, 5000, since=since)
        season.touch(1, hours=3)
        season.line()
        return season

    def payees(self, result: Result) -> tuple[int | None, set[int]]:
        return result.line()["payee_id"], {row["payee_id"] for row in result.shares}

    def test_is_the_one_at_payment_when_it_changed_after_the_touch(self, tmp_path: Path) -> None:
        moment = PAID_AT - HOUR_MS
        result = run(tmp_path, self.changed(until=moment, since=moment))
        assert self.payees(result) == (5000, {5000})
        assert result.line()["settle_at"] == PAID_AT + 3 * DAY_MS + 7 * DAY_MS

    def test_is_the_old_one_when_the_touch_decides(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def meddled(package: str, name: str, /, *, dialect: str = "duckdb", **given: int) -> str:
            text = step_sql(package, name, dialect=dialect, **given)
            return text.replace("v.valid_from <= l.paid_at", "v.valid_from <= w.touched_at")

        monkeypatch.setattr(credit, "step_sql", meddled)
        moment = PAID_AT - HOUR_MS
        line = run(tmp_path, self.changed(until=moment, since=moment)).line()
        assert line["payee_id"] == 1000

    def test_is_the_new_one_from_its_very_first_moment(self, tmp_path: Path) -> None:
        result = run(tmp_path, self.changed(until=PAID_AT, since=PAID_AT))
        assert self.payees(result) == (5000, {5000})

    def test_is_the_one_of_the_touch_when_there_is_none_at_payment(self, tmp_path: Path) -> None:
        result = run(tmp_path, self.changed(until=PAID_AT - HOUR_MS, since=None))
        assert self.payees(result) == (1000, {1000})

    def test_missing_at_the_touch_leaves_the_touch_out(self, tmp_path: Path) -> None:
        result = run(tmp_path, self.changed(until=BEFORE_AT, since=PAID_AT - HOUR_MS))
        assert (result.line()["outcome"], result.touches) == ("organic", [])

    def test_gains_nothing_from_a_second_account(self, tmp_path: Path) -> None:
        def season(second: int) -> Season:
            made = small_season()
            made.account(second, 1)
            made.touch(1, 2, hours=40, dwell=7_000)
            made.touch(2, 1, hours=20, dwell=9_000)
            made.touch(3, 1, hours=10, dwell=8_000, account=second)
            made.line(paid=7_777)
            return made

        for rule in ("qualified_last", "linear", "shapley", "position", "time_decay"):
            rules = Rules(rule=rule, last_share_ppm=700_000)
            one = run(tmp_path, moved(season(11), account=11, to=10), rules)
            both = run(tmp_path, season(11), rules)
            assert one.direct(by="payee_id") == both.direct(by="payee_id"), rule

    def test_of_two_creators_keeps_its_total_under_the_rule_of_pay(self, tmp_path: Path) -> None:
        def season(second: int) -> Season:
            made = small_season()
            made.creator(4)
            made.paid_to(4, 1000)
            made.touch(1, 2, hours=40)
            made.touch(2, 1, hours=20)
            made.touch(3, second, hours=10)
            made.line(paid=7_777)
            return made

        one, both = run(tmp_path, season(1)), run(tmp_path, season(4))
        assert one.direct(by="payee_id") == both.direct(by="payee_id") == {1000: 155}


class TestAnUnqualifiedTouchOfNoDwell:
    def test_changes_no_pay(self, tmp_path: Path) -> None:
        for last_share_ppm in (1_000_000, 700_000):
            rules = Rules(last_share_ppm=last_share_ppm)
            season = two(POST, SHOP)
            before = run(tmp_path, season, rules)
            season.touch(0, 3, live=True, hours=0, dwell=0)
            after = run(tmp_path, season, rules)
            assert after.credits == before.credits
            assert after.shares == before.shares

    def test_changes_it_once_it_counts_as_qualified(self, tmp_path: Path) -> None:
        season = two(POST, SHOP)
        before = run(tmp_path, season)
        season.touch(0, 3, live=True, hours=0, dwell=0)
        assert run(tmp_path, season, Rules(dwell_min_ms=0)).shares != before.shares


class TestInfluence:
    def test_is_the_part_of_the_viewers_month_in_the_scene(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, hours=3, dwell=30_000)
        season.touch(2, 2, hours=2, dwell=90_000, item=9)
        season.touch(3, 3, hours=1, dwell=50_000, channel_id=2)
        season.line()
        influence = {row["touch_id"]: row["influence"] for row in run(tmp_path, season).touches}
        # Touch 1: 30 s of 120 s in the scene; touch 3: 50 s of the least load of 60 s.
        assert influence == {1: 250_000, 3: 833_333}

    def test_counts_each_month_by_itself(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, at=STARTS_AT - HOUR_MS, dwell=80_000)
        season.touch(2, 2, at=STARTS_AT, dwell=90_000)
        season.line(paid_at=STARTS_AT + DAY_MS)
        influence = {row["touch_id"]: row["influence"] for row in run(tmp_path, season).touches}
        assert influence == {1: 1_000_000, 2: 1_000_000}

    def test_is_damped_by_trust(self, tmp_path: Path) -> None:
        season = small_season()
        season.add("viewers", viewer_id=1, trust_ppm=250_000)
        season.touch(1, dwell=60_000)
        season.line()
        assert [row["influence"] for row in run(tmp_path, season).touches] == [250_000]


class TestExperience:
    def test_is_vouched_for_once_with_the_first_line_of_the_touchs_month(
        self, tmp_path: Path
    ) -> None:
        season = small_season()
        season.touch(1)
        season.touch(2, 2, at=STARTS_AT - 1)
        season.touch(3, 3, is_disliked=True)
        season.line(5)
        season.line(4)
        season.line(6, paid_at=PAID_AT - HOUR_MS)
        vouched = {
            (row["line_id"], row["touch_id"])
            for row in run(tmp_path, season, Rules(window_days=25)).touches
            if row["is_experience"] == 1
        }
        assert vouched == {(6, 1)}


def moved(season: Season, *, account: int, to: int) -> Season:
    """The same touches, one account's pieces looked at on another account."""
    for row in season.rows["touches"]:
        if row["account_id"] == account:
            row["account_id"], row["piece_id"] = to, to * 10 + row["piece_id"] % 10
    return season


def meddle(monkeypatch: pytest.MonkeyPatch, clause: str, other: str) -> None:
    """Replace a clause in the text of whichever step holds it."""

    def meddled(package: str, name: str, /, *, dialect: str = "duckdb", **parameters: int) -> str:
        text = step_sql(package, name, dialect=dialect, **parameters)
        return text.replace(clause, other)

    monkeypatch.setattr(reach, "step_sql", meddled)
