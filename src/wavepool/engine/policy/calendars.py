"""A policy's months, days and hours as tables, so that SQL never calls a zone function.

A day begins at the first quarter of an hour whose local date has reached it, and ends where the
next begins: a clock put back over midnight does not reopen the day before. Since 2000 every offset
is a whole number of quarters, so the quarter is the finest grain that a table needs.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.zones import zone_rules

QUARTER_MS = 900_000
_EPOCH = date(1970, 1, 1).toordinal()
_QUARTERS_A_DAY = 96
_QUARTERS_AN_HOUR = 4
# The farthest zone is 14 hours ahead, so no local day begins earlier before its UTC midnight.
_LEAD_QUARTERS = 64


class PeriodRow(NamedTuple):
    """A month 'YYYY-MM' of the policy's zone, [starts_at, ends_at) in epoch ms."""

    period: str
    starts_at: int
    ends_at: int


class DayRow(NamedTuple):
    """A local day since 1970-01-01, its month, [starts_at, ends_at) in epoch ms."""

    day: int
    period: str
    starts_at: int
    ends_at: int


class HourRow(NamedTuple):
    """A quarter of an hour (`at_ms // 900000`), its local day, hour 0-23 and band index."""

    quarter: int
    day: int
    hour: int
    band: int


class SpanBackwards(ValueError):
    """The span ends before it begins, or begins before 1970."""

    def __init__(self, *, first_ms: int, last_ms: int) -> None:
        self.first_ms = first_ms
        self.last_ms = last_ms
        super().__init__(f"no span runs from {first_ms} to {last_ms}")


def periods(policy: Policy, first_ms: int, last_ms: int) -> tuple[PeriodRow, ...]:
    """List the months that hold the instants from `first_ms` to `last_ms`, both included.

    Returns:
        Rows in order of time without gap or overlap.

    Raises:
        SpanBackwards: `last_ms` lies before `first_ms`, or either before 1970.
        UnknownZone: the policy's zone does not exist.
    """
    _check_span(first_ms=first_ms, last_ms=last_ms)
    zone = zone_rules(policy.zone)
    first_day = _day_at(zone, first_ms // QUARTER_MS)
    last_day = _day_at(zone, last_ms // QUARTER_MS)
    months = list(_months(_date_of(first_day), _date_of(last_day)))
    starts = [_day_start_ms(zone, month.toordinal() - _EPOCH) for month in months]
    return tuple(
        PeriodRow(f"{month:%Y-%m}", start, end)
        for month, (start, end) in zip(months[:-1], pairwise(starts), strict=True)
    )


def days(policy: Policy, first_ms: int, last_ms: int) -> tuple[DayRow, ...]:
    """List the local days that hold the instants from `first_ms` to `last_ms`, both included.

    A date that the zone skipped has no row.

    Returns:
        Rows in order of time without gap or overlap.

    Raises:
        SpanBackwards: `last_ms` lies before `first_ms`, or either before 1970.
        UnknownZone: the policy's zone does not exist.
    """
    _check_span(first_ms=first_ms, last_ms=last_ms)
    zone = zone_rules(policy.zone)
    first = _day_at(zone, first_ms // QUARTER_MS)
    last = _day_at(zone, last_ms // QUARTER_MS)
    starts = [(day, _day_start_ms(zone, day)) for day in range(first, last + 2)]
    return tuple(
        DayRow(day, f"{_date_of(day):%Y-%m}", start, end)
        for (day, start), (_, end) in pairwise(starts)
        if start < end
    )


def hours(policy: Policy, first_ms: int, last_ms: int) -> tuple[HourRow, ...]:
    """List the quarters of an hour from `first_ms` to `last_ms`, both included.

    Returns:
        quarter (int64, `at_ms // 900000`, unique), day (local days since 1970-01-01), hour (0-23,
        local), band (index into the policy's `hour_bands`); sorted by quarter.

    Raises:
        SpanBackwards: `last_ms` lies before `first_ms`, or either before 1970.
        UnknownZone: the policy's zone does not exist.
    """
    _check_span(first_ms=first_ms, last_ms=last_ms)
    zone = zone_rules(policy.zone)
    bands = _bands(policy.value.cells.hour_bands)
    first, last = first_ms // QUARTER_MS, last_ms // QUARTER_MS
    day = _day_at(zone, first)
    rows = []
    for quarter, local in enumerate(_local_quarters(zone, first=first, last=last), first):
        day = max(day, local // _QUARTERS_A_DAY)
        hour = local % _QUARTERS_A_DAY // _QUARTERS_AN_HOUR
        rows.append(HourRow(quarter, day, hour, bands[hour]))
    return tuple(rows)


def _check_span(*, first_ms: int, last_ms: int) -> None:
    if not 0 <= first_ms <= last_ms:
        raise SpanBackwards(first_ms=first_ms, last_ms=last_ms)


def _local_quarters(zone: ZoneInfo, *, first: int, last: int) -> Iterator[int]:
    """Yield the local quarter since 1970-01-01 00:00 of each quarter from first to last."""
    start = _local_quarter(zone, first)
    for block in range(first, last + 1, _QUARTERS_AN_HOUR):
        stop = min(block + _QUARTERS_AN_HOUR, last + 1)
        end = _local_quarter(zone, stop)
        # No zone changes its clock twice within an hour, so equal lengths mean no change at all.
        if end - start == stop - block:
            yield from range(start, end)
        else:
            yield from (_local_quarter(zone, quarter) for quarter in range(block, stop))
        start = end


def _local_quarter(zone: ZoneInfo, quarter: int) -> int:
    local = datetime.fromtimestamp(quarter * 900, zone)
    day = local.toordinal() - _EPOCH
    return day * _QUARTERS_A_DAY + local.hour * _QUARTERS_AN_HOUR + local.minute // 15


def _date_of(day: int) -> date:
    return date.fromordinal(_EPOCH + day)


def _day_at(zone: ZoneInfo, quarter: int) -> int:
    """Return the day a quarter lies in: the latest date reached by then."""
    earliest = max(0, quarter - _QUARTERS_A_DAY)
    reached = max(_local_quarter(zone, each) for each in range(earliest, quarter + 1))
    return reached // _QUARTERS_A_DAY


def _day_start_ms(zone: ZoneInfo, day: int) -> int:
    quarter = day * _QUARTERS_A_DAY - _LEAD_QUARTERS
    while _local_quarter(zone, quarter) < day * _QUARTERS_A_DAY:
        quarter += 1
    return quarter * QUARTER_MS


def _months(first: date, last: date) -> Iterator[date]:
    """Yield the first of each month from that of `first` to the one after that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
    yield month


def _bands(hour_bands: tuple[int, ...]) -> tuple[int, ...]:
    """Return the band of each hour: the last band that has begun; 0 before the first begins."""
    return tuple(max(0, sum(start <= hour for start in hour_bands) - 1) for hour in range(24))
