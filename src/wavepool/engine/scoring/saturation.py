"""The load from which a viewer counts as one whole viewer, frozen for the next period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

PPM = 1_000_000


class LoadBin(NamedTuple):
    """Viewers whose load lies in one whole second: how many, and their loads added up."""

    load_s: int
    viewers: int
    load_ms: int


def solve_saturation(bins: Sequence[LoadBin], *, saturation_ppm: int) -> int:
    """Find the load at which influence adds up to a given part of all viewers.

    Solves Σ min(L_u / L*, 1) = α · n for L*, rounded up to a millisecond, on
    loads grouped by second.

    Args:
        bins: one per second of load, in any order.
        saturation_ppm: α in ppm, 1 … 10^6.

    Returns:
        L* in milliseconds, >= 1, and 1 where too many loads are zero for any to
        solve it; 0 where there are no viewers.

    Source: ScaledUserProp (Ghosh, Neoh, Teh, Tyrovolas, ICML 2025), γ = 1 / L*.

    >>> solve_saturation([LoadBin(1, 1, 1_000), LoadBin(9, 1, 9_000)], saturation_ppm=600_000)
    5000
    """
    heavy_first = sorted(bins, key=lambda row: row.load_s, reverse=True)
    viewers = sum(row.viewers for row in heavy_first)
    rest_ms = sum(row.load_ms for row in heavy_first)
    if viewers == 0:
        return 0
    saturated = 0
    for row in heavy_first:
        room = saturation_ppm * viewers - saturated * PPM
        # Compared as fractions: rounded up first, a load just below the bin's would pass for it.
        if room > 0 and rest_ms * PPM * row.viewers >= row.load_ms * room:
            return max(1, -(-rest_ms * PPM // room))
        saturated += row.viewers
        rest_ms -= row.load_ms
    return 1
