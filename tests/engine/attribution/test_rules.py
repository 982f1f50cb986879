"""What each rule gives each touch, to the digit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attribution.small_season import (
    Rules,
    Season,
    credit,
    engine,
    put_calendar,
    put_season,
    read,
    run,
    small_season,
)
from wavepool.engine.attribution import RULES, UnknownRule, decay_ppm, decay_table, weigh_touches
from wavepool.engine.attribution import rules as rules_room
from wavepool.engine.relations import Relations, content_digest, step_sql

PPM = 1_000_000


def four_touches() -> Season:
    """Creators 1, 2, 3, 1 at 72, 48, 24 and 0 hours; the winner is touch 2, the only live one."""
    season = small_season()
    season.touch(1, 1, hours=72, dwell=8_000)
    season.touch(2, 2, hours=48, dwell=10_000, live=True)
    season.touch(3, 3, hours=24, dwell=0)
    season.touch(4, 1, hours=0, dwell=20_000, item=8)
    season.line(paid=100_000)
    return season


# λ: 8 s · 2^-1, 10 s · 2^-2/3, 0, 20 s; in all 30 299 ms.
WEIGHTS = {
    "qualified_last": {2: 1_000_000},
    "last_touch": {4: 1},
    "first_touch": {1: 1},
    "linear": {1: 1, 2: 1, 3: 1, 4: 1},
    "position": {1: 4, 2: 1, 3: 1, 4: 4},
    "time_decay": {1: 500_000, 2: 629_960, 3: 793_700, 4: 1_000_000},
    "shapley": {1: 4_000, 2: 6_299, 3: 0, 4: 20_000},
}
# The direct leg is 2 000; touches 1 and 4 are creator 1's.
DIRECT = {
    "qualified_last": {2: 2_000},
    "last_touch": {1: 2_000},
    "first_touch": {1: 2_000},
    "linear": {1: 1_000, 2: 500, 3: 500},
    "position": {1: 1_600, 2: 200, 3: 200},
    "time_decay": {1: 1_026, 2: 431, 3: 543},
    "shapley": {1: 1_584, 2: 416},
}


class TestARule:
    def test_weighs_the_touches_of_a_line_as_it_says(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            put_season(rel, four_touches())
            put_calendar(rel, Rules())
            credit(rel, Rules())
            for rule in RULES:
                weigh_touches(rel, rule=rule, last_share_ppm=PPM, name="weights")
                assert positive(rel) == {k: v for k, v in WEIGHTS[rule].items() if v}, rule

    @pytest.mark.parametrize("rule", RULES)
    def test_splits_the_direct_leg_and_nothing_else(self, tmp_path: Path, rule: str) -> None:
        result = run(tmp_path, four_touches(), Rules(rule=rule))
        line = result.line()
        assert result.direct() == DIRECT[rule]
        assert (line["touch_id"], line["creator_id"], line["plan_id"]) == (2, 2, 1)
        legs = [line[f"{leg}_minor"] for leg in ("commission", "direct", "fee", "pool")]
        assert legs == [10_000, 2_000, 1_000, 7_000]

    def test_is_refused_when_nobody_knows_it(self, tmp_path: Path) -> None:
        with (
            engine(tmp_path) as rel,
            pytest.raises(UnknownRule, match="'fair'; there are qualified_last"),
        ):
            weigh_touches(rel, rule="fair", last_share_ppm=PPM, name="weights")

    def test_of_position_shares_evenly_between_two_and_gives_one_all(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, 1, hours=4)
        season.touch(2, 2, hours=3)
        season.touch(3, 3, hours=3, item=9)
        season.plan(2, "shop", 100_000, shop_id=2)
        season.line(1, paid=100_000)
        season.line(2, paid=100_000, item=9)
        result = run(tmp_path, season, Rules(rule="position"))
        assert result.direct(1) == {1: 1_000, 2: 1_000}
        assert result.direct(2) == {3: 2_000}


class TestALastShareBelowOne:
    def test_leaves_the_rest_to_dwell_and_decay(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            put_season(rel, four_touches())
            put_calendar(rel, Rules())
            credit(rel, Rules(last_share_ppm=700_000))
            # 300 000 ppm by 4 000, 6 299, 0 and 20 000 of 30 299, rounded down each.
            rel.view("weights", "select * from rule_weights")
            assert positive(rel) == {1: 39_605, 2: 762_368, 4: 198_026}
            assert read(rel).direct() == {1: 475, 2: 1_525}

    def test_gives_the_winner_all_where_no_touch_has_any_weight(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, 1, hours=4, dwell=0, is_clicked=True)
        season.touch(2, 2, hours=3, dwell=0, is_clicked=True)
        season.line(paid=100_000)
        result = run(tmp_path, season, Rules(last_share_ppm=700_000, click_dwell_ms=0))
        assert result.direct() == {2: 2_000}


class TestShapley:
    def test_is_equal_where_no_touch_has_any_weight(self, tmp_path: Path) -> None:
        season = small_season()
        for touch, creator in ((1, 1), (2, 2), (3, 2), (4, 3)):
            season.touch(touch, creator, dwell=0, is_clicked=True)
        season.line(paid=100_000)
        result = run(tmp_path, season, Rules(rule="shapley", click_dwell_ms=0))
        assert result.direct() == {1: 500, 2: 1_000, 3: 500}

    def test_gives_nothing_to_a_touch_without_dwell_beside_others(self, tmp_path: Path) -> None:
        assert 3 not in run(tmp_path, four_touches(), Rules(rule="shapley")).direct()

    def test_pays_splitters_once_it_counts_heads(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def season(second: int) -> Season:
            made = small_season()
            made.touch(1, 2, hours=5, dwell=20_000)
            made.touch(2, 1, hours=5, dwell=10_000)
            made.touch(3, second, hours=5, dwell=10_000)
            made.line(paid=100_000)
            return made

        rules = Rules(rule="shapley")
        assert run(tmp_path, season(1), rules).direct()[2] == 1_000
        assert run(tmp_path, season(3), rules).direct()[2] == 1_000

        # An equal part for each creator, as an unweighted Shapley value would give.
        def heads(package: str, name: str, /, *, dialect: str, **parameters: int) -> str:
            return (
                "select t.line_id as line_id, min(t.touch_id) as touch_id, cast(1 as bigint) as "
                "weight from line_touches as t group by t.line_id, t.creator_id"
            )

        monkeypatch.setattr(rules_room, "step_sql", heads)
        assert run(tmp_path, season(1), rules).direct()[2] == 1_000
        assert run(tmp_path, season(3), rules).direct()[2] == 667


class TestTheDecayTable:
    @given(age=st.integers(0, 24 * 45), half=st.integers(1, 200))
    def test_is_the_largest_weight_below_the_power_of_two(self, age: int, half: int) -> None:
        weight = decay_ppm(age_hours=age, half_life_hours=half)
        assert weight**half << age <= PPM**half < (weight + 1) ** half << age

    def test_halves_with_every_half_life(self) -> None:
        rows = decay_table(window_hours=360, half_life_hours=72).column("decay_ppm").to_pylist()
        assert len(rows) == 361
        assert [rows[hour] for hour in (0, 1, 36, 72, 144, 360)] == [
            1_000_000,
            990_419,
            707_106,
            500_000,
            250_000,
            31_250,
        ]


touches = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 15 * 24),
        st.one_of(st.just(0), st.integers(0, 10**7)),
        st.booleans(),
        st.sampled_from([7, 8]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def any_season(rows: list[tuple[int, int, int, bool, int, bool]], paid: int) -> Season:
    season = small_season()
    for touch_id, (creator, hours, dwell, clicked, item, live) in enumerate(rows, 1):
        season.touch(
            touch_id, creator, hours=hours, dwell=dwell, item=item, is_clicked=clicked, live=live
        )
    season.line(1, paid=paid)
    season.line(2, item=8, paid=paid // 3)
    return season


class TestTheParts:
    @settings(max_examples=12)
    @given(
        rows=touches,
        paid=st.one_of(st.integers(0, 10**6), st.integers(2**53 - 10**6, 2**53)),
        last=st.sampled_from([0, 333_333, 700_000, PPM]),
        rule=st.sampled_from(RULES),
    )
    def test_add_up_to_the_leg_and_lie_within_one_unit_of_the_exact_part(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        rows: list[tuple[int, int, int, bool, int, bool]],
        paid: int,
        last: int,
        rule: str,
    ) -> None:
        result = run(
            tmp_path_factory.mktemp("parts"),
            any_season(rows, paid),
            Rules(rule=rule, last_share_ppm=last),
        )
        for line_id, line in result.credits.items():
            parts = [row for row in result.shares if row["line_id"] == line_id]
            if line["commission_minor"] == 0:
                assert parts == []
                continue
            total = sum(row["weight"] for row in parts)
            assert sum(row["direct_minor"] for row in parts) == line["direct_minor"]
            for row in parts:
                assert row["weight_total"] == total
                error = row["direct_minor"] * total - line["direct_minor"] * row["weight"]
                assert abs(error) < total
                assert row["kept_minor"] + row["agency_minor"] == row["direct_minor"]

    def test_do_not_add_up_without_the_leftover(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        season = small_season()
        for creator in (1, 2, 3):
            season.touch(creator, creator)
        season.line(paid=5_000)
        assert run(tmp_path, season, Rules(rule="linear")).direct() == {1: 34, 2: 33, 3: 33}
        clause = "case when q.place <= q.leftover then 1 else 0 end"

        def careless(package: str, name: str, /, *, dialect: str = "duckdb", **given: int) -> str:
            return step_sql(package, name, dialect=dialect, **given).replace(clause, "0")

        monkeypatch.setattr("wavepool.engine.commission.credit.step_sql", careless)
        assert run(tmp_path, season, Rules(rule="linear")).direct() == {1: 33, 2: 33, 3: 33}


# By name, because a bare `lambda` is a word of the SQL language.
EVIDENCE = (
    "t.line_id as line_id",
    "t.touch_id as touch_id",
    "t.class_no as class_no",
    "t.is_qualified as is_qualified",
    "t.weight_ms as weight_ms",
    "t.lambda as decayed_ms",
    "t.influence as influence",
    "t.is_experience as is_experience",
)


class TestTheResult:
    @settings(max_examples=4)
    @given(rows=touches, seed=st.integers(0, 2**32))
    def test_is_the_same_on_one_two_and_four_threads_in_any_order_of_rows(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        rows: list[tuple[int, int, int, bool, int, bool]],
        seed: int,
    ) -> None:
        found = set()
        for threads, shuffled in ((1, None), (2, seed), (4, seed + 1)):
            with engine(tmp_path_factory.mktemp("same"), threads=threads) as rel:
                put_season(rel, any_season(rows, 9_999), shuffled=shuffled)
                rules = Rules(rule="shapley")
                put_calendar(rel, rules)
                credit(rel, rules)
                rel.view("evidence", f"select {', '.join(EVIDENCE)} from line_touches as t")
                names = ("credits", "shares", "evidence")
                found.add(tuple(content_digest(rel, name) for name in names))
        assert len(found) == 1

    def test_depends_on_the_parts_of_viewers_not_at_all(self, tmp_path: Path) -> None:
        season = four_touches()
        season.touch(5, 3, viewer_id=2, hours=1)
        season.line(2, buyer_id=2)
        whole = run(tmp_path, season)
        apart = small_season()
        apart.rows["touches"] = [row for row in season.rows["touches"] if row["viewer_id"] == 2]
        apart.rows["order_lines"] = season.rows["order_lines"]
        assert run(tmp_path, apart).credits[2] == whole.credits[2]


class TestALongWindow:
    def test_still_weighs_its_oldest_touch(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, 1, hours=24 * 15 - 1, dwell=64_000)
        season.line()
        [touch] = run(tmp_path, season).touches
        # Hour 359 of 360: a little more than 2^-5 of the dwell.
        assert (
            touch["lambda"] == 64_000 * decay_ppm(age_hours=359, half_life_hours=72) // PPM == 2_019
        )


def positive(rel: Relations) -> dict[int, int]:
    rows = rel.fetch("select touch_id, weight from weights where weight > 0").to_pylist()
    return {row["touch_id"]: row["weight"] for row in rows}
