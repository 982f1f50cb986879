"""Promise: every event lies in exactly one day and one month, and no deadline comes early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import pytest
import time_machine

from wavepool.engine import policy as engine
from wavepool.plumbing import deadlines, windows
from wavepool.plumbing.windows import Window

FIRST, UNTIL = date(2023, 1, 1), date(2026, 1, 1)
ZONES: Final = sorted(engine.zone_names())
INSTANT: Final = timedelta(microseconds=1)
# Skipped midnights, skipped days, clocks put back over midnight, quarters of an hour, 24.5-hour days.
ODD: Final = (
    "Africa/Cairo",
    "America/Asuncion",
    "America/Havana",
    "America/Scoresbysund",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
)


def naive_day_window(day: date, *, zone: str) -> Window:
    """The sabotage: a day is 24 hours from local midnight, as everybody writes it first."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Window(starts_at=start, ends_at=start + timedelta(hours=24))


def tiling_faults(days: Iterator[tuple[date, Window]]) -> int:
    """Instants at an edge that lie in no day or in two."""
    return sum(before.ends_at != after.starts_at for (_, before), (_, after) in pairwise(days))


class TestDaysAndMonths:
    def test_tile_the_time_of_every_zone(self) -> None:
        """599 zones, three years: no gap, no overlap, odd days and midnights among them."""
        odd_days, missing_midnights, days, wrong = 0, 0, 0, 0
        for zone in ZONES:
            rules = engine.zone_rules(zone)
            end = windows.day_window(FIRST, zone=zone).starts_at
            for _day, window in windows.list_days(FIRST, UNTIL, zone=zone):
                wrong += window.starts_at != end or window.is_empty
                end = window.ends_at
                days += 1
                if window.ends_at - window.starts_at != timedelta(days=1):
                    odd_days += 1
                    missing_midnights += window.starts_at.astimezone(rules).hour != 0
            wrong += end != windows.day_window(UNTIL, zone=zone).starts_at
        assert (len(ZONES) >= 597, wrong) == (True, 0)
        assert days == len(ZONES) * 1096
        assert odd_days > 1_000
        assert missing_midnights > 20

    @pytest.mark.parametrize("zone", ODD)
    def test_hold_each_event_once(self, zone: str) -> None:
        days = dict(windows.list_days(FIRST, UNTIL, zone=zone))
        months = dict(windows.list_months("2023-01", "2026-01", zone=zone))
        for day, window in days.items():
            for at in (window.starts_at, window.ends_at - INSTANT):
                month = windows.month_of(at, zone=zone)
                assert windows.day_of(at, zone=zone) == day
                assert window.holds(at)
                assert months[month].holds(at)
                assert month == f"{day:%Y-%m}"
            assert not window.holds(window.ends_at)
            assert not window.holds(window.starts_at - INSTANT)

    def test_leave_out_a_day_that_a_zone_skipped(self) -> None:
        skipped = windows.day_window(date(2011, 12, 30), zone="Pacific/Apia")
        days = windows.list_days(date(2011, 12, 29), date(2012, 1, 1), zone="Pacific/Apia")
        assert skipped.is_empty
        assert [day.day for day, _ in days] == [29, 31]

    def test_begin_where_a_missing_midnight_lets_them(self) -> None:
        window = windows.day_window(date(2024, 4, 26), zone="Africa/Cairo")
        assert window.starts_at == datetime(2024, 4, 25, 22, tzinfo=UTC)
        assert window.ends_at - window.starts_at == timedelta(hours=23)

    def test_fail_the_check_when_a_day_is_taken_for_24_hours(self) -> None:
        def days(window_of: Callable[..., Window]) -> Iterator[tuple[date, Window]]:
            day = FIRST
            while day < UNTIL:
                yield day, window_of(day, zone="Europe/Berlin")
                day += timedelta(days=1)

        assert tiling_faults(days(windows.day_window)) == 0
        assert tiling_faults(days(naive_day_window)) == 6


class TestTheEngine:
    @pytest.mark.parametrize("zone", ODD)
    def test_cuts_the_same_days_and_months(self, zone: str) -> None:
        """The calendar that SQL joins and the windows of the platform are one."""
        policy = replace(engine.default_policy(), zone=zone)
        first, last = _ms(date(2024, 1, 10)), _ms(date(2025, 1, 10))
        for row in engine.days(policy, first, last)[1:-1]:
            day = date(1970, 1, 1) + timedelta(days=row.day)
            window = windows.day_window(day, zone=zone)
            assert (_to_ms(window.starts_at), _to_ms(window.ends_at)) == (
                row.starts_at,
                row.ends_at,
            )
        for period in engine.periods(policy, first, last):
            window = windows.month_window(period.period, zone=zone)
            given = (_to_ms(window.starts_at), _to_ms(window.ends_at))
            assert given == (period.starts_at, period.ends_at)


class TestADeadline:
    SKEWS: Final = tuple(timedelta(minutes=minutes) for minutes in (-1440, -5, 0, 5, 1440))

    @pytest.mark.parametrize("skew", SKEWS)
    def test_does_not_come_early_on_a_worker_whose_clock_is_wrong(
        self, db: None, skew: timedelta
    ) -> None:
        """Clocks of workers differ by five minutes or jump by a day; the store's decides."""
        deadline = deadlines.database_now() + timedelta(seconds=60)
        with time_machine.travel(datetime.now(UTC) + skew, tick=True):
            assert not deadlines.is_due(deadline, at=deadlines.database_now())

    def test_comes_at_its_very_instant(self) -> None:
        deadline = windows.day_window(date(2026, 11, 22), zone="Asia/Shanghai").ends_at
        assert deadlines.is_due(deadline, at=deadline)
        assert not deadlines.is_due(deadline, at=deadline - INSTANT)

    def test_comes_early_when_each_worker_asks_its_own_clock(self, db: None) -> None:
        """The sabotage: with the worker's own clock, one that is five minutes ahead fires."""
        deadline = deadlines.database_now() + timedelta(seconds=60)
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=True):
            assert deadlines.is_due(deadline, at=datetime.now(UTC))


def _ms(day: date) -> int:
    return _to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _to_ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
