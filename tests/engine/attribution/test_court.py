"""The court: other rules on the same log, and the evidence of one line."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.attribution.small_season import (
    Rules,
    credit,
    engine,
    put_calendar,
    put_season,
    read,
    small_season,
    table,
)
from engine.attribution.test_rules import DIRECT, any_season, four_touches
from wavepool.engine.attribution import (
    RULES,
    CourtDoesNotAddUp,
    NoSuchLine,
    NoSuchPeriod,
    UnknownRule,
    hold_court,
    open_court,
    order_evidence,
)
from wavepool.engine.relations import Relations

PPM = 1_000_000
ROWS = [
    (1, 300, 9_000, False, 7, False),
    (2, 200, 4_000, True, 7, True),
    (3, 100, 0, False, 8, False),
    (1, 50, 70_000, False, 8, False),
    (3, 2, 5_000, False, 7, False),
]


def settle(rel: Relations, rule: str = "qualified_last") -> None:
    rules = Rules(rule=rule, last_share_ppm=700_000)
    put_season(rel, any_season(ROWS, 77_777))
    put_calendar(rel, rules)
    credit(rel, rules)


def column(court: pa.Table, rule: str) -> dict[int, int]:
    pairs = zip(
        *(court.column(name).to_pylist() for name in ("creator_id", f"{rule}_minor")), strict=True
    )
    return {creator: amount for creator, amount in pairs if amount}


class TestTheCourt:
    def test_gives_what_each_rule_would_have_paid(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            put_season(rel, four_touches())
            put_calendar(rel, Rules())
            credit(rel, Rules())
            court = hold_court(rel, rules=RULES, last_share_ppm=PPM)
        assert court.column_names == [
            "currency",
            "creator_id",
            *(f"{rule}_minor" for rule in RULES),
        ]
        assert {rule: column(court, rule) for rule in RULES} == DIRECT

    @pytest.mark.parametrize("rule", RULES)
    def test_agrees_with_what_the_rule_in_force_pays(self, tmp_path: Path, rule: str) -> None:
        with engine(tmp_path) as rel:
            settle(rel, rule)
            court = hold_court(rel, rules=[rule], last_share_ppm=700_000)
            paid: dict[int, int] = {}
            for row in read(rel).shares:
                paid[row["creator_id"]] = paid.get(row["creator_id"], 0) + row["direct_minor"]
        assert column(court, rule) == {
            creator: amount for creator, amount in paid.items() if amount
        }

    def test_keeps_currencies_apart(self, tmp_path: Path) -> None:
        season = small_season()
        season.plan(2, "shop", 100_000, shop_id=2)
        season.touch(1, 1)
        season.touch(2, 1, item=9)
        season.line(1, paid=50_000)
        season.line(2, item=9, paid=30_000, currency="JPY")
        with engine(tmp_path) as rel:
            put_season(rel, season)
            put_calendar(rel, Rules())
            credit(rel, Rules())
            court = hold_court(rel, rules=["linear", "linear"], last_share_ppm=PPM)
        assert court.to_pylist() == [
            {"currency": "CNY", "creator_id": 1, "linear_minor": 1_000},
            {"currency": "JPY", "creator_id": 1, "linear_minor": 600},
        ]

    def test_refuses_a_rule_that_does_not_add_up(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settle(rel)
            rel.put("decay", table(age_hours=[2], decay_ppm=[PPM]))
            rel.table("line_touches", "select * from line_touches where touch_id <> 5")
            with pytest.raises(
                CourtDoesNotAddUp, match="time_decay gives 0 of 2073 minor units in CNY"
            ):
                hold_court(rel, rules=["time_decay"], last_share_ppm=PPM)

    def test_refuses_a_rule_that_nobody_knows_before_any_work(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel, pytest.raises(UnknownRule, match="fair"):
            hold_court(rel, rules=["linear", "fair"], last_share_ppm=PPM)


class TestTheEvidenceOfALine:
    def test_shows_each_touch_and_what_each_rule_gives_it(self, tmp_path: Path) -> None:
        rules = ("qualified_last", "linear", "shapley")
        with engine(tmp_path) as rel:
            put_season(rel, four_touches())
            put_calendar(rel, Rules())
            credit(rel, Rules())
            evidence = order_evidence(rel, 1, rules=rules, last_share_ppm=700_000)
        names = (
            "touch_id",
            "creator_id",
            "class_no",
            "is_qualified",
            "weight_ms",
            "lambda",
            "is_winner",
        )
        shown = [
            [row[name] for name in (*names, *(f"{rule}_minor" for rule in rules))]
            for row in evidence.to_pylist()
        ]
        assert shown == [
            [4, 1, 3, 1, 20_000, 20_000, False, 396, 500, 1_320],
            [3, 3, 2, 0, 0, 0, False, 0, 500, 0],
            [2, 2, 1, 1, 10_000, 6_299, True, 1_525, 500, 416],
            [1, 1, 2, 1, 8_000, 4_000, False, 79, 500, 264],
        ]

    def test_adds_up_to_the_courts_credit_of_every_creator(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settle(rel)
            court = hold_court(rel, rules=RULES, last_share_ppm=700_000)
            lines = [order_evidence(rel, line, last_share_ppm=700_000) for line in (1, 2)]
        for rule in RULES:
            sums: dict[int, int] = {}
            for row in pa.concat_tables(lines).to_pylist():
                sums[row["creator_id"]] = sums.get(row["creator_id"], 0) + row[f"{rule}_minor"]
            assert {creator: amount for creator, amount in sums.items() if amount} == column(
                court, rule
            )

    def test_is_empty_for_an_organic_line(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, viewer_id=2)
        season.line()
        with engine(tmp_path) as rel:
            put_season(rel, season)
            put_calendar(rel, Rules())
            credit(rel, Rules())
            assert order_evidence(rel, 1, last_share_ppm=PPM).num_rows == 0

    @pytest.mark.parametrize("line_id", [3, "1' or '1' = '1", "\\"])
    def test_is_refused_for_a_line_that_is_not_there(
        self, tmp_path: Path, line_id: int | str
    ) -> None:
        with engine(tmp_path) as rel:
            settle(rel)
            if isinstance(line_id, str):
                for name in ("credits", "line_touches"):
                    rel.table(
                        f"{name}_text", f"select *, cast(line_id as string) as text_id from {name}"
                    )
                    rel.table(name, f"select text_id as line_id, touch_id from {name}_text")
                rel.table("credits", "select line_id, touch_id, 1 as direct_minor from credits")
            with pytest.raises(NoSuchLine, match="no order line"):
                order_evidence(rel, line_id, rules=(), last_share_ppm=PPM)


class TestAFinishedSettlement:
    def test_can_be_taken_to_court_from_its_folder(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        (out / "2022-10").mkdir(parents=True)
        with engine(tmp_path / "one") as rel:
            settle(rel)
            rel.table("paid", "select * from credits")
            before = hold_court(rel, rules=RULES, last_share_ppm=700_000)
            for name, relation in (
                ("credits", "paid"),
                ("line_touches", "line_touches"),
                ("shares", "shares"),
            ):
                rel.save(relation, out / "2022-10" / f"{name}.parquet")
        with engine(tmp_path / "two") as rel:
            open_court(rel, out, "2022-10", window_days=15, half_life_hours=72)
            assert hold_court(rel, rules=RULES, last_share_ppm=700_000).equals(before)
            assert order_evidence(rel, 1, last_share_ppm=700_000).num_rows == 5

    def test_is_named_when_the_period_is_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "2022-10").mkdir()
        (tmp_path / "2022-10" / "credits.parquet").touch()
        with (
            engine(tmp_path / "x") as rel,
            pytest.raises(NoSuchPeriod, match="of 2022-11; it holds 2022-10"),
        ):
            open_court(rel, tmp_path, "2022-11", window_days=15, half_life_hours=72)
