"""Write a day's board: counted outside transactions, replaced in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from wavepool.domains.insights.models import BoardDay, BoardFigure, CreatorDay
from wavepool.domains.insights.operations.board import count_board, mark_days, reach_of
from wavepool.domains.insights.operations.board.counting import REACH_DAYS, Counted
from wavepool.domains.insights.operations.reading import FactReader
from wavepool.domains.insights.queries import WINDOWS, last_finished_day
from wavepool.domains.people import queries as people
from wavepool.plumbing.errors import PlatformError

#: How long a day is counted again when late facts arrive.
LATE_DAYS: Final = 35
#: A year is counted once, on the morning after; recounting each of 35 days would read 35 years.
LATE_WINDOWS: Final = tuple(window for window in WINDOWS if window != "year")
_BATCH: Final = 1_000


class DayNotOver(PlatformError):
    """A day that still goes on has no board."""

    kind: ClassVar[str] = "insights.day_not_over"
    status: ClassVar[int] = 422

    def __init__(self, day: date) -> None:
        super().__init__(_("This day is not over yet."), pointer="/day")
        self.day = day


def build_board(
    *,
    day: date,
    read: FactReader,
    zone: str,
    as_of: datetime,
    windows: Sequence[str] = WINDOWS,
) -> BoardDay:
    """Count a day's board and put it in the place of what stood there.

    Done twice with the same facts it leaves the same rows. Windows that are not named stay.

    Args:
        day: a local day that is over.
        read: gives the facts of `[first, end)`.
        zone: in which days begin.
        as_of: now.
        windows: what to count.

    Raises:
        DayNotOver: the day is not over at `as_of`.
    """
    if day > last_finished_day(as_of, zone=zone):
        raise DayNotOver(day)
    facts = read(*reach_of(day, windows, reach_days=REACH_DAYS))
    counted = count_board(facts, day=day, windows=windows, zone=zone)
    mark = mark_days(facts, first=day, end=day + timedelta(days=1), zone=zone)[day]
    known = frozenset(people.list_creators().values_list("pk", flat=True))
    with transaction.atomic():
        BoardFigure.objects.filter(day=day, window__in=windows).delete()
        CreatorDay.objects.filter(day=day).delete()
        BoardFigure.objects.bulk_create(_figures(day, counted), batch_size=_BATCH)
        CreatorDay.objects.bulk_create(_creator_days(day, counted, known), batch_size=_BATCH)
        found, _is_new = BoardDay.objects.update_or_create(
            day=day,
            defaults={
                "built_at": as_of,
                "mark": mark,
                "touch_count": counted.touch_count,
                "line_count": counted.line_count,
            },
        )
    return found


def find_late_days(*, read: FactReader, zone: str, as_of: datetime) -> tuple[date, ...]:
    """The days to count now: from the first whose facts changed since, up to yesterday.

    A later day's longer windows hold the changed day, so it is counted again as well. None
    where nothing changed and yesterday is there.
    """
    last = last_finished_day(as_of, zone=zone)
    first, end = last - timedelta(days=LATE_DAYS - 1), last + timedelta(days=1)
    marks = mark_days(read(first, end), first=first, end=end, zone=zone)
    known = dict(BoardDay.objects.filter(day__gte=first).values_list("day", "mark"))
    changed = [day for day, mark in marks.items() if known.get(day, "") != mark]
    if not changed and last in known:
        return ()
    start = min(changed, default=last)
    return tuple(start + timedelta(days=number) for number in range((last - start).days + 1))


def _figures(day: date, counted: Counted) -> Iterator[BoardFigure]:
    for each in counted.figures:
        yield BoardFigure(
            day=day,
            window=each.window,
            metric=each.metric,
            dimension=each.dimension,
            part=each.part,
            currency=each.currency,
            value=each.value,
            earlier=each.earlier,
        )


def _creator_days(day: date, counted: Counted, known: frozenset[int]) -> Iterator[CreatorDay]:
    # Facts may name a creator who is not here: a touch of an older platform, taken over as it was.
    for each in counted.creator_rows:
        if each.creator_id in known:
            yield CreatorDay(
                creator_id=each.creator_id,
                day=day,
                currency=each.currency,
                views_pv=each.views_pv,
                viewers_uv=each.viewers_uv,
                watch_ms=each.watch_ms,
                new_followers=each.new_followers,
                orders=each.orders,
                gmv_guided=each.gmv_guided,
            )
