"""How unevenly exposure is spread: three published measures, exact on a histogram."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Concentration(NamedTuple):
    """Gini coefficient, Herfindahl–Hirschman index, and the share of the top hundredth."""

    gini: Fraction
    hhi: Fraction
    top_share: Fraction


class NothingExposed(ValueError):
    """The histogram holds no exposure."""


def measure_concentration(histogram: Iterable[tuple[int, int]]) -> Concentration:
    """Measure a histogram of pieces by their exposures.

    Args:
        histogram: (exposures of a piece, number of such pieces), each >= 0, in any order.

    Returns:
        Exact fractions. The top hundredth is the `ceil(n / 100)` most exposed pieces.

    Raises:
        NothingExposed: no piece has an exposure.

    >>> float(measure_concentration([(1, 3), (5, 1)]).gini)
    0.375
    """
    bins = sorted((each, count) for each, count in histogram if count)
    pieces = sum(count for _, count in bins)
    total = sum(each * count for each, count in bins)
    if total == 0:
        raise NothingExposed("the histogram holds no exposure")
    before, ranked = 0, 0
    for each, count in bins:
        # Ranks before+1 … before+count share one height; their sum is exact.
        ranked += each * (count * before + count * (count + 1) // 2)
        before += count
    gini = Fraction(2 * ranked, pieces * total) - Fraction(pieces + 1, pieces)
    hhi = Fraction(sum(each * each * count for each, count in bins), total * total)
    left, top = -(-pieces // 100), 0
    for each, count in reversed(bins):
        taken = min(left, count)
        top += each * taken
        left -= taken
    return Concentration(gini, hhi, Fraction(top, total))
