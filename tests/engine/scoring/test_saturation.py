"""The load from which a viewer is one whole viewer, against exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.scoring import LoadBin, solve_saturation

PPM = 1_000_000


def exact(loads: Sequence[Fraction], alpha: Fraction) -> Fraction | None:
    """The largest L with Σ min(load / L, 1) = α·n, by trying how many viewers are whole."""
    ordered = sorted(loads, reverse=True)
    wanted = alpha * len(ordered)
    for whole in range(len(ordered)):
        room = wanted - whole
        if room <= 0:
            return None
        solution = sum(ordered[whole:], Fraction(0)) / room
        if solution >= ordered[whole]:
            return solution or None
    return None


def one_each(*loads_ms: int) -> list[LoadBin]:
    """A bin for each viewer; the number of its second only orders it."""
    return [LoadBin(load, 1, load) for load in loads_ms]


class TestSaturation:
    @pytest.mark.parametrize(
        ("loads_ms", "saturation_ppm", "saturation_ms"),
        [
            ((1_000, 9_000), 600_000, 5_000),  # 1/5 + 1 = 0.6 · 2
            ((1_000, 9_000), 500_000, 10_000),  # 1/10 + 9/10
            ((1_000, 9_000), 1_000_000, 1_000),  # only at the lightest load are both whole
            ((7_000, 7_000, 7_000), 600_000, 11_667),  # 7 000 / 0.6, rounded up
            ((10_000,), 1_000_000, 10_000),
            ((10_000,), 1, 10_000_000_000),
            ((0, 0, 6_000), 333_333, 6_001),  # two who only passed by count among the viewers
            ((0, 0, 6_000), 600_000, 1),  # more is asked for than the loads can give
            ((0, 0), 600_000, 1),
            ((1,), 600_000, 2),
        ],
    )
    def test_is_where_influence_adds_up_to_its_part_of_the_viewers(
        self, loads_ms: tuple[int, ...], saturation_ppm: int, saturation_ms: int
    ) -> None:
        assert solve_saturation(one_each(*loads_ms), saturation_ppm=saturation_ppm) == saturation_ms

    def test_is_zero_where_nobody_came(self) -> None:
        assert solve_saturation([], saturation_ppm=600_000) == 0

    @given(st.permutations(one_each(0, 1_500, 3_000, 3_001, 80_000, 2_000_000)))
    def test_does_not_depend_on_the_order_of_the_bins(self, bins: list[LoadBin]) -> None:
        assert solve_saturation(bins, saturation_ppm=600_000) == 4_689  # 7 501 / 1.6

    @given(
        bins=st.dictionaries(
            st.integers(0, 40),
            st.lists(st.integers(0, 999), min_size=1, max_size=6),
            min_size=1,
            max_size=8,
        ),
        saturation_ppm=st.one_of(
            st.integers(1, PPM), st.sampled_from([500_000, 500_001, 510_000, 600_000, 999_999])
        ),
    )
    def test_is_the_exact_solution_rounded_up(
        self, bins: dict[int, list[int]], saturation_ppm: int
    ) -> None:
        rows = [
            LoadBin(second, len(rest), sum(second * 1_000 + ms for ms in rest))
            for second, rest in bins.items()
        ]
        # Inside a bin each viewer counts with the bin's mean load.
        loads = [Fraction(row.load_ms, row.viewers) for row in rows for _ in range(row.viewers)]
        solution = exact(loads, Fraction(saturation_ppm, PPM))
        found = solve_saturation(rows, saturation_ppm=saturation_ppm)
        assert found == (1 if solution is None else max(1, ceil(solution)))

    def test_is_exact_where_a_bin_is_whole_by_a_hair(self) -> None:
        # Ten at 1 000 ms and ten at 19 ms: with 10.2 of 20 wanted the heavy ones are whole and
        # 190 / 0.2 = 950. Were they not, 10 190 / 10.2 = 999.02 would pass for 1 000.
        bins = [LoadBin(1, 10, 10_000), LoadBin(0, 10, 190)]
        assert solve_saturation(bins, saturation_ppm=510_000) == 950
