"""What a schedule is worth: marginal brackets, and the frame over quantity and quality."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.incentives.programmes import MICRO, Bracket, Frame, Tiered

IntArray: TypeAlias = npt.NDArray[np.int64]


def bracket_micro(brackets: Sequence[Bracket], units: int) -> int:
    """Return Φ(units) in millionths of a minor unit, exactly.

    Args:
        brackets: by rising `above`, the first at 0.
        units: >= 0.

    >>> ten_then_more = (Bracket(0, 0, 2_000_000), Bracket(10, 20, 3_000_000))
    >>> [bracket_micro(ten_then_more, n) // 1_000_000 for n in (0, 1, 10, 12)]
    [0, 2, 20, 26]
    """
    held = max(
        (each for each in brackets if each.above <= units), key=lambda bracket: bracket.above
    )
    return held.base_minor * MICRO + held.rate_micro * (units - held.above)


def tiered_minor(schedule: Tiered, units: IntArray) -> IntArray:
    """Return floor(φ(units)) of each row, in minor units.

    Args:
        schedule: brackets and cap; continuous and rising when the linter passed it.
        units: shape (n,), >= 0, at most 10^15.

    Guarantee: one floor per row, so floor(φ(a)) + floor(φ(b)) <= floor(φ(a + b)) wherever φ is
    superadditive.
    """
    capped = units if schedule.cap_units is None else np.minimum(units, schedule.cap_units)
    above = np.array([each.above for each in schedule.brackets], dtype=np.int64)
    base = np.array([each.base_minor for each in schedule.brackets], dtype=np.int64)
    rate = np.array([each.rate_micro for each in schedule.brackets], dtype=np.int64)
    held = np.searchsorted(above, capped, side="right") - 1
    further = capped - above[held]
    # Divided first, so that money times a rate stays inside 64 bits; exact all the same.
    whole, part = further // MICRO, further % MICRO
    return np.asarray(base[held] + whole * rate[held] + part * rate[held] // MICRO, dtype=np.int64)


def frame_minor(schedule: Frame, counts: Sequence[int]) -> int:
    """Return floor(Σ_q n_q · Φ_q(N) / N) with N = Σ_q n_q, in minor units; 0 without anchors.

    Args:
        schedule: its grades from lowest to highest.
        counts: shape (grades,), anchors of each grade, >= 0.

    Guarantee: one more anchor never lowers it, a better grade never lowers it, and
    frame(a) + frame(b) <= frame(a + b), for every frame that the linter passes.
    Source: docs/algorithms/incentives.md.
    """
    anchors = sum(counts)
    if anchors == 0:
        return 0
    stacked = sum(
        count * bracket_micro(grade.brackets, anchors)
        for count, grade in zip(counts, schedule.grades, strict=True)
    )
    return stacked // (anchors * MICRO)
