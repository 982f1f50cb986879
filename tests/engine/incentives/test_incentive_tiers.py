"""Marginal schedules: continuous, rising, paid as they grow."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.incentives.stage import Stage, document, paid, programme, refused, tiers
from wavepool.engine.incentives import Bracket, Tiered, Window, bracket_micro, tiered_minor


@st.composite
def schedules(draw: st.DrawFn, *, convex: bool = False) -> Tiered:
    """A continuous rising schedule with up to four brackets."""
    rates = draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
    rates = sorted(rates) if convex else rates
    above, base = 0, 0
    brackets = []
    for rate in rates:
        brackets.append(Bracket(above, base, rate))
        # Widths of whole millions keep the base of the next bracket whole.
        width = draw(st.integers(1, 50)) * 10**6
        above, base = above + width, base + width * rate // 10**6
    return Tiered("received_minor", tuple(brackets))


def value(schedule: Tiered, units: int) -> int:
    return int(tiered_minor(schedule, np.array([units], dtype=np.int64))[0])


UNITS = st.integers(0, 4 * 10**8)


class TestTieredMinor:
    def test_pays_each_bracket_at_its_own_rate(self) -> None:
        schedule = Tiered(
            "received_minor", (Bracket(0, 0, 10_000), Bracket(100_000, 1_000, 20_000))
        )
        sales = np.array([0, 99, 100, 100_000, 100_049, 100_050, 200_000])
        assert tiered_minor(schedule, sales).tolist() == [0, 0, 1, 1_000, 1_000, 1_001, 3_000]

    def test_counts_no_unit_past_the_cap(self) -> None:
        schedule = Tiered("received_minor", (Bracket(0, 0, 10_000),), cap_units=50_000)
        assert tiered_minor(schedule, np.array([49_900, 50_000, 10**15])).tolist() == [
            499,
            500,
            500,
        ]

    def test_is_exact_where_products_pass_64_bits(self) -> None:
        schedule = Tiered("received_minor", (Bracket(0, 0, 999_999),))
        assert value(schedule, 10**15) == 999_999_000_000_000

    @given(schedules(), UNITS)
    def test_is_the_floor_of_the_exact_value(self, schedule: Tiered, units: int) -> None:
        assert value(schedule, units) == bracket_micro(schedule.brackets, units) // 10**6

    @given(schedules(), UNITS, UNITS)
    def test_never_falls(self, schedule: Tiered, one: int, two: int) -> None:
        assert value(schedule, min(one, two)) <= value(schedule, max(one, two))

    @given(schedules(), UNITS)
    def test_has_no_step_above_its_highest_rate(self, schedule: Tiered, units: int) -> None:
        step = bracket_micro(schedule.brackets, units + 1) - bracket_micro(schedule.brackets, units)
        assert 0 <= step <= max(each.rate_micro for each in schedule.brackets)

    @given(schedules(convex=True), UNITS, UNITS)
    def test_pays_two_accounts_no_more_than_one(self, schedule: Tiered, one: int, two: int) -> None:
        assert value(schedule, one) + value(schedule, two) <= value(schedule, one + two)

    def test_would_pay_two_accounts_more_if_rates_fell(self) -> None:
        concave = Tiered("received_minor", (Bracket(0, 0, 500_000), Bracket(10, 5, 0)))
        assert value(concave, 10) + value(concave, 10) > value(concave, 20)


class TestTieredClaims:
    def test_are_paid_as_the_schedule_grows(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=100_000)
        assert paid(stage.close("2022-01")) == {1: 1_000}
        stage.live(1, "2022-02-04", received=50_050)
        result = stage.close("2022-02")
        assert paid(result) == {1: 1_001}
        assert result.awards["conditions"].to_pylist() == [
            '[{"counter":"received_minor","have":150050,"claimed_before_minor":1000}]'
        ]
        assert paid(stage.close("2022-03")) == {}

    def test_count_what_was_claimed_and_not_what_was_paid(self) -> None:
        """A scale-back stays: the next period does not make up for it."""
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=100_000)
        stage.budget("tiers", "2022-01", 600)
        stage.budget("tiers", "2022-02", 10_000)
        assert paid(stage.close("2022-01")) == {1: 600}
        stage.live(1, "2022-02-04", received=50_000)
        assert paid(stage.close("2022-02")) == {1: 1_000}

    def test_take_nothing_back_when_counters_shrink(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=100_000)
        stage.close("2022-01")
        stage.counters[0]["received_minor"] = 40_000
        assert paid(stage.close("2022-02")) == {}

    def test_begin_again_each_period_where_the_window_does(self) -> None:
        stage = Stage(document(tiers(window=Window("period"))))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=100_000)
        stage.live(1, "2022-02-04", received=100_000)
        assert paid(stage.close("2022-01")) == {1: 1_000}
        assert paid(stage.close("2022-02")) == {1: 1_000}
        assert paid(stage.close("2022-02")) == {}

    def test_are_of_one_account_where_the_person_is_the_gate(self) -> None:
        stage = Stage(document(tiers(gate="person_for_life")))
        for creator, received in ((1, 10_000), (2, 30_000)):
            stage.creator(creator, person="ada")
            stage.live(creator, "2022-01-04", received=received)
        result = stage.close("2022-01")
        assert paid(result) == {2: 300}
        assert refused(result) == {(1, "another_account_claims")}
        assert paid(stage.close("2022-02")) == {}

    def test_add_up_over_accounts_where_nothing_is_gained_by_them(self) -> None:
        stage = Stage(document(tiers()))
        for creator in (1, 2):
            stage.creator(creator, person="ada")
            stage.live(creator, "2022-01-04", received=80_000)
        assert paid(stage.close("2022-01")) == {1: 800, 2: 800}

    def test_are_forecast_at_the_pace_of_the_window(self) -> None:
        capped = Tiered("received_minor", (Bracket(0, 0, 10_000),), cap_units=100_000)
        stage = Stage(document(programme("capped", capped), tiers(window=Window("first_live", 30))))
        stage.creator(1, "2022-01-17")
        stage.live(1, "2022-01-17", received=30_000)
        rows = stage.close("2022-01").liabilities.to_pylist()
        # Half of the window gave 30,000 of sales, so the whole gives 60,000.
        assert [(row["on_pace_minor"], row["high_minor"]) for row in rows] == [
            (300, 700),
            (300, None),
        ]

    def test_name_the_next_bracket(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=60_000)
        (row,) = stage.close("2022-01").near_misses.to_pylist()
        assert (row["have"], row["need"], row["missing"]) == (60_000, 100_000, 40_000)

    @settings(max_examples=10)
    @given(st.lists(st.integers(0, 300_000), min_size=3, max_size=3))
    def test_come_to_the_same_monthly_and_at_once(self, received: list[int]) -> None:
        monthly, at_once = Stage(document(tiers())), Stage(document(tiers(evaluated="quarter")))
        total = 0
        for stage in (monthly, at_once):
            stage.creator(1)
            for place, sales in enumerate(received, 1):
                stage.live(1, f"2022-0{place}-04", 1, received=sales)
        for place in (1, 2, 3):
            total += paid(monthly.close(f"2022-0{place}")).get(1, 0)
        assert total == paid(at_once.close("2022-03")).get(1, 0)
        schedule = tiers().schedule
        assert isinstance(schedule, Tiered)
        assert total == value(schedule, sum(received))
