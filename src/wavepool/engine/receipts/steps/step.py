"""One step of a receipt: a named formula, its inputs, and the function that recomputes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wavepool.engine.receipts.shapes import Shape

MICRO: Final = 1_000_000
"""Micro-units in one minor unit, and parts in a million."""

Inputs = Mapping[str, Any]
Result = dict[str, Any]


class StepImpossible(ValueError):
    """The inputs contradict each other, so the formula has no result."""


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that every receipt of its kind repeats word for word.

    An input with the name of an earlier input or result is that very value.
    """

    name: str
    formula: str
    inputs: Mapping[str, Shape]
    compute: Callable[[Inputs], Result]


def floor_ppm(amount: int, *, ppm: int) -> int:
    """`floor(amount x ppm / 10^6)` for amounts of zero or more."""
    return amount * ppm // MICRO
