"""Splitting vectors of other libraries, as published."""

import json
from fractions import Fraction
from typing import Any

import pytest

from shared_data import shared_file
from wavepool.engine.money import NegativeAmount, split_minor, split_reversal


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(
        shared_file("money_allocation_cases", name).read_text(encoding="utf-8")
    )
    return loaded


def whole_weights(ratios: list[float]) -> list[int]:
    """Ratios such as 0.33 as whole numbers of the same proportion."""
    return [int(Fraction(str(ratio)) * 100) for ratio in ratios]


class TestPublishedAllocations:
    def test_agree_in_all_cases_but_the_negative_one(self) -> None:
        vectors = cases("moneyphp_allocate.json")
        positive = [case for case in vectors if case["amount_minor"] >= 0]
        assert (len(vectors), len(positive)) == (21, 20)
        for case in positive:
            shares = split_minor(case["amount_minor"], whole_weights(case["ratios"]))
            assert list(shares) == case["expected"], case

    def test_differ_where_a_refund_must_undo_the_original_split(self) -> None:
        (odd,) = [c for c in cases("moneyphp_allocate.json") if c["amount_minor"] < 0]
        assert (odd["amount_minor"], odd["ratios"], odd["expected"]) == (-5, [7, 3], [-3, -2])
        with pytest.raises(NegativeAmount):
            split_minor(-5, [7, 3])
        assert split_reversal(5, [7, 3]) == (-4, -1)

    def test_differ_where_the_first_portion_takes_the_whole_leftover(self) -> None:
        first, second = cases("formance_allotment.json")
        assert (first["portions"], first["expected"]) == (["4/5", "2/25", "3/25"], [13, 1, 1])
        assert split_minor(15, [20, 2, 3]) == (12, 1, 2)
        assert second["expected"] == [8, 7, 0]
        assert split_minor(15, [1, 1, 0]) == (8, 7, 0)
