"""When a market lives: months, days and hours as integer weights, in Asia/Shanghai."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from wavepool.engine.worlds.plan import WorldPlanInvalid

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
ZONE_OFFSET_MS = 8 * HOUR_MS  # Asia/Shanghai has had no daylight saving time since 1991
CELLS = 65_536

# Exposures by hour of the day, in ten-thousandths: KuaiRand-27K, standard log.
HOURS = (
    *(330, 201, 128, 90, 81, 115, 213, 309, 358, 402, 448, 479),
    *(528, 532, 480, 489, 515, 544, 585, 617, 661, 686, 678, 531),
)
# Share of touches that fall into live rooms, by hour, in 1/1024: prime time is the evening.
LIVE_SHARE = (
    *(240, 160, 100, 70, 60, 60, 90, 130, 180, 230, 260, 260),
    *(260, 250, 260, 270, 280, 300, 350, 440, 540, 560, 520, 380),
)
SLOT_HOURS = 3
_WEEKDAYS = (94, 93, 93, 94, 100, 113, 113)  # Monday first; weekends as in KuaiRand's daily table
_MID_AUTUMN = {
    2022: (9, 10),
    2023: (9, 29),
    2024: (9, 17),
    2025: (10, 6),
    2026: (9, 25),
    2027: (9, 15),
    2028: (10, 3),
}


@dataclass(frozen=True)
class Season:
    """The months of a world; `_at` are epoch milliseconds UTC, ranges half-open."""

    periods: tuple[str, ...]
    starts_at: tuple[int, ...]
    ends_at: int
    dates: tuple[date, ...]

    @property
    def begins_at(self) -> int:
        """First millisecond of the season."""
        return self.starts_at[0]

    @property
    def days(self) -> int:
        """Number of local days."""
        return len(self.dates)


def season_of(start: str, months: int) -> Season:
    """Lay out the months from `start` (YYYY-MM).

    Raises:
        WorldPlanInvalid: `start` is no month between 2001 and 2098.

    >>> season_of("2022-09", 3).periods
    ('2022-09', '2022-10', '2022-11')
    """
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", start) or not 2001 <= int(start[:4]) <= 2098:
        raise WorldPlanInvalid("start", value=start, rule="YYYY-MM between 2001 and 2098")
    first = int(start[:4]) * 12 + int(start[5:]) - 1
    firsts = [date(*divmod_month(first + step), 1) for step in range(months + 1)]
    dates = tuple(firsts[0] + timedelta(days=n) for n in range((firsts[-1] - firsts[0]).days))
    return Season(
        periods=tuple(day.strftime("%Y-%m") for day in firsts[:-1]),
        starts_at=tuple(midnight_ms(day) for day in firsts[:-1]),
        ends_at=midnight_ms(firsts[-1]),
        dates=dates,
    )


def months_after(season: Season, count: int) -> list[str]:
    """Name the months that follow the season.

    >>> months_after(season_of("2022-09", 3), 2)
    ['2022-12', '2023-01']
    """
    first = int(season.periods[-1][:4]) * 12 + int(season.periods[-1][5:])
    return [f"{year}-{month:02}" for year, month in map(divmod_month, range(first, first + count))]


def divmod_month(month_no: int) -> tuple[int, int]:
    """Year and month of a running month number (year * 12 + month - 1)."""
    year, month = divmod(month_no, 12)
    return year, month + 1


def midnight_ms(day: date) -> int:
    """Local midnight of a day in Asia/Shanghai, epoch ms UTC."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * DAY_MS - ZONE_OFFSET_MS


def day_weight(day: date, *, sharpness: int) -> int:
    """How busy a local day is; 100 is an ordinary Friday.

    Args:
        sharpness: 1 for visits, 4 for orders: a festival draws buyers more than viewers.
    """
    lift = _festival(day)
    return _WEEKDAYS[day.weekday()] * (100 + lift * sharpness) // 100


def _festival(day: date) -> int:
    """Extra visits in percent: Double 11 and its warm-up, 12/12, 618, 9/9, mid-autumn."""
    if day.month == 11 and day.day <= 11:
        return 160 if day.day == 11 else 70 if day.day in {1, 10} else 25
    if (day.month, day.day) in {(12, 12), (6, 18)}:
        return 110
    if (day.month, day.day) == (9, 9):
        return 35
    autumn = _MID_AUTUMN.get(day.year)
    if autumn and 0 <= (date(day.year, *autumn) - day).days <= 3:
        return 25
    return 0


def hour_cells(season: Season, *, sharpness: int, evening: bool = False) -> list[tuple[int, int]]:
    """Cut the season into 65,536 cells of equal probability.

    Args:
        sharpness: as in `day_weight`.
        evening: weigh hours by live viewing, not by all viewing.

    Returns:
        (cell, hour of the season), in the order of the cells; hours never fall.
    """
    hours = [x * y for x, y in zip(HOURS, LIVE_SHARE, strict=True)] if evening else list(HOURS)
    weights = [
        day_weight(day, sharpness=sharpness) * hour for day in season.dates for hour in hours
    ]
    return list(enumerate(spread(weights, CELLS)))


def spread(weights: list[int], cells: int) -> list[int]:
    """Index of the weight that each of `cells` equal steps of the running total falls into.

    >>> spread([1, 2, 1], 4)
    [0, 1, 1, 2]
    """
    ends = list(accumulate(weights))
    return [bisect_right(ends, (2 * cell + 1) * ends[-1] // (2 * cells)) for cell in range(cells)]
