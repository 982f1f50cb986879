"""One amount to whole shares, and back."""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import (
    AMOUNT_MAX,
    AmountTooLarge,
    NegativeAmount,
    NothingToSplitBy,
    minor_from_text,
    split_minor,
    split_reversal,
)

Split = Callable[[int, Sequence[int]], tuple[int, ...]]

POOLS = st.one_of(
    st.integers(0, 1000), st.integers(0, AMOUNT_MAX), st.integers(AMOUNT_MAX - 9, AMOUNT_MAX)
)
WEIGHTS = st.lists(
    st.one_of(st.integers(0, 9), st.integers(0, 2**70)), min_size=1, max_size=12
).filter(any)


def assert_whole_split(split: Split, pool: int, weights: Sequence[int]) -> None:
    shares = split(pool, weights)
    total = sum(weights)
    assert sum(shares) == pool
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(pool * weight, total)) < 1


def without_the_leftover(pool: int, weights: Sequence[int]) -> tuple[int, ...]:
    return tuple(pool * weight // sum(weights) for weight in weights)


def leftover_to_the_first(pool: int, weights: Sequence[int]) -> tuple[int, ...]:
    others = without_the_leftover(pool, weights)[1:]
    return (pool - sum(others), *others)


class TestSplitMinor:
    @pytest.mark.parametrize(
        ("pool", "weights", "shares"),
        [
            (100, [1, 1, 1], (34, 33, 33)),
            (15, [20, 2, 3], (12, 1, 2)),
            (5, [7, 3], (4, 1)),
            (5, [3, 7], (2, 3)),
            (0, [1, 2], (0, 0)),
            (7, [0, 0, 1], (0, 0, 7)),
            (2**63 - 1, [1, 1], (2**62, 2**62 - 1)),
        ],
    )
    def test_gives_the_leftover_to_the_largest_remainders(
        self, pool: int, weights: list[int], shares: tuple[int, ...]
    ) -> None:
        assert split_minor(pool, weights) == shares

    @given(pool=POOLS, weights=WEIGHTS)
    def test_sums_to_the_pool_within_one_unit_of_exact(self, pool: int, weights: list[int]) -> None:
        assert_whole_split(split_minor, pool, weights)

    @given(pool=POOLS, weights=WEIGHTS, scale=st.integers(1, 10**9))
    def test_ignores_the_scale_of_the_weights(
        self, pool: int, weights: list[int], scale: int
    ) -> None:
        scaled = [weight * scale for weight in weights]
        assert split_minor(pool, scaled) == split_minor(pool, weights)

    @given(pool=POOLS, weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9, unique=True))
    def test_gives_more_weight_no_less_money(self, pool: int, weights: list[int]) -> None:
        if not any(weights):
            weights = [*weights, 1]
        shares = split_minor(pool, sorted(weights))
        assert list(shares) == sorted(shares)

    def test_holds_for_20_000_seeded_cases_in_three_exponents(self) -> None:
        chance = random.Random(20_000)
        texts = {"JPY": "{}", "CNY": "{}.{:02}", "KWD": "{}.{:03}"}
        for case in range(20_000):
            currency = ("JPY", "CNY", "KWD")[case % 3]
            whole = chance.choice([0, 1, 99, 10**6, 9 * 10**15]) + chance.randrange(100)
            pool = minor_from_text(texts[currency].format(whole, chance.randrange(100)), currency)
            weights = [chance.randrange(10 ** chance.randrange(1, 8)) for _ in range(6)] + [1]
            shares = split_minor(pool, weights)
            back = split_reversal(pool, weights)
            assert sum(shares) == pool
            assert [a + b for a, b in zip(shares, back, strict=True)] == [0] * 7

    def test_refuses_weights_that_are_all_zero(self) -> None:
        with pytest.raises(NothingToSplitBy):
            split_minor(100, [0, 0])
        with pytest.raises(NothingToSplitBy):
            split_minor(0, [])

    def test_refuses_negative_weights_and_pools(self) -> None:
        with pytest.raises(NegativeAmount):
            split_minor(100, [2, -1])
        with pytest.raises(NegativeAmount):
            split_minor(-5, [7, 3])

    def test_refuses_a_pool_beyond_64_bits(self) -> None:
        with pytest.raises(AmountTooLarge):
            split_minor(2**63, [1, 1])

    @pytest.mark.parametrize("broken", [without_the_leftover, leftover_to_the_first])
    def test_would_be_caught_if_it_lost_or_piled_up_the_leftover(self, broken: Split) -> None:
        with pytest.raises(AssertionError):
            assert_whole_split(broken, 102, [1] * 100)


class TestSplitReversal:
    def test_takes_back_what_each_share_was_given(self) -> None:
        assert split_reversal(5, [7, 3]) == (-4, -1)

    @given(pool=POOLS, weights=WEIGHTS)
    def test_leaves_nothing_in_any_row(self, pool: int, weights: list[int]) -> None:
        pairs = zip(split_minor(pool, weights), split_reversal(pool, weights), strict=True)
        assert {given + back for given, back in pairs} == {0}

    def test_differs_from_rounding_the_negative_amount_afresh(self) -> None:
        # Floors of -3.5 and -1.5 are -4 and -2; one unit up to the first gives this.
        afresh = (-3, -2)
        assert [a + b for a, b in zip(split_minor(5, [7, 3]), afresh, strict=True)] == [1, -1]
