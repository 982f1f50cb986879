"""Products of whole numbers to about 100 bits, as unevaluated pairs of doubles.

Used only to find a root fast. The caller knows the error bound and recomputes
with integers every row that the bound leaves open, so no float decides a result.

Source: T. J. Dekker, A floating-point technique for extending the available
precision, 1971; error bounds from Joldes, Muller and Popescu, Tight and rigorous
error bounds for basic building blocks of double-word arithmetic, 2017.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wavepool.engine.sharing.whole_columns import IntColumn

_SPLITTER = 2.0**27 + 1.0
_LOW_BITS = np.int64(2**32 - 1)


class Pair(NamedTuple):
    """The number `high + low`, with |low| at most half a unit of `high`."""

    high: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]


def pair_of_ints(column: IntColumn) -> Pair:
    """Hold 63-bit whole numbers exactly."""
    upper = (column >> 32).astype(np.float64) * 2.0**32
    lower = (column & _LOW_BITS).astype(np.float64)
    return _two_sum(upper, lower)


def pair_of_floats(column: npt.NDArray[np.float64]) -> Pair:
    """Hold doubles exactly."""
    return Pair(column, np.zeros_like(column))


def times(a: Pair, b: Pair) -> Pair:
    """Multiply with a relative error of at most 7 x 2^-106."""
    product, error = _two_product(a.high, b.high)
    error += a.high * b.low + a.low * b.high
    total = product + error
    return Pair(total, error - (total - product))


def power(base: Pair, exponent: int) -> Pair:
    """Raise to a positive whole power by squaring."""
    if exponent == 1:
        return base
    half = power(base, exponent // 2)
    square = times(half, half)
    return times(square, base) if exponent % 2 else square


def difference(a: Pair, b: Pair) -> npt.NDArray[np.float64]:
    """Subtract two close numbers; the error is that of the operands."""
    high, error = _two_sum(a.high, -b.high)
    return high + (error + (a.low - b.low))


def _two_sum(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> Pair:
    total = a + b
    shadow = total - a
    return Pair(total, (a - (total - shadow)) + (b - shadow))


def _two_product(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> Pair:
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    error = a_high * b_high - product
    error += a_high * b_low + a_low * b_high
    error += a_low * b_low
    return Pair(product, error)


def _halves(a: npt.NDArray[np.float64]) -> Pair:
    shifted = a * _SPLITTER
    high = shifted - (shifted - a)
    return Pair(high, a - high)
