"""The rules that ours is compared with."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import NegativeAmount, NothingToSplitBy
from wavepool.engine.sharing import ColumnsDiffer
from wavepool.engine.sharing.alternatives import (
    dhondt,
    hamilton,
    pro_rata_by_views,
    sainte_lague,
    user_centric,
)

WEIGHTS = st.lists(st.integers(0, 500), min_size=1, max_size=8).filter(any)


def one_by_one(
    units: int, weights: Sequence[int], *, divisor: Callable[[int], int]
) -> tuple[int, ...]:
    """A divisor method as its definition says: unit by unit to the highest ratio."""
    shares = [0] * len(weights)
    for _ in range(units):
        ratios = [Fraction(w, divisor(s)) for w, s in zip(weights, shares, strict=True)]
        shares[ratios.index(max(ratios))] += 1
    return tuple(shares)


class TestDivisorMethods:
    @given(units=st.integers(0, 60), weights=WEIGHTS)
    def test_sainte_lague_equals_its_definition(self, units: int, weights: list[int]) -> None:
        assert sainte_lague(units, weights) == one_by_one(
            units, weights, divisor=lambda held: 2 * held + 1
        )

    @given(units=st.integers(0, 60), weights=WEIGHTS)
    def test_dhondt_equals_its_definition(self, units: int, weights: list[int]) -> None:
        assert dhondt(units, weights) == one_by_one(units, weights, divisor=lambda held: held + 1)

    @pytest.mark.parametrize("method", [sainte_lague, dhondt, hamilton])
    def test_refuse_what_cannot_be_divided(
        self, method: Callable[[int, Sequence[int]], tuple[int, ...]]
    ) -> None:
        with pytest.raises(NothingToSplitBy):
            method(10, [0, 0])
        with pytest.raises(NegativeAmount):
            method(10, [1, -1])


class TestUserCentric:
    def test_gives_each_viewer_one_equal_part(self) -> None:
        paid = user_centric(
            1000, viewer_ids=[1, 2, 2, 3], account_ids="abab", engaged_ms=[1, 500, 500, 0]
        )
        assert paid == {"a": 750, "b": 250}

    def test_pays_nobody_without_attention(self) -> None:
        assert user_centric(9, viewer_ids=[1], account_ids="a", engaged_ms=[0]) == {"a": 0}

    def test_refuses_ragged_columns(self) -> None:
        with pytest.raises(ColumnsDiffer):
            user_centric(9, viewer_ids=[1], account_ids="ab", engaged_ms=[0])


class TestProRataByViews:
    def test_pays_a_busy_bot_like_a_crowd(self) -> None:
        assert pro_rata_by_views(1_000_000, [999_000, 1_000]) == (999_000, 1_000)
