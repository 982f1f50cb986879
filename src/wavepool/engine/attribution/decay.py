"""Dwell-decay weights as an exact table by whole hour of age."""

from __future__ import annotations

import pyarrow as pa

PPM = 1_000_000


def decay_table(*, window_hours: int, half_life_hours: int) -> pa.Table:
    """Tabulate `floor(10^6 · 2^(−age / half life))` for every whole hour of the window.

    Returns:
        age_hours (0 … window_hours), decay_ppm; both int64.

    Integers, so that every engine joins the same weights. Source: docs/algorithms/attribution.md.

    >>> decay_table(window_hours=2, half_life_hours=1).column("decay_ppm").to_pylist()
    [1000000, 500000, 250000]
    """
    ages = list(range(window_hours + 1))
    weights = [decay_ppm(age_hours=age, half_life_hours=half_life_hours) for age in ages]
    return pa.table(
        {"age_hours": pa.array(ages, pa.int64()), "decay_ppm": pa.array(weights, pa.int64())}
    )


def decay_ppm(*, age_hours: int, half_life_hours: int) -> int:
    """Weight at one age: the largest w with `w^h · 2^age ≤ (10^6)^h`.

    >>> decay_ppm(age_hours=36, half_life_hours=72)
    707106
    """
    halvings, rest = divmod(age_hours, half_life_hours)
    bound = PPM**half_life_hours
    low, high = 0, PPM
    while low < high:
        middle = (low + high + 1) // 2
        if (middle << halvings) ** half_life_hours << rest <= bound:
            low = middle
        else:
            high = middle - 1
    return low
