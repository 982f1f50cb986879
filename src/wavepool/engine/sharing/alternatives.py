"""Other ways to share a pool, kept for comparison only; no settlement calls them."""

from collections.abc import Callable, Hashable, Sequence
from heapq import heapify, heappop, heappush
from operator import index
from typing import TypeVar

from wavepool.engine.money import NothingToSplitBy, checked_non_negative, split_minor
from wavepool.engine.sharing.pools import share_pool
from wavepool.engine.sharing.whole_columns import ColumnsDiffer

Account = TypeVar("Account", bound=Hashable)


def pro_rata_by_views(pool_micro: int, views: Sequence[int]) -> tuple[int, ...]:
    """Share in proportion to views, rounded down: what a view-based pool does.

    Args:
        pool_micro: the pool, in micro-units; 0 .. 2^63-1.
        views: shape (n,), views per account.

    Returns:
        Micro-units, shape (n,). Nothing bounds what one busy viewer moves.

    >>> pro_rata_by_views(900, [1, 2])
    (300, 600)
    """
    return tuple(share_pool(pool_micro, views).entitlements_micro.tolist())


def user_centric(
    pool_micro: int,
    *,
    viewer_ids: Sequence[Hashable],
    account_ids: Sequence[Account],
    engaged_ms: Sequence[int],
) -> dict[Account, int]:
    """Give every viewer an equal part of the pool and divide it by their attention.

    Args:
        pool_micro: the pool, in micro-units; 0 .. 2^63-1.
        viewer_ids, account_ids, engaged_ms: shape (n,), one row per touch;
            rows may repeat.

    Returns:
        Account to micro-units, rounded down twice; a viewer with no attention
        has no part.

    Raises:
        ColumnsDiffer: the columns differ in length.

    >>> user_centric(100, viewer_ids=[1, 2, 2], account_ids="aab", engaged_ms=[9, 1, 3])
    {'a': 62, 'b': 37}
    """
    if not len(viewer_ids) == len(account_ids) == len(engaged_ms):
        raise ColumnsDiffer(
            {
                "viewer_ids": len(viewer_ids),
                "account_ids": len(account_ids),
                "engaged_ms": len(engaged_ms),
            }
        )
    pool = checked_non_negative(pool_micro, name="pool_micro")
    attention: dict[Hashable, dict[Account, int]] = {}
    for viewer, account, engaged in zip(viewer_ids, account_ids, engaged_ms, strict=True):
        if checked_non_negative(engaged, name="engaged_ms"):
            seen = attention.setdefault(viewer, {})
            seen[account] = seen.get(account, 0) + engaged
    paid = dict.fromkeys(account_ids, 0)
    for seen in attention.values():
        slice_micro, total = pool // len(attention), sum(seen.values())
        for account, engaged in seen.items():
            paid[account] += slice_micro * engaged // total
    return paid


def hamilton(pool_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Round to the largest remainders: right for one order, wrong for a recurring pool.

    >>> hamilton(10, [47, 16, 15, 12, 6, 3])
    (5, 2, 1, 1, 1, 0)
    """
    return split_minor(pool_minor, weights)


def sainte_lague(pool_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Round to the nearest under a common divisor (Sainte-Laguë, Webster).

    Args:
        pool_minor: units to give; >= 0.
        weights: shape (n,), each >= 0, not all zero; ties go to the earlier row.

    Returns:
        Whole shares, shape (n,), that add up to the pool.

    Raises:
        NothingToSplitBy: no positive weight.
        NegativeAmount, AmountTooLarge: a number out of range.

    >>> sainte_lague(10, [4160, 3380, 2460])
    (4, 3, 3)
    """
    return _linear_divisors(
        pool_minor,
        weights,
        divisor=lambda held: 2 * held + 1,
        start=lambda weight, total, units: (2 * weight * units + total) // (2 * total),
    )


def dhondt(pool_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Round down under a common divisor (D'Hondt, Jefferson).

    Args, Returns, Raises: as `sainte_lague`.

    >>> dhondt(10, [4160, 3380, 2460])
    (4, 4, 2)
    """
    return _linear_divisors(
        pool_minor,
        weights,
        divisor=lambda held: held + 1,
        start=lambda weight, total, units: weight * units // total,
    )


def _linear_divisors(
    pool_minor: int,
    weights: Sequence[int],
    *,
    divisor: Callable[[int], int],
    start: Callable[[int, int, int], int],
) -> tuple[int, ...]:
    """Hand units out, or take them back, by the ratio `weight / divisor(held)`.

    `start` rounds the quotas under the one divisor `total / units`, so it is
    itself an outcome of the method for some number of units; the two loops
    walk from there to the right number.
    """
    units = checked_non_negative(pool_minor, name="pool_minor")
    rows = [checked_non_negative(index(weight), name="weight") for weight in weights]
    total = sum(rows)
    if total == 0:
        raise NothingToSplitBy(rows)
    shares = [start(weight, total, units) for weight in rows]
    _hand_out(shares, rows, divisor=divisor, units=units - sum(shares))
    _take_back(shares, rows, divisor=divisor, units=sum(shares) - units)
    return tuple(shares)


def _hand_out(
    shares: list[int], weights: Sequence[int], *, divisor: Callable[[int], int], units: int
) -> None:
    queue = [
        _Claim(-weight, divisor(shares[row]), row) for row, weight in enumerate(weights) if weight
    ]
    heapify(queue)
    for _ in range(units):
        row = heappop(queue).row
        shares[row] += 1
        heappush(queue, _Claim(-weights[row], divisor(shares[row]), row))


def _take_back(
    shares: list[int], weights: Sequence[int], *, divisor: Callable[[int], int], units: int
) -> None:
    queue = [
        _Claim(weight, divisor(shares[row] - 1), -row)
        for row, weight in enumerate(weights)
        if shares[row]
    ]
    heapify(queue)
    for _ in range(units):
        row = -heappop(queue).row
        shares[row] -= 1
        if shares[row]:
            heappush(queue, _Claim(weights[row], divisor(shares[row] - 1), -row))


class _Claim:
    """A row's ratio `numerator / divisor`, compared by cross multiplication."""

    __slots__ = ("divisor", "numerator", "row")

    def __init__(self, numerator: int, divisor: int, row: int) -> None:
        self.numerator = numerator
        self.divisor = divisor
        self.row = row

    def __lt__(self, other: "_Claim") -> bool:
        ours, theirs = self.numerator * other.divisor, other.numerator * self.divisor
        return (ours, self.row) < (theirs, other.row)
