"""Columns of whole numbers: 64-bit, exact, and refused rather than wrapped."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.money import AMOUNT_MAX, AmountTooLarge, MoneyError, NegativeAmount

IntColumn: TypeAlias = npt.NDArray[np.int64]
WholeNumbers: TypeAlias = Sequence[int] | npt.NDArray[np.integer]

PPM = 1_000_000
"""Parts in a whole; also micro-units in one minor unit."""

_LOW_BITS = np.int64(2**32 - 1)


class NotWholeNumbers(MoneyError):
    """A column holds something else than whole numbers, such as floats."""

    def __init__(self, *, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        super().__init__(f"column {name} holds {kind}; only whole numbers are exact")


class ColumnsDiffer(MoneyError):
    """Columns that belong together have different lengths."""

    def __init__(self, lengths: dict[str, int]) -> None:
        self.lengths = lengths
        shown = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        super().__init__(f"columns of one table differ in length: {shown}")


def whole_column(values: WholeNumbers, *, name: str) -> IntColumn:
    """Read numbers >= 0 as a 64-bit column.

    Args:
        values: shape (n,), whole numbers, 0 .. 2^63-1.
        name: what the column is called in an error.

    Raises:
        NotWholeNumbers: floats, texts or nulls are in it.
        NegativeAmount: a number below zero.
        AmountTooLarge: a number above 2^63-1.
    """
    column = np.asarray(values)
    if column.size == 0:
        return np.zeros(0, dtype=np.int64)
    if column.dtype.kind not in "iu":
        _refuse_mixed(values, name=name, kind=str(column.dtype))
    highest, lowest = int(column.max()), int(column.min())
    if highest > AMOUNT_MAX:
        raise AmountTooLarge(highest)
    if lowest < 0:
        raise NegativeAmount(lowest, name=name)
    return column.astype(np.int64)


def require_equal_lengths(**columns: npt.NDArray[np.generic]) -> None:
    """Refuse columns of one table that differ in length.

    Raises:
        ColumnsDiffer: the lengths are not all the same.
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ColumnsDiffer(lengths)


def exact_total(column: IntColumn) -> int:
    """Add up a column exactly, even where a 64-bit sum would wrap.

    The two 32-bit halves are added apart, which is exact below 2^31 rows.
    """
    return (int((column >> 32).sum()) << 32) + int((column & _LOW_BITS).sum())


def floor_ppm(column: IntColumn, *, ppm: int | IntColumn) -> IntColumn:
    """Give `column x ppm // 10^6` exactly, without a 128-bit product.

    Args:
        column: shape (n,), 0 .. 2^63-1.
        ppm: one rate or shape (n,); 0 .. 10^6.

    Raises:
        RateOutOfRange: a rate outside 0 .. 10^6.
    """
    rates = np.asarray(ppm, dtype=np.int64)
    if rates.size and (int(rates.min()) < 0 or int(rates.max()) > PPM):
        raise RateOutOfRange(int(rates.min()), int(rates.max()))
    whole = column // PPM
    return whole * rates + (column - whole * PPM) * rates // PPM


class RateOutOfRange(MoneyError):
    """A rate in parts per million is outside 0 .. 10^6."""

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest = lowest
        self.highest = highest
        super().__init__(f"rates run from {lowest} to {highest} ppm; 0 to {PPM} is allowed")


def _refuse_mixed(values: WholeNumbers, *, name: str, kind: str) -> None:
    """Tell a number that is too large for numpy from a thing that is no number."""
    for value in values:
        if not isinstance(value, int):
            raise NotWholeNumbers(name=name, kind=kind)
        if value < 0:
            raise NegativeAmount(value, name=name)
        if value > AMOUNT_MAX:
            raise AmountTooLarge(value)
    raise NotWholeNumbers(name=name, kind=kind)
