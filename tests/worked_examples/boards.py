"""Worked tables of docs/algorithms/boards.md."""

from __future__ import annotations

import platform_ready
from wavepool.domains.insights.operations.board.counting import ratios_of
from wavepool.domains.insights.queries import get_dictionary

assert platform_ready.READY


def ratio(metric: str, above: int, below: int) -> int | None:
    """A ratio of the dictionary, of a day as a whole, in yuan where it is of money."""
    entry, metrics = get_dictionary()[metric], get_dictionary()
    currency = "CNY" if metrics[entry.numerator].unit == "money" else ""
    under = "CNY" if metrics[entry.denominator].unit == "money" else ""
    window = entry.windows[0]
    counted = {
        (window, entry.numerator, "all", "", currency): above,
        (window, entry.denominator, "all", "", under): below,
    }
    return ratios_of(counted).get((window, metric, "all", "", currency))
