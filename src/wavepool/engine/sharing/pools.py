"""One pool to shares: proportional, floored in micro-units, the rest carried."""

from dataclasses import dataclass

import numpy as np

from wavepool.engine.money import checked_amount, checked_non_negative
from wavepool.engine.sharing.whole_columns import PPM, IntColumn, WholeNumbers, whole_column


@dataclass(frozen=True, slots=True)
class PoolShares:
    """What a pool gives each payee, and what it keeps for its next period.

    `sum(entitlements_micro) + residue_micro - deficit_minor x 10^6` is the
    amount that was to be distributed, always.
    """

    entitlements_micro: IntColumn
    residue_micro: int
    deficit_minor: int


def distributable_micro(
    *,
    legs_minor: int,
    subsidy_minor: int,
    reversals_minor: int,
    freed_minor: int,
    residue_in_micro: int,
    deficit_in_minor: int,
) -> int:
    """Add up what one pool has for one period.

    Args:
        legs_minor: pool legs of the lines that became final.
        subsidy_minor: the platform's addition.
        reversals_minor: pool legs taken back by refunds, as a number >= 0.
        freed_minor: held money that a ruling set free.
        residue_in_micro: what the last period could not divide.
        deficit_in_minor: what the last period ended below zero, as a number >= 0.

    Returns:
        The amount in micro-units; below zero when reversals exceed the rest.

    Raises:
        NegativeAmount, AmountTooLarge: an argument, or the result in
            micro-units, outside its range.
    """
    minor = (
        checked_non_negative(legs_minor, name="legs_minor")
        + checked_non_negative(subsidy_minor, name="subsidy_minor")
        + checked_non_negative(freed_minor, name="freed_minor")
        - checked_non_negative(reversals_minor, name="reversals_minor")
        - checked_non_negative(deficit_in_minor, name="deficit_in_minor")
    )
    residue = checked_non_negative(residue_in_micro, name="residue_in_micro")
    return checked_amount(minor * PPM + residue)


def share_pool(distributable_micro: int, values: WholeNumbers) -> PoolShares:
    """Share a pool in proportion to value, rounded down in micro-units.

    Args:
        distributable_micro: the pool in micro-units of its currency; within
            -(2^63-1) .. 2^63-1.
        values: shape (n,), one row per payee, each 0 .. 2^63-1.

    Returns:
        Entitlements in micro-units, shape (n,), int64, in the order of
        `values`. A pool at or below zero gives nobody anything and carries
        its deficit; a pool without value rolls forward whole.

    Raises:
        AmountTooLarge: the pool or a value is beyond 2^63-1.
        NegativeAmount, NotWholeNumbers: a value is below zero or not whole.

    Guarantee: nothing is lost (see `PoolShares`); each entitlement is less
    than one micro-unit below the exact share; the residue is less than one
    micro-unit per payee with value; dividing a payee's value over several
    rows never raises their sum.

    Source: docs/algorithms/pool.md. Integers beyond 64 bits are Python's own.

    >>> share_pool(100, [1, 1, 1]).entitlements_micro.tolist()
    [33, 33, 33]
    """
    pool = checked_amount(distributable_micro)
    column = whole_column(values, name="values")
    rows = column.tolist()
    total = sum(rows)
    if pool <= 0 or total == 0:
        deficit_minor = max(0, -(pool // PPM))
        return PoolShares(
            entitlements_micro=np.zeros(len(rows), dtype=np.int64),
            residue_micro=pool + deficit_minor * PPM,
            deficit_minor=deficit_minor,
        )
    entitlements = [pool * value // total for value in rows]
    residue = pool - sum(entitlements)
    assert 0 <= residue < len(rows)
    return PoolShares(
        entitlements_micro=np.array(entitlements, dtype=np.int64),
        residue_micro=residue,
        deficit_minor=0,
    )
