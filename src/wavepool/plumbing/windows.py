"""Days and months of a zone as half-open windows in UTC, each instant in exactly one.

A day begins at the first instant whose local date has reached it and ends where the next begins,
so a missing midnight delays it, a clock put back over midnight does not reopen the day before, and
a date that a zone skipped is an empty window. A month begins with its first day. Zone data is that
of the pinned `tzdata` package, as in the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from wavepool.engine.policy import zone_rules

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`[starts_at, ends_at)` in UTC; empty where a zone skipped the day."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.starts_at <= at < self.ends_at

    @property
    def is_empty(self) -> bool:
        """Whether no instant lies in it."""
        return self.starts_at == self.ends_at


def day_window(day: date, *, zone: str) -> Window:
    """The window of a local day.

    >>> day_window(date(2026, 11, 22), zone="Asia/Shanghai").starts_at.isoformat()
    '2026-11-21T16:00:00+00:00'
    """
    rules = zone_rules(zone)
    return Window(starts_at=_starts(day, rules), ends_at=_starts(day + _DAY, rules))


def month_window(month: str, *, zone: str) -> Window:
    """The window of a month 'YYYY-MM'.

    >>> month_window("2026-10", zone="Asia/Shanghai").ends_at.isoformat()
    '2026-10-31T16:00:00+00:00'
    """
    rules = zone_rules(zone)
    first = date.fromisoformat(f"{month}-01")
    return Window(starts_at=_starts(first, rules), ends_at=_starts(_next_month(first), rules))


def day_of(at: datetime, *, zone: str) -> date:
    """The local day whose window holds an instant.

    >>> day_of(datetime(2026, 11, 21, 16, tzinfo=UTC), zone="Asia/Shanghai").isoformat()
    '2026-11-22'
    """
    rules = zone_rules(zone)
    day = at.astimezone(rules).date()
    # Where the clock was put back over midnight, the later day has begun already.
    return day + _DAY if at >= _starts(day + _DAY, rules) else day


def month_of(at: datetime, *, zone: str) -> str:
    """The month 'YYYY-MM' whose window holds an instant.

    >>> month_of(datetime(2026, 10, 31, 16, tzinfo=UTC), zone="Asia/Shanghai")
    '2026-11'
    """
    return f"{day_of(at, zone=zone):%Y-%m}"


def list_days(first: date, until: date, *, zone: str) -> Iterator[tuple[date, Window]]:
    """Each day from `first` up to but not `until`, skipped dates left out."""
    rules, day = zone_rules(zone), first
    starts_at = _starts(day, rules)
    while day < until:
        ends_at = _starts(day + _DAY, rules)
        if starts_at < ends_at:
            yield day, Window(starts_at=starts_at, ends_at=ends_at)
        day, starts_at = day + _DAY, ends_at


def list_months(first: str, until: str, *, zone: str) -> Iterator[tuple[str, Window]]:
    """Each month from `first` up to but not `until`, both 'YYYY-MM'."""
    month = first
    while month < until:
        yield month, month_window(month, zone=zone)
        month = f"{_next_month(date.fromisoformat(f'{month}-01')):%Y-%m}"


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _starts(day: date, rules: ZoneInfo) -> datetime:
    """The first instant whose local date has reached the day, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=rules)
    before, after = midnight.utcoffset(), midnight.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    earliest = midnight.replace(tzinfo=UTC)
    if before >= after:  # midnight exists; where it comes twice, the first counts
        return earliest - before
    # Midnight is skipped: the clock jumps over it somewhere between these two.
    low, high = earliest - after, earliest - before
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(rules).date() >= day:
            high = middle
        else:
            low = middle
    return low if low.astimezone(rules).date() >= day else high
