"""The spans that a board counts: each window that ends with its day, and the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from wavepool.plumbing.windows import day_window

#: How many days each window has.
LENGTHS: Final = {"day": 1, "week": 7, "d28": 28, "year": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`[starts_ms, ends_ms)` of a window, or of the one before it."""

    window: str
    is_earlier: bool
    starts_ms: int
    ends_ms: int


def spans_of(day: date, windows: Sequence[str], *, zone: str) -> Iterator[Span]:
    """The windows that end with a local day, each with the equally long one before it."""
    for window in windows:
        length, end = timedelta(days=LENGTHS[window]), day + timedelta(days=1)
        first, before = end - length, end - 2 * length
        for is_earlier, start, stop in ((False, first, end), (True, before, first)):
            yield Span(
                window=window,
                is_earlier=is_earlier,
                starts_ms=epoch_ms(day_window(start, zone=zone).starts_at),
                ends_ms=epoch_ms(day_window(stop, zone=zone).starts_at),
            )


def reach_of(day: date, windows: Sequence[str], *, reach_days: int) -> tuple[date, date]:
    """The days `[first, end)` whose facts a board reads; touches reach back before a payment."""
    end = day + timedelta(days=1)
    longest = max(LENGTHS[window] for window in windows)
    return end - timedelta(days=2 * longest + reach_days), end


def epoch_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware time that is a whole second."""
    return int(at.timestamp()) * 1000
