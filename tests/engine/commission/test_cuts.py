"""The cuts of a line: the SQL and the published function say the same, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attribution.small_season import (
    HOUR_MS,
    PAID_AT,
    Result,
    Rules,
    Season,
    run,
    small_season,
)
from wavepool.engine.commission import Cuts, credit, cut_line
from wavepool.engine.relations import NumberTooLarge, step_sql

PPM = 1_000_000
POOLED, OPEN = 1, 2

amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**6), st.integers(2**53 - 1_000, 2**53))
rates = st.one_of(st.sampled_from([0, 1, PPM - 1, PPM]), st.integers(0, PPM))
lines = st.lists(
    st.tuples(amounts, amounts, amounts, amounts, rates, st.booleans()), min_size=1, max_size=25
)
# Direct and fee together at most the whole.
cut_rates = st.tuples(rates, rates).map(lambda pair: (min(pair), PPM - max(pair)))

Line = tuple[int, int, int, int, int, bool]


def season_of(rows: list[Line]) -> Season:
    """One buyer, item, plan and touch for each row; channel 2 has no pool."""
    season = small_season(plan_ppm=None)
    for number, (paid, coupon, shipping, tax, rate_ppm, has_pool) in enumerate(rows, 100):
        season.add("items", item_id=number, shop_id=1, category="bags")
        season.plan(number, "item", rate_ppm, item_id=number)
        channel = POOLED if has_pool else OPEN
        season.touch(number, 1, viewer_id=number, item=number, channel_id=channel)
        season.line(
            number,
            buyer_id=number,
            item=number,
            paid=paid,
            platform_coupon_minor=coupon,
            shipping_minor=shipping,
            tax_minor=tax,
        )
    return season


def found(result: Result) -> list[Cuts]:
    return [Cuts(*(row[name] for name in Cuts._fields)) for row in result.credits.values()]


def published(rows: list[Line], rules: Rules) -> list[Cuts]:
    return [
        cut_line(
            paid_minor=paid,
            platform_coupon_minor=coupon,
            shipping_minor=shipping,
            tax_minor=tax,
            rate_ppm=rate_ppm,
            direct_ppm=rules.direct_ppm,
            fee_ppm=rules.fee_ppm,
            has_pool=has_pool,
        )
        for paid, coupon, shipping, tax, rate_ppm, has_pool in rows
    ]


class TestTheCuts:
    @settings(max_examples=10)
    @given(rows=lines, cut=cut_rates)
    def test_are_those_of_the_published_function(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[Line], cut: tuple[int, int]
    ) -> None:
        rules = Rules(direct_ppm=cut[0], fee_ppm=cut[1])
        cuts = found(run(tmp_path_factory.mktemp("cuts"), season_of(rows), rules))
        assert cuts == published(rows, rules)
        for one in cuts:
            assert one.direct_minor + one.fee_minor + one.pool_minor == one.commission_minor
            assert min(one) >= 0

    def test_give_the_pool_every_remainder(self, tmp_path: Path) -> None:
        rows = [(999, 0, 0, 0, 77_777, True), (999, 0, 0, 0, 77_777, False)]
        # 77 of commission: 15.4 direct, 7.7 fee.
        assert found(run(tmp_path, season_of(rows))) == [
            Cuts(999, 77, 15, 7, 55),
            Cuts(999, 77, 70, 7, 0),
        ]

    def test_start_from_nothing_where_shipping_and_tax_are_more_than_was_paid(
        self, tmp_path: Path
    ) -> None:
        rows = [(500, 0, 400, 200, PPM, True), (0, 0, 0, 0, PPM, True), (0, 700, 0, 0, PPM, True)]
        assert found(run(tmp_path, season_of(rows))) == [
            Cuts(0, 0, 0, 0, 0),
            Cuts(0, 0, 0, 0, 0),
            Cuts(700, 700, 140, 70, 490),
        ]

    def test_are_exact_at_the_largest_amounts(self, tmp_path: Path) -> None:
        rows = [(2**53, 2**53, 0, 0, PPM, True), (2**53, 0, 0, 0, 999_999, False)]
        result = run(tmp_path, season_of(rows))
        assert found(result) == [
            Cuts(
                18_014_398_509_481_984,
                18_014_398_509_481_984,
                3_602_879_701_896_396,
                1_801_439_850_948_198,
                12_610_078_956_637_390,
            ),
            Cuts(
                9_007_199_254_740_992,
                9_007_190_247_541_737,
                8_106_471_222_787_564,
                900_719_024_754_173,
                0,
            ),
        ]
        assert [row["direct_minor"] for row in result.shares] == [
            3_602_879_701_896_396,
            8_106_471_222_787_564,
        ]

    def test_are_refused_above_64_bits_and_never_wrap(self, tmp_path: Path) -> None:
        rows = [(2**63 - 1, 1, 0, 0, PPM, True)]
        with pytest.raises(NumberTooLarge):
            run(tmp_path, season_of(rows))

    @pytest.mark.parametrize(
        ("clause", "other"),
        [
            ("+ l.platform_coupon_minor -", "-"),
            ("- l.shipping_minor ", ""),
            (" - l.tax_minor", ""),
            ("g.commission_minor - g.pooled_direct_minor - g.fee_minor", "g.commission_minor"),
            ("r.fee_base_minor % 1000000 * r.rate_ppm // 1000000", "0"),
        ],
    )
    def test_differ_when_a_clause_is_lost(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clause: str, other: str
    ) -> None:
        rows: list[Line] = [(7_777, 300, 55, 33, 123_456, True)]

        def meddled(package: str, name: str, /, *, dialect: str = "duckdb", **given: int) -> str:
            return step_sql(package, name, dialect=dialect, **given).replace(clause, other)

        monkeypatch.setattr(credit, "step_sql", meddled)
        assert found(run(tmp_path, season_of(rows))) != published(rows, Rules())

    def test_refuse_rates_beyond_the_commission(self) -> None:
        rates: dict[str, Any] = {"rate_ppm": PPM, "direct_ppm": 600_000, "fee_ppm": 500_000}
        with pytest.raises(AssertionError, match="must not exceed"):
            cut_line(
                paid_minor=100,
                platform_coupon_minor=0,
                shipping_minor=0,
                tax_minor=0,
                has_pool=True,
                **rates,
            )


class TestACreditRow:
    def test_keeps_what_was_in_force_at_payment(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, 1, live=True, hours=3)
        season.line()
        line = run(tmp_path, season).line()
        names = ("scene_id", "pool_id", "plan_id", "rate_ppm", "fee_ppm", "direct_ppm", "payee_id")
        assert [line[name] for name in names] == [
            "headlines",
            "big",
            1,
            100_000,
            100_000,
            200_000,
            1000,
        ]

    def test_of_a_scene_without_a_pool_says_so(self, tmp_path: Path) -> None:
        season = small_season()
        season.touch(1, 1, channel_id=OPEN)
        season.line()
        line = run(tmp_path, season).line()
        assert (line["scene_id"], line["pool_id"], line["direct_ppm"]) == ("open", None, 900_000)
        assert (line["direct_minor"], line["fee_minor"], line["pool_minor"]) == (900, 100, 0)

    def test_tells_an_order_after_the_live_session(self, tmp_path: Path) -> None:
        ended = PAID_AT - HOUR_MS
        week = 7 * 24 * HOUR_MS
        moments = {1: ended - 1, 2: ended, 3: ended + week - 1, 4: ended + week}
        season = small_season()
        season.touch(1, 1, live=True, hours=3)
        for line_id, paid_at in moments.items():
            season.line(line_id, paid_at=paid_at, received_at=None)
        credits = run(tmp_path, season).credits
        assert [credits[n]["is_after_live"] for n in moments] == [False, True, True, False]

    def test_settles_when_goods_are_received_and_the_payees_days_are_over(
        self, tmp_path: Path
    ) -> None:
        season = small_season()
        season.touch(1, 1)
        season.line(1)
        season.line(2, received_at=None)
        credits = run(tmp_path, season).credits
        assert credits[1]["settle_at"] == PAID_AT + (3 + 15) * 24 * HOUR_MS
        assert credits[2]["settle_at"] is None
