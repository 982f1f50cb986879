"""Months of the books in the policy's zone, and the days on which banks work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from wavepool.domains.policies import queries as policies
from wavepool.engine.policy import Policy, periods
from wavepool.engine.policy.zones import zone_rules

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A month, half-open `[starts_at, ends_at)`."""

    period: str
    starts_at: datetime
    ends_at: datetime

    @property
    def last_moment(self) -> datetime:
        """The last instant inside it; what was in force then counts for it."""
        return self.ends_at - timedelta(microseconds=1)


def month_at(at: datetime, *, policy: Policy) -> Month:
    """The month that holds an instant."""
    at_ms = int(at.timestamp() * 1_000)
    (row,) = periods(policy, at_ms, at_ms)
    return Month(row.period, _moment(row.starts_at), _moment(row.ends_at))


def month_of_period(period: str, *, at: datetime | None = None) -> Month:
    """A month by its name, in the zone of the policy in its middle, or of the one at a moment.

    Raises:
        NoPolicyInForce: no policy was in force then.
    """
    # The 15th at noon in UTC lies in the month in every zone.
    middle = datetime.combine(date.fromisoformat(f"{period}-15"), time(12), UTC)
    return month_at(middle, policy=policies.compose_engine_policy(at=at or middle))


def next_period(period: str) -> str:
    """The name of the month after.

    >>> next_period("2026-12")
    '2027-01'
    """
    first = date.fromisoformat(f"{period}-01")
    return f"{first + timedelta(days=31):%Y-%m}"


def first_working_day(*, closes_on: date, weekdays: Collection[int]) -> date:
    """The first working day on or after the close.

    >>> first_working_day(closes_on=date(2026, 10, 11), weekdays=(1, 2, 3, 4, 5))
    datetime.date(2026, 10, 12)
    """
    day = closes_on
    while day.isoweekday() not in weekdays:
        day += _DAY
    return day


def last_working_day(*, closes_on: date, weekdays: Collection[int]) -> date:
    """The last working day of the month of the close, or the first after the close if none is left.

    >>> last_working_day(closes_on=date(2026, 10, 11), weekdays=(1, 2, 3, 4, 5))
    datetime.date(2026, 10, 30)
    """
    day = (closes_on.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
    while day.isoweekday() not in weekdays:
        day -= _DAY
    return day if day >= closes_on else first_working_day(closes_on=closes_on, weekdays=weekdays)


def local_date(at: datetime, *, zone: str) -> date:
    """The date on the wall at an instant."""
    return at.astimezone(zone_rules(zone)).date()


def start_of(day: date, *, zone: str) -> datetime:
    """The instant at which a date begins on the wall."""
    return datetime.combine(day, time(), zone_rules(zone)).astimezone(UTC)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1_000, UTC)
