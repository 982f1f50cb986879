"""Refunds taken back cumulatively, so that a full refund reverses exactly everything."""

from wavepool.engine.money.amounts import checked_non_negative
from wavepool.engine.money.currencies import MoneyError


class RefundAbovePaid(MoneyError):
    """The refunds of a line add up to more than was paid for it."""

    def __init__(self, *, refunded_minor: int, paid_minor: int) -> None:
        self.refunded_minor = refunded_minor
        self.paid_minor = paid_minor
        super().__init__(f"refunds of {refunded_minor} are above the {paid_minor} paid")


class NothingPaid(MoneyError):
    """Nothing was paid, so only a cancellation can reverse the line."""

    def __init__(self) -> None:
        super().__init__("nothing was paid for this line; only a cancellation reverses it")


class RefundShrank(MoneyError):
    """The cumulative refund is lower than the one already posted."""

    def __init__(self, *, refunded_before_minor: int, refunded_minor: int) -> None:
        self.refunded_before_minor = refunded_before_minor
        self.refunded_minor = refunded_minor
        super().__init__(
            f"cumulative refund {refunded_minor} is below the {refunded_before_minor} already posted"
        )


def reversed_so_far(leg_minor: int, *, refunded_minor: int, paid_minor: int) -> int:
    """Give how much of a leg is reversed once refunds have reached a total.

    `floor(leg x refunded / paid)`, always from the sum of all refunds, never
    refund by refund: ten partial refunds and one full refund end the same.

    Args:
        leg_minor: direct leg, fee or pool leg in minor units; >= 0.
        refunded_minor: sum of all refunds of the line so far; >= 0.
        paid_minor: what was paid for the line; > 0.

    Returns:
        The reversed part in minor units, 0 .. leg_minor; equal to `leg_minor`
        when everything paid is refunded.

    Raises:
        RefundAbovePaid: refunds above what was paid.
        NothingPaid: nothing was paid; only a cancellation reverses.
        NegativeAmount, AmountTooLarge: an amount outside 0 .. 2^63-1.

    Source: docs/algorithms/split.md.

    >>> [reversed_so_far(10, refunded_minor=r, paid_minor=3) for r in (0, 1, 2, 3)]
    [0, 3, 6, 10]
    """
    leg = checked_non_negative(leg_minor, name="leg_minor")
    refunded = checked_non_negative(refunded_minor, name="refunded_minor")
    paid = checked_non_negative(paid_minor, name="paid_minor")
    if paid == 0:
        raise NothingPaid
    if refunded > paid:
        raise RefundAbovePaid(refunded_minor=refunded, paid_minor=paid)
    return leg * refunded // paid


def reversal_due(
    leg_minor: int, *, refunded_before_minor: int, refunded_minor: int, paid_minor: int
) -> int:
    """Give the reversal to post when the cumulative refund moves.

    Args:
        leg_minor: leg in minor units; >= 0.
        refunded_before_minor: cumulative refund that is already posted.
        refunded_minor: cumulative refund now; not below the earlier one.
        paid_minor: what was paid for the line; > 0.

    Returns:
        Minor units to take back now, >= 0; over any sequence of refunds these
        add up to `reversed_so_far` of the last one.

    Raises:
        RefundShrank: the cumulative refund went down.
        RefundAbovePaid, NothingPaid, NegativeAmount, AmountTooLarge: as
            `reversed_so_far`.

    >>> reversal_due(10, refunded_before_minor=1, refunded_minor=3, paid_minor=3)
    7
    """
    if refunded_minor < refunded_before_minor:
        raise RefundShrank(
            refunded_before_minor=refunded_before_minor, refunded_minor=refunded_minor
        )
    now = reversed_so_far(leg_minor, refunded_minor=refunded_minor, paid_minor=paid_minor)
    before = reversed_so_far(leg_minor, refunded_minor=refunded_before_minor, paid_minor=paid_minor)
    return now - before
