"""One pool to entitlements."""

import random
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import AMOUNT_MAX, AmountTooLarge, NegativeAmount
from wavepool.engine.sharing import NotWholeNumbers, PoolShares, distributable_micro, share_pool

POOLS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.integers(-AMOUNT_MAX, AMOUNT_MAX),
    st.integers(AMOUNT_MAX - 9, AMOUNT_MAX),
)
FULL_POOLS = st.one_of(st.integers(0, 10**4), st.integers(0, AMOUNT_MAX))
VALUES = st.lists(
    st.one_of(st.integers(0, 5), st.integers(0, 10**12), st.integers(0, AMOUNT_MAX)),
    min_size=1,
    max_size=12,
)


def assert_nothing_is_lost(pool: int, shares: PoolShares) -> None:
    paid = sum(shares.entitlements_micro.tolist())
    assert paid + shares.residue_micro - 1_000_000 * shares.deficit_minor == pool


def paid_of(pool: int, values: Sequence[int]) -> list[int]:
    entitlements: list[int] = share_pool(pool, values).entitlements_micro.tolist()
    return entitlements


class TestSharePool:
    @pytest.mark.parametrize(
        ("pool", "values", "entitlements", "residue"),
        [
            (100, [1, 1, 1], [33, 33, 33], 1),
            (812_300_000_000, [18, 982], [14_621_400_000, 797_678_600_000], 0),
            (10, [0, 3, 0], [0, 10, 0], 0),
            (2**63 - 1, [2**63 - 1, 2**63 - 1], [2**62 - 1, 2**62 - 1], 1),
            (5, [], [], 5),
        ],
    )
    def test_floors_each_share_and_keeps_the_residue(
        self, pool: int, values: list[int], entitlements: list[int], residue: int
    ) -> None:
        shares = share_pool(pool, values)
        assert shares.entitlements_micro.tolist() == entitlements
        assert (shares.residue_micro, shares.deficit_minor) == (residue, 0)

    @given(pool=POOLS, values=VALUES)
    def test_loses_nothing(self, pool: int, values: list[int]) -> None:
        shares = share_pool(pool, values)
        assert_nothing_is_lost(pool, shares)
        assert shares.residue_micro >= 0

    @given(pool=FULL_POOLS, values=VALUES.filter(any))
    def test_stays_less_than_one_micro_unit_below_the_exact_share(
        self, pool: int, values: list[int]
    ) -> None:
        shares = share_pool(pool, values)
        for entitlement, value in zip(shares.entitlements_micro.tolist(), values, strict=True):
            assert 0 <= Fraction(pool * value, sum(values)) - entitlement < 1
        assert 0 <= shares.residue_micro < max(1, sum(value > 0 for value in values))

    def test_loses_nothing_in_20_000_seeded_pools(self) -> None:
        chance = random.Random(20_000)
        for _ in range(20_000):
            pool = chance.choice([1, -1]) * chance.randrange(10 ** chance.randrange(1, 18))
            pool = chance.choice([pool, pool, pool, AMOUNT_MAX, -AMOUNT_MAX, 0])
            values = [chance.randrange(10 ** chance.randrange(1, 18)) for _ in range(5)]
            assert_nothing_is_lost(pool, share_pool(pool, values))

    @given(pool=FULL_POOLS, values=VALUES, row=st.integers(0, 11), more=st.integers(0, 10**9))
    def test_never_falls_when_the_own_value_grows(
        self, pool: int, values: list[int], row: int, more: int
    ) -> None:
        row %= len(values)
        grown = [*values[:row], min(AMOUNT_MAX, values[row] + more), *values[row + 1 :]]
        assert paid_of(pool, grown)[row] >= paid_of(pool, values)[row]

    @given(pool=st.integers(0, 2**62), values=VALUES, more=st.integers(0, 2**62))
    def test_lowers_nobody_when_money_is_added(
        self, pool: int, values: list[int], more: int
    ) -> None:
        pairs = zip(paid_of(pool, values), paid_of(pool + more, values), strict=True)
        assert all(after >= before for before, after in pairs)

    @given(
        pool=FULL_POOLS,
        values=st.lists(st.integers(0, 10**12), min_size=1, max_size=9),
        scale=st.integers(1, 10**6),
    )
    def test_ignores_the_scale_of_values(self, pool: int, values: list[int], scale: int) -> None:
        assert paid_of(pool, [value * scale for value in values]) == paid_of(pool, values)

    @given(pool=FULL_POOLS, values=st.permutations([0, 1, 5, 5, 10**9, 3**30]))
    def test_does_not_depend_on_the_order_of_rows(self, pool: int, values: list[int]) -> None:
        in_order = dict(zip(sorted(values), paid_of(pool, sorted(values)), strict=True))
        assert paid_of(pool, values) == [in_order[value] for value in values]

    @given(
        pool=FULL_POOLS,
        parts=st.lists(st.integers(0, 10**9), min_size=2, max_size=6),
        lost=st.integers(0, 10**6),
        others=st.integers(0, 10**12),
    )
    def test_never_pays_more_for_a_value_divided_over_accounts(
        self, pool: int, parts: list[int], lost: int, others: int
    ) -> None:
        whole = paid_of(pool, [sum(parts) + lost, others])[0]
        assert sum(paid_of(pool, [*parts, others])[:-1]) <= whole

    @pytest.mark.parametrize(
        ("pool", "deficit", "residue"),
        [(-5_000_000, 5, 0), (-4_999_700, 5, 300), (-1, 1, 999_999), (0, 0, 0)],
    )
    def test_gives_nothing_from_an_overdrawn_pool_and_carries_the_deficit(
        self, pool: int, deficit: int, residue: int
    ) -> None:
        shares = share_pool(pool, [1, 2])
        assert shares.entitlements_micro.tolist() == [0, 0]
        assert (shares.deficit_minor, shares.residue_micro) == (deficit, residue)

    def test_rolls_a_pool_without_value_forward(self) -> None:
        shares = share_pool(77, [0, 0])
        assert (shares.entitlements_micro.tolist(), shares.residue_micro) == ([0, 0], 77)

    def test_refuses_what_leaves_64_bits(self) -> None:
        with pytest.raises(AmountTooLarge):
            share_pool(2**63, [1])
        with pytest.raises(AmountTooLarge):
            share_pool(1, [2**63])
        with pytest.raises(AmountTooLarge):
            share_pool(1, np.array([2**63], dtype=np.uint64))

    def test_refuses_negative_values_and_floats(self) -> None:
        with pytest.raises(NegativeAmount):
            share_pool(1, [-1])
        with pytest.raises(NotWholeNumbers):
            share_pool(1, np.array([0.5]))

    def test_would_be_caught_if_it_rounded_up(self) -> None:
        up = PoolShares(np.array([34, 34, 34]), residue_micro=0, deficit_minor=0)
        with pytest.raises(AssertionError):
            assert_nothing_is_lost(100, up)


class TestDistributableMicro:
    def test_adds_every_source_and_takes_reversals_and_deficit_off(self) -> None:
        assert (
            distributable_micro(
                legs_minor=100,
                subsidy_minor=20,
                reversals_minor=7,
                freed_minor=3,
                residue_in_micro=41,
                deficit_in_minor=6,
            )
            == 110_000_041
        )

    @given(reversals=st.lists(st.integers(0, 300), min_size=1, max_size=8))
    def test_conserves_money_over_a_chain_of_periods(self, reversals: list[int]) -> None:
        residue, deficit, paid = 0, 0, 0
        for taken in reversals:
            pool = distributable_micro(
                legs_minor=100,
                subsidy_minor=0,
                reversals_minor=taken,
                freed_minor=0,
                residue_in_micro=residue,
                deficit_in_minor=deficit,
            )
            shares = share_pool(pool, [1, 1, 5])
            residue, deficit = shares.residue_micro, shares.deficit_minor
            paid += sum(shares.entitlements_micro.tolist())
        came_in = 100 * len(reversals) - sum(reversals)
        assert paid + residue - deficit * 1_000_000 == came_in * 1_000_000

    def test_refuses_an_amount_beyond_64_bits_in_micro_units(self) -> None:
        with pytest.raises(AmountTooLarge):
            distributable_micro(
                legs_minor=2**63 // 10**6 + 1,
                subsidy_minor=0,
                reversals_minor=0,
                freed_minor=0,
                residue_in_micro=0,
                deficit_in_minor=0,
            )
