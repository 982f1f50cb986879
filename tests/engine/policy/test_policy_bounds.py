from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.policy import NoBotBound, Policy, bot_bound_ppm, default_policy


def weighing(quality: int, experience: int, commerce: int, *, floor_ppm: int) -> Policy:
    value = replace(
        default_policy().value,
        quality_tenths=quality,
        experience_tenths=experience,
        commerce_tenths=commerce,
        floor_ppm=floor_ppm,
    )
    return replace(default_policy(), value=value)


class TestBotBound:
    @pytest.mark.parametrize(
        ("tenths", "floor_ppm", "bound_ppm"),
        [
            ((4, 3, 3), 100_000, 4_599_553),  # 0.4 x 10^0.6 + 0.6 x 10^0.7 = 4.59955...
            ((4, 3, 3), 1_000_000, 1_000_000),  # a floor of one leaves nothing to inflate
            ((10, 0, 0), 100_000, 1_000_000),  # one measure alone counts a viewer once
            ((5, 5, 0), 10_000, 10_000_000),  # 2 x 0.5 x 100^0.5 = 10
            ((0, 0, 0), 100_000, 0),
        ],
    )
    def test_is_the_published_sum(
        self, tenths: tuple[int, int, int], floor_ppm: int, bound_ppm: int
    ) -> None:
        assert bot_bound_ppm(weighing(*tenths, floor_ppm=floor_ppm)) == bound_ppm

    @given(st.integers(0, 10), st.integers(1, 1_000_000))
    def test_lies_at_most_a_millionth_above_each_exact_term(
        self, tenths: int, floor_ppm: int
    ) -> None:
        bound = bot_bound_ppm(weighing(tenths, 0, 0, floor_ppm=floor_ppm))
        exact_tenth_power = Fraction(tenths * 10**5) ** 10 * Fraction(10**6, floor_ppm) ** (
            10 - tenths
        )
        assert bound**10 >= exact_tenth_power
        assert bound == 0 or (bound - 1) ** 10 < exact_tenth_power

    @given(
        st.integers(1, 1_000_000),
        st.integers(0, 10),
        st.lists(st.tuples(*[st.integers(0, 1_000_000)] * 3), min_size=0, max_size=8),
        st.tuples(*[st.integers(0, 1_000_000)] * 3),
    )
    def test_holds_for_any_audience_and_any_extra_viewer(
        self,
        floor_ppm: int,
        quality: int,
        audience: list[tuple[int, int, int]],
        extra: tuple[int, int, int],
    ) -> None:
        tenths = (quality, (10 - quality) // 2, 10 - quality - (10 - quality) // 2)
        bound = bot_bound_ppm(weighing(*tenths, floor_ppm=floor_ppm)) / 1_000_000
        gained = value_of([*audience, extra], tenths, floor_ppm) - value_of(
            audience, tenths, floor_ppm
        )
        assert gained <= bound * (1 + 1e-9)

    @pytest.mark.parametrize(
        ("tenths", "floor_ppm"),
        [((4, 3, 3), 0), ((4, 3, 3), 1_000_001), ((11, 0, 0), 1), ((4, -1, 7), 1)],
    )
    def test_is_refused_where_there_is_none(
        self, tenths: tuple[int, int, int], floor_ppm: int
    ) -> None:
        with pytest.raises(NoBotBound) as caught:
            bot_bound_ppm(weighing(*tenths, floor_ppm=floor_ppm))
        assert (caught.value.exponents, caught.value.floor_ppm) == (tenths, floor_ppm)


def value_of(
    viewers: list[tuple[int, int, int]], tenths: tuple[int, int, int], floor_ppm: int
) -> float:
    """Value of an audience, in viewers, in floats: a rough second opinion, not the pay rule."""
    floor, value = floor_ppm / 1_000_000, 1.0
    for measure, weight in enumerate(tenths):
        lifted = (floor + (1 - floor) * viewer[measure] / 1_000_000 for viewer in viewers)
        value *= sum(lifted) ** (weight / 10)
    return value
