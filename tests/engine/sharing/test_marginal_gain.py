"""What one more full viewer would bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import AmountTooLarge
from wavepool.engine.sharing import (
    MarginalGain,
    PoolStanding,
    RateOutOfRange,
    SceneSums,
    StandingInconsistent,
    marginal_gain,
    root_value,
    share_pool,
)

SUMS = st.integers(0, 10**11)


def value_of(sums: SceneSums) -> int:
    return root_value(
        quality_micro=sums.quality_micro,
        experience_micro=sums.experience_micro,
        commerce_micro=sums.commerce_micro,
    )


class TestMarginalGain:
    def test_is_the_difference_of_two_entitlements(self) -> None:
        sums = SceneSums(61_000_000, 94_000_000, 38_000_000)
        own = value_of(sums)
        standing = PoolStanding(10**12, value_total=own + 10**9, payee_value=own)
        assert marginal_gain(sums, standing=standing) == MarginalGain(
            quality_micro=349_647_499,
            experience_micro=170_407_293,
            commerce_micro=419_149_499,
            all_three_micro=943_795_464,
        )

    @given(quality=SUMS, experience=SUMS, commerce=SUMS, others=SUMS)
    def test_equals_settling_the_pool_again(
        self, quality: int, experience: int, commerce: int, others: int
    ) -> None:
        sums = SceneSums(quality, experience, commerce)
        more = SceneSums(quality, experience, commerce + 10**6)
        own = value_of(sums)
        standing = PoolStanding(10**13, value_total=own + others, payee_value=own)
        before = share_pool(10**13, [own, others]).entitlements_micro.tolist()[0]
        after = share_pool(10**13, [value_of(more), others]).entitlements_micro.tolist()[0]
        assert marginal_gain(sums, standing=standing).commerce_micro == after - before

    @given(quality=SUMS, experience=SUMS, commerce=SUMS, others=SUMS, weight=st.integers(0, 10**6))
    def test_is_never_negative_and_largest_for_all_three(
        self, quality: int, experience: int, commerce: int, others: int, weight: int
    ) -> None:
        sums = SceneSums(quality, experience, commerce)
        own = value_of(sums) * weight // 10**6 + 17
        standing = PoolStanding(10**13, value_total=own + others, payee_value=own)
        gain = marginal_gain(sums, standing=standing, weight_ppm=weight)
        single = (gain.quality_micro, gain.experience_micro, gain.commerce_micro)
        assert 0 <= min(single) <= max(single) <= gain.all_three_micro

    def test_gives_a_first_viewer_the_whole_of_an_empty_pool(self) -> None:
        standing = PoolStanding(500, value_total=0, payee_value=0)
        gain = marginal_gain(SceneSums(0, 0, 0), standing=standing)
        assert gain == MarginalGain(0, 0, 0, 500)

    def test_is_nothing_in_an_overdrawn_pool(self) -> None:
        standing = PoolStanding(-500, value_total=10, payee_value=0)
        gain = marginal_gain(SceneSums(0, 0, 0), standing=standing)
        assert gain == MarginalGain(0, 0, 0, 0)

    def test_refuses_a_standing_that_cannot_be(self) -> None:
        with pytest.raises(StandingInconsistent):
            marginal_gain(
                SceneSums(9, 9, 9), standing=PoolStanding(1, value_total=9, payee_value=8)
            )
        with pytest.raises(StandingInconsistent):
            marginal_gain(
                SceneSums(1, 1, 1), standing=PoolStanding(1, value_total=8, payee_value=9)
            )

    def test_refuses_numbers_out_of_range(self) -> None:
        standing = PoolStanding(1, value_total=9, payee_value=9)
        with pytest.raises(RateOutOfRange):
            marginal_gain(SceneSums(1, 1, 1), standing=standing, weight_ppm=-1)
        with pytest.raises(AmountTooLarge):
            marginal_gain(
                SceneSums(2**63 - 1, 1, 1),
                standing=PoolStanding(1, value_total=2**62, payee_value=2**62),
            )
