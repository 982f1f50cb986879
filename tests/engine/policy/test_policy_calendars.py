from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from wavepool.engine.policy import (
    DayRow,
    HourRow,
    PeriodRow,
    Policy,
    SpanBackwards,
    UnknownZone,
    calendars,
    days,
    default_policy,
    hours,
    periods,
)

DEFAULT = default_policy()
QUARTER_MS = 900_000

# Zone and the first of three years; what makes it hard lies in them, mostly in the second.
TRICKY = [
    ("Africa/Cairo", 2013),  # midnight leaps forward, clocks twice a year around Ramadan
    ("Africa/Casablanca", 2018),  # turns to permanent summer time with pauses
    ("America/Asuncion", 2016),  # midnight of 1 October 2017 is missing
    ("America/Caracas", 2015),  # half an hour off, then leaps half an hour
    ("America/Havana", 2011),  # midnight comes twice in autumn
    ("America/Nuuk", 2022),  # goes forward at 22:00 and skips an autumn
    ("America/Santiago", 2018),  # midnight is missing every spring
    ("America/Sao_Paulo", 2017),  # midnight is missing every spring
    ("America/St_Johns", 2008),  # goes back at 00:01, to the day before
    ("Antarctica/Troll", 2015),  # two hours of summer time
    ("Asia/Amman", 2020),  # midnight is missing, then summer time for good
    ("Asia/Beirut", 2021),  # midnight is missing every spring
    ("Asia/Gaza", 2014),  # goes forward at midnight, back at midnight
    ("Asia/Kathmandu", 2021),  # 45 minutes
    ("Asia/Kolkata", 2021),  # 30 minutes
    ("Asia/Pyongyang", 2017),  # 23:30 leaps to midnight
    ("Asia/Shanghai", 2021),
    ("Asia/Tehran", 2020),  # half an hour off, midnight is missing in spring
    ("Atlantic/Azores", 2021),  # midnight leaps forward, one comes twice
    ("Australia/Eucla", 2021),  # 8 h 45
    ("Australia/Lord_Howe", 2021),  # half an hour of summer time
    ("Pacific/Apia", 2010),  # 30 December 2011 never was
    ("Pacific/Chatham", 2021),  # 12 h 45 with summer time
    ("UTC", 2021),
]


def in_zone(zone: str) -> Policy:
    return replace(DEFAULT, zone=zone)


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc, arg-type]


def day_number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


def one_day(zone: str, year: int, month: int, day: int) -> list[DayRow]:
    noon = ms(year, month, day, 12)
    rows = days(in_zone(zone), noon - 86_400_000, noon + 86_400_000)
    return [row for row in rows if row.day == day_number(year, month, day)]


class TestPeriods:
    def test_are_the_months_of_the_zone(self) -> None:
        assert periods(DEFAULT, ms(2022, 1, 31, 15, 59), ms(2022, 2, 28, 16)) == (
            PeriodRow("2022-01", ms(2021, 12, 31, 16), ms(2022, 1, 31, 16)),
            PeriodRow("2022-02", ms(2022, 1, 31, 16), ms(2022, 2, 28, 16)),
            PeriodRow("2022-03", ms(2022, 2, 28, 16), ms(2022, 3, 31, 16)),
        )

    def test_hold_a_first_instant_and_not_the_next_ones(self) -> None:
        starts_at = ms(2022, 1, 31, 16)
        assert [row.period for row in periods(DEFAULT, starts_at, starts_at)] == ["2022-02"]
        assert [row.period for row in periods(DEFAULT, starts_at - 1, starts_at - 1)] == ["2022-01"]

    def test_begin_after_a_midnight_that_is_missing(self) -> None:
        october = periods(in_zone("America/Asuncion"), ms(2017, 10, 9), ms(2017, 10, 9))
        assert october == (PeriodRow("2017-10", ms(2017, 10, 1, 4), ms(2017, 11, 1, 3)),)

    def test_stay_begun_when_the_clock_goes_back_to_the_month_before(self) -> None:
        zone = in_zone("America/St_Johns")
        november = ms(2009, 11, 1, 2, 30)  # 00:00; a minute later it is 23:01 on 31 October
        assert [row.period for row in periods(zone, november, november)] == ["2009-11"]
        later = november + 3 * QUARTER_MS
        assert [row.period for row in periods(zone, later, later)] == ["2009-11"]

    def test_span_the_years_that_the_contract_allows(self) -> None:
        rows = periods(DEFAULT, 946_684_800_000, 4_102_444_799_999)
        assert (rows[0].period, rows[-1].period, len(rows)) == ("2000-01", "2100-01", 1201)

    def test_refuse_a_span_that_runs_backwards(self) -> None:
        with pytest.raises(SpanBackwards, match="no span runs from 5 to 4"):
            periods(DEFAULT, 5, 4)
        with pytest.raises(SpanBackwards):
            hours(DEFAULT, -1, 4)

    def test_refuse_a_zone_that_does_not_exist(self) -> None:
        with pytest.raises(UnknownZone, match=r"there is no time zone '\.\./etc/passwd'"):
            periods(in_zone("../etc/passwd"), 0, 1)


class TestDays:
    @pytest.mark.parametrize(
        ("zone", "day", "starts_at", "length_minutes"),
        [
            ("Asia/Shanghai", (2022, 3, 1), ms(2022, 2, 28, 16), 1440),
            ("Asia/Kathmandu", (2022, 3, 1), ms(2022, 2, 28, 18, 15), 1440),
            ("America/Sao_Paulo", (2018, 11, 4), ms(2018, 11, 4, 3), 1380),
            ("America/Sao_Paulo", (2018, 2, 17), ms(2018, 2, 17, 2), 1500),
            ("America/Havana", (2012, 11, 4), ms(2012, 11, 4, 4), 1500),
            ("Australia/Lord_Howe", (2022, 4, 3), ms(2022, 4, 2, 13), 1470),
            ("Australia/Lord_Howe", (2022, 10, 2), ms(2022, 10, 1, 13, 30), 1410),
            ("Antarctica/Troll", (2016, 3, 27), ms(2016, 3, 27), 1320),
            ("Asia/Pyongyang", (2018, 5, 4), ms(2018, 5, 3, 15, 30), 1410),
            ("America/St_Johns", (2009, 11, 1), ms(2009, 11, 1, 2, 30), 1500),
        ],
    )
    def test_begin_and_last_as_the_zone_says(
        self, zone: str, day: tuple[int, int, int], starts_at: int, length_minutes: int
    ) -> None:
        (row,) = one_day(zone, *day)
        assert (row.starts_at, (row.ends_at - row.starts_at) // 60_000) == (
            starts_at,
            length_minutes,
        )

    def test_leave_out_a_date_that_never_was(self) -> None:
        assert one_day("Pacific/Apia", 2011, 12, 30) == []
        (before,), (after,) = (one_day("Pacific/Apia", 2011, 12, day) for day in (29, 31))
        assert before.ends_at == after.starts_at == ms(2011, 12, 30, 10)


class TestHours:
    def test_are_quarters_with_day_hour_and_band(self) -> None:
        starts_at = ms(2022, 2, 28, 15, 45)
        quarter = starts_at // QUARTER_MS
        assert hours(DEFAULT, starts_at, starts_at + QUARTER_MS) == (
            HourRow(quarter, day_number(2022, 2, 28), 23, 3),
            HourRow(quarter + 1, day_number(2022, 3, 1), 0, 0),
        )

    def test_cut_an_hour_at_the_quarter_where_a_zone_does(self) -> None:
        starts_at = ms(2022, 2, 28, 18, 0)
        rows = hours(in_zone("Asia/Kathmandu"), starts_at, starts_at + QUARTER_MS)
        assert [row.hour for row in rows] == [23, 0]

    def test_put_each_hour_into_its_band(self) -> None:
        cells = replace(DEFAULT.value.cells, hour_bands=(0, 9, 22))
        policy = replace(DEFAULT, zone="UTC", value=replace(DEFAULT.value, cells=cells))
        rows = hours(policy, ms(2022, 1, 1), ms(2022, 1, 1, 23, 59))
        assert [row.band for row in rows[::4]] == [0] * 9 + [1] * 13 + [2] * 2

    def test_hold_the_quarter_of_both_ends(self) -> None:
        starts_at = ms(2022, 1, 1)
        assert len(hours(DEFAULT, starts_at, starts_at)) == 1
        assert len(hours(DEFAULT, starts_at + QUARTER_MS - 1, starts_at + QUARTER_MS)) == 2


class TestCalendar:
    @pytest.mark.parametrize(("zone", "year"), TRICKY)
    def test_puts_each_quarter_into_one_day_and_one_period(self, zone: str, year: int) -> None:
        policy = in_zone(zone)
        check_seamless(policy, first_ms=ms(year, 1, 1), last_ms=ms(year + 3, 1, 1) - 1)
        second = {"first_ms": ms(year + 1, 1, 1), "last_ms": ms(year + 2, 1, 1) - 1}
        assert disagreements(policy, **second) == 0

    def test_would_fail_with_the_wall_clock_date_of_each_quarter(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calendars, "max", latest, raising=False)
        span = {"first_ms": ms(2009, 11, 1), "last_ms": ms(2009, 11, 2)}
        assert disagreements(in_zone("America/St_Johns"), **span) == 3

    def test_does_not_depend_on_where_a_span_begins(self) -> None:
        zone = in_zone("America/St_Johns")
        first_ms, last_ms = ms(2009, 10, 31), ms(2009, 11, 2)
        whole = hours(zone, first_ms, last_ms)
        for skipped in range(0, len(whole), 7):
            part = hours(zone, first_ms + skipped * QUARTER_MS, last_ms)
            assert part == whole[skipped:]


def check_seamless(policy: Policy, *, first_ms: int, last_ms: int) -> None:
    """Days and periods are intervals without gap or overlap, and a period begins with a day."""
    day_rows, period_rows = days(policy, first_ms, last_ms), periods(policy, first_ms, last_ms)
    for rows in (day_rows, period_rows):
        assert rows[0].starts_at <= first_ms
        assert rows[-1].ends_at > last_ms
        assert all(row.starts_at < row.ends_at for row in rows)
        assert all(row.starts_at % QUARTER_MS == 0 for row in rows)
        assert all(before.ends_at == after.starts_at for before, after in pairwise(rows))
    month_of = {row.starts_at: row.period for row in day_rows}
    for row in period_rows[1:]:
        assert month_of[row.starts_at] == row.period
    for day in day_rows:
        (period,) = [row for row in period_rows if row.starts_at <= day.starts_at < row.ends_at]
        assert (day.period, day.ends_at <= period.ends_at) == (period.period, True)


def disagreements(policy: Policy, *, first_ms: int, last_ms: int) -> int:
    """Count the quarters whose day is not the one in whose interval they lie."""
    hour_rows = hours(policy, first_ms, last_ms)
    quarters, found, _, _ = zip(*hour_rows, strict=True)
    assert list(quarters) == list(range(first_ms // QUARTER_MS, last_ms // QUARTER_MS + 1))
    expected = [
        row.day
        for row in days(policy, first_ms, last_ms)
        for _ in range(max(row.starts_at, first_ms), min(row.ends_at, last_ms + 1), QUARTER_MS)
    ]
    return sum(day != other for day, other in zip(found, expected, strict=True))


def latest(*values: Any) -> Any:
    """Stand in for `max` and return the last value instead of the greatest."""
    return list(values[0] if len(values) == 1 else values)[-1]
