"""Worked tables of docs/algorithms/split.md."""

from collections.abc import Sequence

from wavepool.engine.money import (
    minor_from_text,
    reversal_due,
    reversed_so_far,
    split_minor,
    split_reversal,
)


def shares(pool_minor: int, weights: Sequence[int]) -> dict[str, object]:
    """One split, and the amounts that undo it."""
    return {
        "shares_minor": split_minor(pool_minor, weights),
        "reversal_minor": split_reversal(pool_minor, weights),
    }


def refund(
    leg_minor: int, paid_minor: int, refunded_before_minor: int, refunded_minor: int
) -> dict[str, int]:
    """One step of a chain of partial refunds."""
    return {
        "reversed_minor": reversed_so_far(
            leg_minor, refunded_minor=refunded_minor, paid_minor=paid_minor
        ),
        "posted_minor": reversal_due(
            leg_minor,
            refunded_before_minor=refunded_before_minor,
            refunded_minor=refunded_minor,
            paid_minor=paid_minor,
        ),
    }


def reading(text: str, currency: str) -> int:
    """An amount as it is written, in minor units."""
    return minor_from_text(text, currency)
