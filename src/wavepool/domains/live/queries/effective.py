"""Effective time: how much of a session on air counts; see docs/algorithms/content.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: A session with less time on air is not effective: half an hour, as every programme of 2022 asked.
EFFECTIVE_MIN_MS: Final = 30 * 60 * 1_000


def effective_ms(*, started_ms: int, ended_ms: int, pauses: Iterable[tuple[int, int]]) -> int:
    """Milliseconds on air, pauses taken out; 0 when they come to less than half an hour.

    Args:
        started_ms, ended_ms: epoch milliseconds of the session.
        pauses: `[from, until)` in epoch milliseconds; they do not overlap.

    >>> effective_ms(started_ms=0, ended_ms=3_600_000, pauses=[(600_000, 1_200_000)])
    3000000
    >>> effective_ms(started_ms=0, ended_ms=1_799_999, pauses=[])
    0
    """
    out = sum(max(0, min(until, ended_ms) - max(since, started_ms)) for since, until in pauses)
    on_air = ended_ms - started_ms - out
    return on_air if on_air >= EFFECTIVE_MIN_MS else 0
