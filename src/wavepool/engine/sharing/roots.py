"""The value of a payee's evidence: an exact integer tenth root, for one row or a million."""

from operator import index
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.money import MoneyError, checked_non_negative
from wavepool.engine.sharing.double_double import (
    Pair,
    difference,
    pair_of_floats,
    pair_of_ints,
    power,
    times,
)
from wavepool.engine.sharing.whole_columns import (
    IntColumn,
    WholeNumbers,
    require_equal_lengths,
    whole_column,
)

Tenths: TypeAlias = tuple[int, int, int]

DEFAULT_TENTHS: Tenths = (4, 3, 3)

_TENTHS = 10
_CHUNK_ROWS = 16_384
_FEW_ROWS = 64
_ROOT_LIMIT = 2.0**62
_CLOSE_ENOUGH = 2.0**-42
_MARGIN = 2.0**-20


class WeightsNotTenths(MoneyError):
    """The three weights are not whole tenths that add up to one."""

    def __init__(self, tenths: tuple[int, ...]) -> None:
        self.tenths = tenths
        super().__init__(f"weights {tenths} must be three whole tenths >= 0 that add up to 10")


def root_value(
    *,
    quality_micro: int,
    experience_micro: int,
    commerce_micro: int,
    tenths: Tenths = DEFAULT_TENTHS,
) -> int:
    """Give the value of one payee's evidence in one scene.

    The weighted geometric mean of the three sums, rounded down:
    `floor((quality^a x experience^b x commerce^c)^(1/10))`.

    Args:
        quality_micro, experience_micro, commerce_micro: evidence sums in
            micro-viewers; 0 .. 2^63-1.
        tenths: the weights (a, b, c) in tenths; they add up to 10.

    Returns:
        The value in micro-viewers, 0 .. 2^63-1; zero when a sum with a
        positive weight is zero.

    Raises:
        WeightsNotTenths: the weights are not whole tenths of one.
        NegativeAmount, AmountTooLarge: a sum outside 0 .. 2^63-1.

    Guarantee: exact, and superadditive: evidence divided over several
    identities is never worth more than together (docs/algorithms/value.md).

    >>> root_value(quality_micro=1024, experience_micro=1024, commerce_micro=1)
    128
    """
    checked = (
        checked_non_negative(quality_micro, name="quality_micro"),
        checked_non_negative(experience_micro, name="experience_micro"),
        checked_non_negative(commerce_micro, name="commerce_micro"),
    )
    return _exact_root(*checked, checked_tenths(tenths))


def root_values(
    *,
    quality_micro: WholeNumbers,
    experience_micro: WholeNumbers,
    commerce_micro: WholeNumbers,
    tenths: Tenths = DEFAULT_TENTHS,
) -> IntColumn:
    """Give `root_value` of every row of three columns.

    A pair-of-doubles estimate settles nearly every row; each row that its
    error bound leaves open is computed with integers.

    Args:
        quality_micro, experience_micro, commerce_micro: shape (n,), evidence
            sums in micro-viewers; 0 .. 2^63-1.
        tenths: the weights in tenths; they add up to 10.

    Returns:
        Values in micro-viewers, shape (n,), int64, in the order of the rows.

    Raises:
        WeightsNotTenths: the weights are not whole tenths of one.
        ColumnsDiffer, NotWholeNumbers, NegativeAmount, AmountTooLarge: the
            columns are not whole numbers in range and of one length.

    >>> sums = dict(quality_micro=[9, 0], experience_micro=[9, 7], commerce_micro=[9, 7])
    >>> root_values(**sums).tolist()
    [9, 0]
    """
    weights = checked_tenths(tenths)
    quality = whole_column(quality_micro, name="quality_micro")
    experience = whole_column(experience_micro, name="experience_micro")
    commerce = whole_column(commerce_micro, name="commerce_micro")
    require_equal_lengths(
        quality_micro=quality, experience_micro=experience, commerce_micro=commerce
    )
    values = np.zeros(len(quality), dtype=np.int64)
    if len(values) <= _FEW_ROWS:
        rows = zip(quality.tolist(), experience.tolist(), commerce.tolist(), strict=True)
        values[:] = [_exact_root(q, e, c, weights) for q, e, c in rows]
        return values
    for start in range(0, len(values), _CHUNK_ROWS):
        part = slice(start, start + _CHUNK_ROWS)
        values[part] = _chunk_roots((quality[part], experience[part], commerce[part]), weights)
    return values


def checked_tenths(tenths: tuple[int, ...]) -> Tenths:
    """Return weights that are three whole tenths of one.

    Raises:
        WeightsNotTenths: any other weights.
    """
    whole = tuple(index(weight) for weight in tenths)
    if len(whole) != len(DEFAULT_TENTHS) or min(whole) < 0 or sum(whole) != _TENTHS:
        raise WeightsNotTenths(whole)
    return whole[0], whole[1], whole[2]


def _exact_root(quality: int, experience: int, commerce: int, tenths: Tenths) -> int:
    product: int = quality ** tenths[0] * experience ** tenths[1] * commerce ** tenths[2]
    if product == 0:
        return 0
    # The estimate only saves steps: both loops end at the one exact answer.
    root = max(1, int(product**0.1))
    root += (product - root**10) // (10 * root**9)
    while root**10 > product:
        root -= 1
    while (root + 1) ** 10 <= product:
        root += 1
    return root


def _chunk_roots(sums: tuple[IntColumn, IntColumn, IntColumn], tenths: Tenths) -> IntColumn:
    weighted = [(column, weight) for column, weight in zip(sums, tenths, strict=True) if weight]
    is_positive = np.ones(len(sums[0]), dtype=np.bool_)
    for column, _ in weighted:
        is_positive &= column > 0
    values, is_settled = _estimated_roots(
        [(np.where(is_positive, column, 1), weight) for column, weight in weighted]
    )
    values[~is_positive] = 0
    # The mean of equal sums is that sum; its estimate always touches a whole number.
    first = weighted[0][0]
    is_even = np.logical_and.reduce([column == first for column, _ in weighted])
    values[is_even] = first[is_even]
    open_rows = np.flatnonzero(is_positive & ~is_settled & ~is_even)
    if len(open_rows):
        quality, experience, commerce = (column[open_rows].tolist() for column in sums)
        rows = zip(quality, experience, commerce, strict=True)
        values[open_rows] = [_exact_root(q, e, c, tenths) for q, e, c in rows]
    return values


def _estimated_roots(
    weighted: list[tuple[IntColumn, int]],
) -> tuple[IntColumn, npt.NDArray[np.bool_]]:
    """Estimate roots, and say for which rows the floor is certain.

    With `guess` near the root, `product / guess^10 = 1 + 10x` gives
    `root = guess (1 + x - 9/2 x^2 + ...)`. Both products carry a relative error
    below 2^-99, so for a guess below 2^62 that is within 2^-42 of the product,
    `guess + step` is within 2^-30 of the root; the margin kept is 2^-20.
    """
    product = _product(weighted)
    guess = np.power(product.high, 0.1)
    reached = power(pair_of_floats(guess), 10)
    tenfold = difference(product, reached) / reached.high
    step = guess * (tenfold / 10.0) * (1.0 - 9.0 * tenfold / 20.0)
    below = np.floor(guess)
    rest = (guess - below) + step
    is_settled = (
        (np.abs(tenfold) <= _CLOSE_ENOUGH)
        & (guess < _ROOT_LIMIT)
        & (np.abs(rest - np.rint(rest)) >= _MARGIN)
    )
    whole = np.where(guess < _ROOT_LIMIT, below, 0.0).astype(np.int64)
    return whole + np.floor(np.where(is_settled, rest, 0.0)).astype(np.int64), is_settled


def _product(weighted: list[tuple[IntColumn, int]]) -> Pair:
    column, weight = weighted[0]
    product = power(pair_of_ints(column), weight)
    for column, weight in weighted[1:]:
        product = times(product, power(pair_of_ints(column), weight))
    return product
