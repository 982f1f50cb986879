"""How unequal a set of amounts is, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

PPM: Final = 1_000_000


def gini_ppm(amounts: Iterable[int]) -> int | None:
    """The Gini coefficient of amounts, in parts per million, rounded down.

    Σ (2·i − n − 1)·x_i ÷ (n · Σ x_i) over the amounts in rising order, i from 1: 0 where all
    have the same, (n − 1) ÷ n where one has everything. A whole-number fraction until it is
    rounded, so the order of the amounts and their unit do not matter.

    Args:
        amounts: each >= 0; people with nothing belong in it only if they are to count.

    Returns:
        0 to 999,999; None where there is nobody, or nothing to share.

    Source: the mean difference form; docs/algorithms/inequality.md.

    >>> gini_ppm([5, 5, 5]), gini_ppm([0, 0, 0, 12]), gini_ppm([1, 2, 3])
    (0, 750000, 222222)
    """
    rising = sorted(amounts)
    assert not rising or rising[0] >= 0, "an income below zero is a debt, no income"
    count, whole = len(rising), sum(rising)
    if not whole:
        return None
    above = sum((2 * place - count - 1) * each for place, each in enumerate(rising, start=1))
    return above * PPM // (count * whole)
