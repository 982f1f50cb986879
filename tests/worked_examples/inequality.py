"""Worked examples of docs/algorithms/inequality.md."""

from __future__ import annotations

from wavepool.domains.insights.queries import gini_ppm


def gini(*, a: int, b: int, c: int, d: int) -> int | None:
    """Four incomes and their coefficient."""
    return gini_ppm([a, b, c, d])
