"""Boards as they were counted, and how fresh they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.insights.models import BoardDay, BoardFigure, CreatorDay
from wavepool.domains.insights.queries.dictionary import Metric, get_metric
from wavepool.plumbing.states import State
from wavepool.plumbing.windows import day_of

#: By when yesterday's board is promised, in the operator's zone.
PROMISED_AT: Final = time(8, 0)
COURSE_DAYS: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure of a board with the entry of the dictionary that defines it.

    Attributes:
        value, earlier: for the window, and for the one before; None is not known.
        currency: of money, else "".
        part: which part of a dimension, "" of the whole.
        course: the last days' values, oldest first, where they were asked for.
    """

    metric: Metric
    value: int | None
    earlier: int | None = None
    currency: str = ""
    part: str = ""
    course: tuple[int | None, ...] = field(default=())

    @property
    def delta_ppm(self) -> int | None:
        """The change against the window before, in whole tenths of a percent; None where unknown."""
        return change_ppm(self.value, self.earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One window of a day's board in one currency.

    Attributes:
        day: the window's last day.
        built_at: when it was counted; None where it was not.
        figures: value and the one before, by (metric, dimension, part, currency).
    """

    day: date
    window: str
    currency: str
    currencies: tuple[str, ...]
    built_at: datetime | None
    figures: Mapping[tuple[str, str, str, str], tuple[int | None, int | None]]

    @property
    def is_built(self) -> bool:
        """Whether the day was counted."""
        return self.built_at is not None

    def read(self, metric_id: str, *, dimension: str = "all", part: str = "") -> Reading:
        """A figure of the board; one that was not counted has no value."""
        metric = get_metric(metric_id)
        # Counts are those of all currencies; money, and rates of money, have their own.
        places = (self.currency,) if metric.unit == "money" else ("", self.currency)
        currency = places[-1]
        found: tuple[int | None, int | None] = (None, None)
        for currency in places:
            if (key := (metric_id, dimension, part, currency)) in self.figures:
                found = self.figures[key]
                break
        value, earlier = found
        return Reading(metric=metric, value=value, earlier=earlier, currency=currency, part=part)

    def parts(self, dimension: str) -> tuple[str, ...]:
        """The parts of a dimension in which anything happened, organic last."""
        found = {part for _metric, name, part, _currency in self.figures if name == dimension}
        return tuple(sorted(found, key=lambda part: (part == "organic", part == "unknown", part)))


def change_ppm(value: int | None, earlier: int | None) -> int | None:
    """A change in whole tenths of a percent, rounded towards none; None where unknown.

    >>> change_ppm(4, 3), change_ppm(2, 3), change_ppm(4, 0)
    (333000, -333000, None)
    """
    if value is None or not earlier:
        return None
    tenths = abs(value - earlier) * 1_000 // earlier
    return (tenths if value >= earlier else -tenths) * 1_000


def last_finished_day(at: datetime, *, zone: str = "") -> date:
    """The last local day that is over."""
    return day_of(at, zone=zone or settings.OPERATOR_ZONE) - timedelta(days=1)


def get_board(day: date, *, window: str, currency: str = "") -> Board:
    """A day's board for a window; two queries.

    Args:
        currency: the money shown; by default the one with the most sales.
    """
    built = BoardDay.objects.filter(day=day).first()
    rows = list(
        BoardFigure.objects.filter(day=day, window=window).values_list(
            "metric", "dimension", "part", "currency", "value", "earlier"
        )
    )
    sales = {
        row[3]: (row[4] or 0) + (row[5] or 0) for row in rows if row[:2] == ("gmv_paid", "all")
    }
    currencies = tuple(sorted(sales, key=lambda name: (-sales[name], name)))
    if currency not in currencies:
        currency = currencies[0] if currencies else ""
    return Board(
        day=day,
        window=window,
        currency=currency,
        currencies=currencies,
        built_at=built.built_at if built else None,
        figures={row[:4]: (row[4], row[5]) for row in rows},
    )


def days_built() -> tuple[date, date] | None:
    """The first and the last day that have a board, or None."""
    found = BoardDay.objects.aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None


def get_courses(
    metric_ids: Iterable[str], *, until: date, currency: str, days: int = COURSE_DAYS
) -> Mapping[str, tuple[int | None, ...]]:
    """The whole day's value of some metrics on each of the last days, oldest first; one query."""
    ids = tuple(metric_ids)
    first = until - timedelta(days=days - 1)
    rows = BoardFigure.objects.filter(
        metric__in=ids, window="day", dimension="all", part="", day__gte=first, day__lte=until
    ).filter(currency__in={"", currency})
    found = {
        (metric, day): value
        for metric, day, _currency, value in rows.order_by("currency").values_list(
            "metric", "day", "currency", "value"
        )
    }
    every_day = [first + timedelta(days=number) for number in range(days)]
    return {name: tuple(found.get((name, day)) for day in every_day) for name in ids}


def board_state(*, at: datetime, zone: str = "") -> State:
    """Whether yesterday's board is there, as its badge shows it."""
    zone = zone or settings.OPERATOR_ZONE
    wanted = last_finished_day(at, zone=zone)
    newest = BoardDay.objects.order_by("-day").first()
    if newest is not None and newest.day >= wanted:
        return State(
            name="fresh",
            label=_("Up to date"),
            tone="ok",
            why=_("Yesterday is counted."),
        )
    promised = datetime.combine(wanted + timedelta(days=1), PROMISED_AT, tzinfo=ZoneInfo(zone))
    if at < promised:
        return State(
            name="waiting",
            label=_("Being counted"),
            tone="info",
            why=_("Yesterday's board is promised for 08:00."),
            until=promised,
        )
    return State(
        name="stale",
        label=_("Stale"),
        tone="warning",
        why=_("Yesterday's board is not there; the newest that was counted is shown."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorCourse:
    """A creator's last 28 days and the sum of the 28 before, of one metric.

    Viewers are not added up over days: their value is that of the last day.
    """

    metric: Metric
    currency: str
    value: int
    earlier: int
    course: tuple[int, ...]


def get_creator_courses(creator_id: int, *, until: date) -> tuple[CreatorCourse, ...]:
    """What a creator's content did on the last 28 days, up to a day; one query."""
    first = until - timedelta(days=2 * COURSE_DAYS - 1)
    rows = CreatorDay.objects.filter(creator_id=creator_id, day__gte=first, day__lte=until)
    found = list(rows.order_by("day", "currency"))
    days = [first + timedelta(days=number) for number in range(2 * COURSE_DAYS)]
    courses = [_course(found, name, "", days) for name in ("views_pv", "watch_ms", "new_followers")]
    for currency in sorted({row.currency for row in found} - {""}):
        courses += [_course(found, name, currency, days) for name in ("gmv_guided", "orders")]
    return tuple(courses)


def sum_creator_days(*, first: date, end: date) -> Mapping[str, int]:
    """What all creators' days of `[first, end)` add up to, for each currency; to hold pages together."""
    rows = CreatorDay.objects.filter(day__gte=first, day__lt=end).exclude(currency="")
    sums = rows.values("currency").annotate(total=Sum("gmv_guided")).order_by("currency")
    return {row["currency"]: row["total"] for row in sums}


def _course(
    rows: Sequence[CreatorDay], name: str, currency: str, days: Sequence[date]
) -> CreatorCourse:
    by_day = {row.day: getattr(row, name) for row in rows if row.currency == currency}
    values = [by_day.get(day, 0) for day in days]
    return CreatorCourse(
        metric=get_metric(name),
        currency=currency,
        value=sum(values[COURSE_DAYS:]),
        earlier=sum(values[:COURSE_DAYS]),
        course=tuple(values[COURSE_DAYS:]),
    )
