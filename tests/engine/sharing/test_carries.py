"""Agency parts, payments in whole minor units, and the carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import AMOUNT_MAX, AmountTooLarge, NegativeAmount
from wavepool.engine.sharing import (
    AgencyAboveEntitlement,
    ColumnsDiffer,
    RateOutOfRange,
    agency_parts,
    settle_carry,
)

MICRO = st.integers(0, 10**13)


def settled(
    entitlement: int, *, agency: int = 0, carry: int = 0, minimum: int = 1
) -> tuple[int, int]:
    paid, carried = settle_carry(
        entitlements_micro=[entitlement],
        agency_micro=[agency],
        carry_in_micro=[carry],
        minimum_payout_minor=minimum,
    )
    return int(paid[0]), int(carried[0])


class TestAgencyParts:
    @given(entitlement=st.integers(0, AMOUNT_MAX), split=st.integers(0, 10**6))
    def test_is_the_exact_floor(self, entitlement: int, split: int) -> None:
        parts = agency_parts([entitlement], split_ppm=[split]).tolist()
        assert parts == [entitlement * split // 10**6]

    def test_refuses_a_rate_above_all_of_it(self) -> None:
        with pytest.raises(RateOutOfRange):
            agency_parts([1], split_ppm=[1_000_001])


class TestSettleCarry:
    @pytest.mark.parametrize(
        ("amounts", "paid", "carried"),
        [
            ({"entitlement": 1_700_000, "carry": 400_000}, 2, 100_000),
            ({"entitlement": 1_700_000, "agency": 700_000}, 1, 0),
            ({"entitlement": 999_999}, 0, 999_999),
            ({"entitlement": 99_999_999, "minimum": 100}, 0, 99_999_999),
            ({"entitlement": 99_999_999, "carry": 1, "minimum": 100}, 100, 0),
            ({"entitlement": 0, "carry": 5, "minimum": 0}, 0, 5),
        ],
    )
    def test_pays_whole_units_from_the_minimum_on_and_carries_the_rest(
        self, amounts: dict[str, int], paid: int, carried: int
    ) -> None:
        assert settled(**amounts) == (paid, carried)

    @given(entitlement=MICRO, carry=MICRO, minimum=st.integers(0, 10**5))
    def test_loses_nothing_and_carries_less_than_the_minimum(
        self, entitlement: int, carry: int, minimum: int
    ) -> None:
        paid, carried = settled(entitlement, carry=carry, minimum=minimum)
        assert paid * 10**6 + carried == entitlement + carry
        assert 0 <= carried < max(1, minimum) * 10**6

    @given(awards=st.lists(MICRO, min_size=1, max_size=12))
    def test_keeps_a_lifetime_of_periods_within_one_unit_of_exact(self, awards: list[int]) -> None:
        carry, paid_in_all = 0, 0
        for award in awards:
            paid, carry = settled(award, carry=carry)
            paid_in_all += paid
        assert 0 <= sum(awards) - paid_in_all * 10**6 < 10**6

    @given(awards=st.lists(MICRO, min_size=2, max_size=9), minimum=st.integers(0, 1000))
    def test_never_pays_more_to_a_payee_divided_over_accounts(
        self, awards: list[int], minimum: int
    ) -> None:
        apart = settle_carry(
            entitlements_micro=awards,
            agency_micro=[0] * len(awards),
            carry_in_micro=[0] * len(awards),
            minimum_payout_minor=minimum,
        )
        assert sum(apart.paid_minor.tolist()) <= settled(sum(awards), minimum=minimum)[0]

    def test_would_drop_money_if_the_rest_were_not_carried(self) -> None:
        with_carry, carry = 0, 0
        for _ in range(10):
            paid, carry = settled(900_000, carry=carry)
            with_carry += paid
        dropped = sum(settled(900_000)[0] for _ in range(10))
        assert (with_carry, carry, dropped) == (9, 0, 0)

    def test_refuses_a_balance_that_would_wrap(self) -> None:
        assert settled(AMOUNT_MAX, carry=0) == (AMOUNT_MAX // 10**6, AMOUNT_MAX % 10**6)
        with pytest.raises(AmountTooLarge) as refused:
            settled(AMOUNT_MAX, carry=1)
        assert refused.value.amount == 2**63

    def test_refuses_an_agency_part_above_the_award(self) -> None:
        with pytest.raises(AgencyAboveEntitlement, match="row 0: agency part 2"):
            settled(1, agency=2, carry=100)

    def test_refuses_bad_columns(self) -> None:
        with pytest.raises(NegativeAmount):
            settled(1, carry=-1)
        with pytest.raises(ColumnsDiffer):
            settle_carry(
                entitlements_micro=[1],
                agency_micro=[],
                carry_in_micro=[0],
                minimum_payout_minor=1,
            )
