"""Yesterday's board is counted by itself before it is promised, and a killed count goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from domains.insights.small_day import DAY, MORNING, ZONE, touch_table
from domains.insights.test_insights_building import Small
from wavepool.domains.insights import operations, queries, tasks
from wavepool.domains.insights.models import BoardDay
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker, enqueue, retry, schedule
from wavepool.plumbing.models import Job
from worlds.cast import World

NAME = operations.BUILD_BOARD


@pytest.fixture
def small(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Small:
    settings.OPERATOR_ZONE = ZONE
    small = Small(world)
    # The first fact is that of three days before.
    small.changes = {"touches": touch_table().slice(0, 7)}

    def read(first: date, end: date) -> operations.Facts:
        return small.read(first, end)

    monkeypatch.setattr(tasks.operations, "read_facts", read)
    return small


def run(key: str = "night", **payload: str) -> Job:
    job = enqueue(NAME, key=key, actor=MACHINE, payload=payload, at=MORNING)
    Worker(clock=lambda: MORNING, sleep=lambda _s: None, beat_s=None).run_until_idle()
    job.refresh_from_db()
    return job


def built() -> list[date]:
    return list(BoardDay.objects.order_by("day").values_list("day", flat=True))


class TestTheNight:
    def test_begins_before_the_board_is_promised(self) -> None:
        (rule,) = (each for each in schedule.rules() if each.name == NAME)
        slot = rule.next_after(datetime(2026, 11, 10, 12, tzinfo=UTC))
        assert slot == datetime(2026, 11, 10, 21, 30, tzinfo=UTC)  # 05:30 in Shanghai

    def test_counts_every_day_since_the_first_fact(self, small: Small) -> None:
        job = run()
        assert (job.state, job.result) == (Job.State.DONE, {"days": 4})
        assert built() == [DAY - timedelta(days=number) for number in range(3, -1, -1)]
        assert queries.board_state(at=MORNING).name == "fresh"

    def test_counts_a_year_for_yesterday_alone(self, small: Small) -> None:
        run()
        before = DAY - timedelta(days=1)
        assert queries.get_board(DAY, window="year").read("views_pv").value == 7
        assert queries.get_board(before, window="year").read("views_pv").value is None
        assert queries.get_board(before, window="d28").read("views_pv").value == 3

    def test_counts_nothing_twice(self, small: Small) -> None:
        run()
        assert run("again").result == {"days": 0}

    def test_counts_again_from_the_day_that_got_late_facts(self, small: Small) -> None:
        run()
        small.changes |= {"refunds": pa.table({"line_id": [1, 5], "refund_minor": [4_000, 100]})}
        assert run("again").result == {"days": 2}
        board = queries.get_board(DAY, window="week", currency="USD")
        assert board.read("gmv_refunded").value == 100

    def test_counts_a_day_that_is_asked_for(self, small: Small) -> None:
        day = DAY - timedelta(days=3)
        assert run(day=day.isoformat()).result == {"days": 1}
        assert built() == [day]

    def test_goes_on_where_it_was_stopped(self, small: Small) -> None:
        """The second day meets a fault; the retry counts it and those after it, none before."""
        honest, asked = small.read, []

        def read(first: date, end: date) -> operations.Facts:
            asked.append(end)
            if len(asked) == 3:  # one look for late days, one day
                raise OSError("the lake is away")
            return honest(first, end)

        small.read = read  # type: ignore[method-assign]
        job = enqueue(NAME, key="night", actor=MACHINE, at=MORNING)
        worker = Worker(clock=lambda: MORNING, sleep=lambda _s: None, beat_s=None)
        worker.run_until_idle()
        job.refresh_from_db()
        assert job.state == Job.State.FAILED
        assert len(built()) == 1
        from_there = len(asked)
        retry(job.public_id, actor=MACHINE, at=MORNING)
        worker.run_until_idle()
        job.refresh_from_db()
        assert (job.state, job.result) == (Job.State.DONE, {"days": 3})
        assert len(asked) - from_there == 3
        assert len(built()) == 4
