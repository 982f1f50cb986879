"""Chance: how many meetings a uniform deal of bucket labels leads one to expect."""

from __future__ import annotations

MICRO = 1_000_000


def expected_micro(*, pairs: int, purchases: int, ways: int) -> int:
    """Expected number of pairs that share a bucket, in 10⁻⁶ pairs, rounded down.

    Args:
        pairs: pairs of purchases asked about, of one stratum.
        purchases: all purchases of the stratum.
        ways: ordered pairs of all its purchases that share a bucket.

    Exact under a uniform deal of labels: any two purchases meet with the same
    chance, ways / (purchases × (purchases − 1)).

    >>> expected_micro(pairs=3, purchases=6, ways=12)
    1200000
    """
    if purchases < 2:
        return 0
    return pairs * ways * MICRO // (purchases * (purchases - 1))


def exceeds_chance(*, met: int, expected: int, deviations: int, spare: int) -> bool:
    """Say whether a count lies some standard deviations and spare pairs above chance.

    The deviation is that of a Poisson count, the root of what is expected. Integers only.

    Args:
        met: pairs that met.
        expected: expected pairs, in 10⁻⁶ pairs.
        deviations, spare: how many of each the count must exceed, both >= 0.

    >>> exceeds_chance(met=7, expected=1_000_000, deviations=3, spare=3)
    False
    >>> exceeds_chance(met=8, expected=1_000_000, deviations=3, spare=3)
    True
    """
    beyond = (met - spare) * MICRO - expected
    return beyond > 0 and beyond * beyond > deviations * deviations * expected * MICRO
