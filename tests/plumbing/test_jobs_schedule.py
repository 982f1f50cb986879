"""Periodic work: when it is due, and that each tick runs once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from plumbing.job_runs import NOW, work_named, worker
from wavepool.plumbing.jobs import schedule
from wavepool.plumbing.jobs.schedule import Rule
from wavepool.plumbing.models import Job, JobSchedule

DAILY = Rule(name="tests.daily", local_time=time(2, 30), zone="Asia/Shanghai")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestARule:
    @pytest.mark.parametrize(
        ("moment", "slot"),
        [
            ("2026-03-01T12:00:00", "2026-03-01T12:10:00"),
            ("2026-03-01T12:09:59", "2026-03-01T12:10:00"),
            ("2026-03-01T23:55:00", "2026-03-02T00:00:00"),
        ],
    )
    def test_of_a_period_has_slots_that_every_worker_knows(self, moment: str, slot: str) -> None:
        rule = Rule(name="tests.often", seconds=600)
        assert rule.next_after(utc(moment)) == utc(slot)

    @pytest.mark.parametrize(
        ("moment", "slot"),
        [
            ("2026-03-01T18:29:59", "2026-03-01T18:30:00"),
            ("2026-03-01T18:30:00", "2026-03-02T18:30:00"),
        ],
    )
    def test_of_a_time_of_day_goes_by_its_zone(self, moment: str, slot: str) -> None:
        assert DAILY.next_after(utc(moment)) == utc(slot)

    def test_has_one_slot_a_day_when_clocks_change(self) -> None:
        rule = Rule(name="tests.paris", local_time=time(2, 30), zone="Europe/Paris")
        slots, moment = [], utc("2026-03-28T00:00:00")
        for _day in range(3):
            moment = rule.next_after(moment)
            slots.append(moment.isoformat())
        assert slots == [
            "2026-03-28T01:30:00+00:00",
            "2026-03-29T01:30:00+00:00",
            "2026-03-30T00:30:00+00:00",
        ]

    def test_makes_up_missed_slots_by_their_last_one(self) -> None:
        last = DAILY.last_until(utc("2026-03-05T00:00:00"), since=utc("2026-03-01T18:30:00"))
        assert last == utc("2026-03-04T18:30:00")

    def test_is_declared_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schedule, "_RULES", {})
        schedule.every("tests.often", seconds=600)
        schedule.every("tests.often", seconds=600)
        with pytest.raises(AssertionError, match="two schedules"):
            schedule.every("tests.often", at="02:30")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """One rule, every ten minutes, seen for the first time at noon."""
    monkeypatch.setattr(schedule, "_RULES", {"tests.often": Rule(name="tests.often", seconds=600)})
    schedule.tick(at=NOW)


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


class TestTicking:
    def test_queues_nothing_before_its_time(self, often: None) -> None:
        assert schedule.tick(at=minutes(9)) == []

    def test_queues_each_slot_once(self, often: None) -> None:
        queued = [len(schedule.tick(at=minutes(10))) for _worker in range(3)]
        assert queued == [1, 0, 0]
        job = Job.objects.get()
        assert job.key == "tests.often@2026-03-01T12:10:00Z"
        assert job.payload == {"slot": "2026-03-01T12:10:00Z"}

    def test_makes_up_once_for_a_long_silence(self, often: None) -> None:
        assert len(schedule.tick(at=minutes(95))) == 1
        assert JobSchedule.objects.get().next_at == minutes(100)

    def test_leaves_a_slot_out_while_the_run_before_goes_on(self, often: None) -> None:
        schedule.tick(at=minutes(10))
        assert schedule.tick(at=minutes(20)) == []
        with work_named("tests.often", lambda _job: None):
            worker(minutes(21)).run_until_idle()
        assert len(schedule.tick(at=minutes(30))) == 1

    def test_follows_a_period_that_became_shorter(
        self, often: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            schedule, "_RULES", {"tests.often": Rule(name="tests.often", seconds=60)}
        )
        schedule.tick(at=minutes(0))
        assert len(schedule.tick(at=minutes(1))) == 1

    def test_runs_through_the_worker(self, often: None) -> None:
        slots = []
        with work_named("tests.often", lambda job: slots.append(job.payload["slot"])):
            for minute in (5, 10, 15, 20):
                worker(minutes(minute)).run_until_idle()
        assert slots == ["2026-03-01T12:10:00Z", "2026-03-01T12:20:00Z"]

    def test_forgets_what_went_well_long_ago(self, often: None) -> None:
        with work_named("tests.often", lambda _job: None):
            worker(minutes(10)).run_until_idle()
        assert schedule.forget_done_ticks(at=NOW + timedelta(days=30)) == 0
        assert schedule.forget_done_ticks(at=NOW + timedelta(days=31)) == 1
