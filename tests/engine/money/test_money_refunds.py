"""Cumulative refunds."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import (
    AMOUNT_MAX,
    AmountTooLarge,
    NegativeAmount,
    NothingPaid,
    RefundAbovePaid,
    RefundShrank,
    reversal_due,
    reversed_so_far,
)


class TestReversedSoFar:
    @pytest.mark.parametrize(
        ("refunded", "reversed_minor"), [(0, 0), (1, 0), (33, 3), (99, 9), (100, 10)]
    )
    def test_follows_the_sum_of_all_refunds(self, refunded: int, reversed_minor: int) -> None:
        got = reversed_so_far(10, refunded_minor=refunded, paid_minor=100)
        assert got == reversed_minor

    @given(leg=st.integers(0, AMOUNT_MAX), paid=st.integers(1, AMOUNT_MAX))
    def test_is_the_whole_leg_after_a_full_refund(self, leg: int, paid: int) -> None:
        assert reversed_so_far(leg, refunded_minor=paid, paid_minor=paid) == leg

    def test_stays_exact_near_the_edge(self) -> None:
        edge = 2**63 - 1
        assert reversed_so_far(edge, refunded_minor=edge - 1, paid_minor=edge) == edge - 1

    def test_refuses_refunds_above_what_was_paid(self) -> None:
        with pytest.raises(RefundAbovePaid, match="101 are above the 100"):
            reversed_so_far(10, refunded_minor=101, paid_minor=100)

    def test_refuses_a_line_for_which_nothing_was_paid(self) -> None:
        with pytest.raises(NothingPaid):
            reversed_so_far(10, refunded_minor=0, paid_minor=0)

    def test_refuses_numbers_out_of_range(self) -> None:
        with pytest.raises(NegativeAmount):
            reversed_so_far(10, refunded_minor=-1, paid_minor=100)
        with pytest.raises(AmountTooLarge):
            reversed_so_far(2**63, refunded_minor=1, paid_minor=100)


class TestReversalDue:
    @given(
        leg=st.integers(0, 10**12),
        refunds=st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any),
    )
    def test_adds_up_to_the_leg_over_any_partial_refunds(
        self, leg: int, refunds: list[int]
    ) -> None:
        paid, before, taken = sum(refunds), 0, 0
        for so_far in accumulate(refunds):
            due = reversal_due(
                leg, refunded_before_minor=before, refunded_minor=so_far, paid_minor=paid
            )
            assert due >= 0
            before, taken = so_far, taken + due
        assert taken == leg

    def test_refuses_a_cumulative_refund_that_shrank(self) -> None:
        with pytest.raises(RefundShrank):
            reversal_due(10, refunded_before_minor=5, refunded_minor=4, paid_minor=10)

    def test_would_lose_money_if_each_refund_were_floored_alone(self) -> None:
        alone = sum(reversed_so_far(10, refunded_minor=1, paid_minor=3) for _ in range(3))
        assert alone == 9
