"""Splitting one amount into whole shares, for one order or a close-out."""

from collections.abc import Sequence
from operator import index

from wavepool.engine.money.amounts import NegativeAmount, checked_non_negative
from wavepool.engine.money.currencies import MoneyError


class NothingToSplitBy(MoneyError):
    """There is no positive weight, so no share has a reason."""

    def __init__(self, weights: Sequence[int]) -> None:
        self.weights = tuple(weights)
        super().__init__(f"none of the {len(self.weights)} weights is above zero")


def split_minor(pool_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a pool into whole shares that add up to the pool exactly.

    Leftover units go to the largest remainders; ties go to the earlier row, so
    callers sort by id. Limit: a larger pool can lower one share by one unit
    (the Alabama paradox), and many dust accounts can farm the rounding, which
    is why recurring pools floor and carry instead (`share_pool`).

    Args:
        pool_minor: amount to split, in minor units (fen, cents); 0 .. 2^63-1.
        weights: shape (n,), n >= 1, each >= 0; any scale.

    Returns:
        Shares in minor units, shape (n,), in the order of `weights`; each is
        the exact quota rounded down or up, so within one unit of it.

    Raises:
        NothingToSplitBy: all weights are zero, or there are none.
        NegativeAmount: the pool or a weight is below zero.
        AmountTooLarge: the pool is beyond 2^63-1.

    Source: Hamilton's method (largest remainder); docs/algorithms/split.md.

    >>> split_minor(100, [1, 1, 1])
    (34, 33, 33)
    """
    pool = checked_non_negative(pool_minor, name="pool_minor")
    whole_weights = [index(weight) for weight in weights]
    total = _total_weight(whole_weights)
    shares, remainders = [], []
    for weight in whole_weights:
        share, remainder = divmod(pool * weight, total)
        shares.append(share)
        remainders.append(remainder)
    by_remainder = sorted(range(len(shares)), key=lambda row: (-remainders[row], row))
    for row in by_remainder[: pool - sum(shares)]:
        shares[row] += 1
    assert sum(shares) == pool
    return tuple(shares)


def split_reversal(pool_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Undo `split_minor` in full: the exact negative of every original share.

    A negative amount is never split afresh: rounding it on its own could take
    from one payee a unit that was given to another.

    Args:
        pool_minor: the amount that was split, in minor units; 0 .. 2^63-1.
        weights: the weights of the original split, in the same order.

    Returns:
        Amounts in minor units, each <= 0; `split_minor` plus this is zero in
        every row.

    Raises:
        NothingToSplitBy, NegativeAmount, AmountTooLarge: as `split_minor`.

    >>> split_minor(5, [7, 3]), split_reversal(5, [7, 3])
    ((4, 1), (-4, -1))
    """
    return tuple(-share for share in split_minor(pool_minor, weights))


def _total_weight(weights: Sequence[int]) -> int:
    for weight in weights:
        if weight < 0:
            raise NegativeAmount(weight, name="weight")
    total = sum(weights)
    if total == 0:
        raise NothingToSplitBy(weights)
    return total
