"""A day's board in the store: once, again, late, and never before the day is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from domains.insights.small_day import DAY, MORNING, ZONE, line_table, small_facts
from wavepool.domains.insights import operations, queries
from wavepool.domains.insights.models import BoardDay, BoardFigure, CreatorDay
from wavepool.domains.people.models import Creator
from worlds.cast import World

NOON_AFTER = MORNING + timedelta(hours=6)  # 12:00 in Shanghai


class Small:
    """The small day's facts for whoever asks, and what was asked."""

    def __init__(self, world: World) -> None:
        self.fen = Creator.objects.create(handle="fen", name="Fen's farm", kind="farmer")
        self.ids = {"ada": world.creator.pk, "fen": self.fen.pk}
        self.changes: dict[str, Any] = {}
        self.asked: list[tuple[date, date]] = []

    def read(self, first: date, end: date) -> operations.Facts:
        self.asked.append((first, end))
        return small_facts(**self.ids, **self.changes)

    def build(self, day: date = DAY, **changes: Any) -> BoardDay:
        how = {"read": self.read, "zone": ZONE, "as_of": MORNING, **changes}
        return operations.build_board(day=day, **how)

    def late(self) -> tuple[date, ...]:
        return operations.find_late_days(read=self.read, zone=ZONE, as_of=MORNING)


@pytest.fixture
def small(world: World) -> Small:
    return Small(world)


def every_row() -> list[tuple[Any, ...]]:
    names = ("day", "window", "metric", "dimension", "part", "currency", "value", "earlier")
    return sorted(BoardFigure.objects.values_list(*names), key=str)


class TestBuildBoard:
    def test_keeps_what_was_counted(self, small: Small) -> None:
        small.build()
        board = queries.get_board(DAY, window="day")
        assert (board.currency, board.currencies) == ("CNY", ("CNY", "USD"))
        shown = [board.read(name).value for name in ("dau", "views_pv", "gmv_paid", "gmv_net")]
        assert shown == [3, 4, 20_000, 11_000]
        assert board.read("gmv_paid", dimension="tier", part="mid").value == 15_000
        built = BoardDay.objects.get()
        assert (built.touch_count, built.line_count, built.built_at) == (4, 4, MORNING)

    def test_done_twice_leaves_the_same_rows(self, small: Small) -> None:
        small.build()
        first = every_row()
        small.build()
        assert every_row() == first
        assert BoardDay.objects.count() == 1

    def test_keeps_each_creators_day(self, small: Small, world: World) -> None:
        small.build()
        rows = CreatorDay.objects.order_by("creator__handle", "currency").values_list(
            "creator__handle", "currency", "views_pv", "watch_ms", "orders", "gmv_guided"
        )
        assert list(rows) == [
            ("ada", "", 2, 70_000, 0, 0),
            ("ada", "CNY", 0, 0, 1, 3_000),
            ("fen", "", 2, 35_000, 0, 0),
            ("fen", "CNY", 0, 0, 1, 15_000),
        ]

    def test_leaves_out_creators_who_are_not_here(self, small: Small) -> None:
        small.ids["fen"] = 987_654
        small.build()
        assert set(CreatorDay.objects.values_list("creator__handle", flat=True)) == {"ada"}
        assert queries.get_board(DAY, window="day").read("gmv_paid").value == 20_000

    def test_replaces_only_the_windows_it_counts(self, small: Small) -> None:
        small.build()
        small.changes = {"order_lines": line_table([(1, 1, 1, "CNY", 99, 0, None)])}
        small.build(windows=operations.LATE_WINDOWS)
        assert queries.get_board(DAY, window="d28").read("orders").value == 0
        assert queries.get_board(DAY, window="year").read("orders").value == 4

    def test_asks_for_two_windows_and_the_reach_of_a_touch(self, small: Small) -> None:
        small.build(windows=("day",))
        assert small.asked == [(DAY - timedelta(days=16), DAY + timedelta(days=1))]

    def test_of_a_day_that_goes_on_is_refused(self, small: Small) -> None:
        evening = datetime(2026, 11, 10, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
        with pytest.raises(operations.DayNotOver):
            small.build(as_of=evening)
        assert not BoardDay.objects.exists()
        small.build(as_of=evening + timedelta(minutes=1))


class TestLateDays:
    def test_of_a_new_store_begin_with_the_first_fact(self, small: Small) -> None:
        days = small.late()
        assert (days[0], days[-1], len(days)) == (DAY - timedelta(days=10), DAY, 11)

    def test_are_none_when_nothing_changed(self, small: Small) -> None:
        for day in small.late():
            small.build(day)
        assert small.late() == ()

    def test_begin_with_the_day_of_a_late_refund(self, small: Small) -> None:
        for day in small.late():
            small.build(day)
        small.changes = {"refunds": pa.table({"line_id": [1, 5], "refund_minor": [4_000, 100]})}
        assert small.late() == (DAY - timedelta(days=1), DAY)
        for day in small.late():
            small.build(day)
        assert small.late() == ()
        board = queries.get_board(DAY - timedelta(days=1), window="day")
        assert (board.currency, board.read("gmv_refunded").value) == ("USD", 100)

    def test_are_yesterday_alone_where_nothing_ever_happened(self, small: Small) -> None:
        nothing: list[Any] = []
        small.changes = dict.fromkeys(
            ("touches", "order_lines", "refunds", "cancellations", "sessions"), nothing
        )
        assert small.late() == (DAY,)


class TestFreshness:
    def test_is_fresh_stale_or_waited_for(self, small: Small) -> None:
        assert queries.board_state(at=MORNING, zone=ZONE).name == "waiting"  # 06:00
        assert queries.board_state(at=MORNING + timedelta(hours=2), zone=ZONE).name == "stale"
        small.build()
        assert queries.board_state(at=NOON_AFTER, zone=ZONE).name == "fresh"
        next_noon = NOON_AFTER + timedelta(days=1)
        assert queries.board_state(at=next_noon, zone=ZONE).name == "stale"


class TestReadings:
    def test_tell_their_change_in_tenths_of_a_percent(self, small: Small) -> None:
        small.build()
        board = queries.get_board(DAY, window="day")
        assert board.read("views_pv").delta_ppm == 1_000_000
        assert board.read("viewers_uv").delta_ppm == 500_000
        assert board.read("watch_per_viewer_ms").delta_ppm == 2_333_000
        assert board.read("gmv_paid").delta_ppm is None  # nothing to compare with

    def test_of_what_was_not_counted_are_unknown_not_zero(self, small: Small) -> None:
        small.build()
        board = queries.get_board(DAY, window="day", currency="USD")
        assert board.currency == "USD"
        assert board.read("aov").value is None
        assert board.read("gmv_paid").value == 0
        assert queries.get_board(DAY + timedelta(days=1), window="day").read("dau").value is None


class TestTheStore:
    @pytest.mark.parametrize(
        "wrong",
        [{"window": "month"}, {"part": "head"}, {"value": -1}, {"earlier": -1}],
    )
    def test_refuses_figures_that_cannot_be(self, db: None, wrong: dict[str, Any]) -> None:
        row = {"day": DAY, "window": "day", "metric": "dau", "dimension": "all", "value": 1}
        BoardFigure.objects.create(**row)
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardFigure.objects.create(**{**row, "metric": "views_pv", **wrong})

    def test_refuses_a_second_figure_of_one_place(self, db: None) -> None:
        row = {"day": DAY, "window": "day", "metric": "dau", "dimension": "all", "value": 1}
        BoardFigure.objects.create(**row)
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardFigure.objects.create(**row)

    def test_refuses_traffic_in_a_row_of_sales(self, world: World) -> None:
        for wrong in ({"currency": "CNY", "views_pv": 1}, {"currency": "", "orders": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CreatorDay.objects.create(creator=world.creator, day=DAY, **wrong)


class TestCreatorCourses:
    def test_hold_the_board_and_the_studio_together(self, small: Small) -> None:
        """What all creators were told adds up to the guided sales of the board."""
        small.build()
        end = DAY + timedelta(days=1)
        whole = queries.get_board(DAY, window="day").read("gmv_guided").value
        assert queries.sum_creator_days(first=DAY, end=end) == {"CNY": whole} == {"CNY": 18_000}

    def test_see_when_they_do_not(self, small: Small) -> None:
        """Sabotage: a day of a creator that lost its row is found by the same sum."""
        small.build()
        CreatorDay.objects.filter(creator=small.fen, currency="CNY").delete()
        whole = queries.get_board(DAY, window="day").read("gmv_guided").value
        end = DAY + timedelta(days=1)
        assert queries.sum_creator_days(first=DAY, end=end) != {"CNY": whole}

    def test_add_up_28_days_and_the_28_before(self, small: Small, world: World) -> None:
        small.build()
        day = DAY - timedelta(days=28)
        CreatorDay.objects.create(creator=world.creator, day=day, views_pv=8)
        found = {
            (each.metric.id, each.currency): each
            for each in queries.get_creator_courses(world.creator.pk, until=DAY)
        }
        views = found["views_pv", ""]
        assert (views.value, views.earlier, views.course[-1], len(views.course)) == (2, 8, 2, 28)
        assert found["gmv_guided", "CNY"].value == 3_000


def test_a_day_begins_where_its_zone_says(small: Small) -> None:
    """Sabotage: with the borders of another zone the numbers are others."""
    small.build(day=DAY - timedelta(days=1))
    assert queries.get_board(DAY - timedelta(days=1), window="day").read("views_pv").value == 2
    small.build(day=DAY - timedelta(days=1), zone="America/New_York")
    assert queries.get_board(DAY - timedelta(days=1), window="day").read("views_pv").value == 6
