"""A job killed anywhere is resumed once and gives one result; what would break it is seen."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from promises.boundaries import count_boundaries, kill_at
from promises.own_store import fork, forked, joined, own_store, rows, store_template
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import queue, schedule
from wavepool.plumbing.jobs.running import RunningJob
from wavepool.plumbing.models import Job

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)  # past every lease
CHUNKS = 3
WHOLE = [(0, 100), (1, 101), (2, 102)]


def post(run: str, chunk: int) -> None:
    """What a settlement does: append, with nothing that would notice a second time."""
    rows("INSERT INTO posted (run, chunk, amount) VALUES (%s, %s, %s)", run, chunk, 100 + chunk)


@jobs.register("tests.post_chunks")
def post_chunks(job: RunningJob) -> dict[str, int]:
    for chunk in range(job.cursor or 0, CHUNKS):
        with transaction.atomic():
            post(job.payload["run"], chunk)
            job.checkpoint(chunk + 1)
        job.progress(chunk + 1, CHUNKS)
    return {"chunks": CHUNKS}


@jobs.register("tests.post_apart")
def post_apart(job: RunningJob) -> None:
    """The broken control: the cursor moves in a transaction of its own."""
    for chunk in range(job.cursor or 0, CHUNKS):
        with transaction.atomic():
            post(job.payload["run"], chunk)
        with transaction.atomic():
            job.checkpoint(chunk + 1)


@pytest.fixture
def table(own_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the work posts; no periodic work disturbs the count."""
    monkeypatch.setattr(schedule, "_RULES", {})
    rows("CREATE TABLE posted (run text, chunk bigint, amount bigint)")


def worker_at(moment: datetime) -> jobs.Worker:
    return jobs.Worker(clock=lambda: moment, sleep=lambda _s: None, beat_s=None)


def work_at(moment: datetime) -> None:
    worker_at(moment).run_until_idle()


def run_all() -> None:
    work_at(NOW)


def claim_and_die() -> None:
    assert queue.claim(at=NOW) is not None


def ask(name: str, run: str) -> Job:
    return jobs.enqueue(name, key=run, actor=MACHINE, payload={"run": run}, at=NOW)


def posted(run: str) -> list[tuple[int, int]]:
    return rows("SELECT chunk, amount FROM posted WHERE run = %s ORDER BY chunk", run)


def divergent(name: str) -> tuple[list[int], int]:
    """Kill at every boundary, resume; the boundaries after which the books are wrong, of all."""
    ask(name, "whole")
    total = count_boundaries(run_all)
    assert posted("whole") == WHOLE
    wrong = []
    for boundary in range(1, total + 1):
        job = ask(name, f"killed-{boundary}")
        kill_at(boundary, run_all)
        worker_at(LATER).run_until_idle()
        job.refresh_from_db()
        assert job.state == Job.State.DONE
        if posted(f"killed-{boundary}") != WHOLE:
            wrong.append(boundary)
    return wrong, total


class TestAJobKilledAtEveryBoundary:
    def test_is_resumed_to_one_result(self, table: None) -> None:
        wrong, total = divergent("tests.post_chunks")
        assert wrong == []
        assert total >= 60

    def test_is_not_when_its_cursor_moves_apart_from_its_work(self, table: None) -> None:
        wrong, total = divergent("tests.post_apart")
        assert 0 < len(wrong) < total // 2


@jobs.register("tests.mark_alone")
def mark_alone(job: RunningJob) -> None:
    job.checkpoint(1)


@jobs.register("tests.outlive_lease")
def outlive_lease(job: RunningJob) -> int:
    """Work without a checkpoint, until signs of life carried its lease two minutes further."""
    for turn in range(1_000):
        if Job.objects.filter(public_id=job.job_id, lease_until__gt=LATER).exists():
            return turn
        threading.Event().wait(0.01)
    raise TimeoutError


class TestAJobThatRunsLong:
    def test_keeps_its_lease_by_signs_of_life(self, table: None) -> None:
        moments = (NOW + timedelta(seconds=second) for second in itertools.count())
        job = ask("tests.outlive_lease", "long")
        jobs.Worker(clock=lambda: next(moments), beat_s=0.005).run_until_idle()
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("done", 1)

    def test_may_not_keep_its_cursor_apart_from_its_work(self, table: None) -> None:
        job = ask("tests.mark_alone", "lone")
        run_all()
        job.refresh_from_db()
        assert (job.state, job.error_message) == ("failed", "A fault stopped it: AssertionError.")


class TestAWorkerTakenForDead:
    def zombie_after_takeover(self) -> RunningJob:
        """A worker that slept through its lease; another has done half of the job since."""
        ask("tests.post_chunks", "contested")
        row = queue.claim(at=NOW)
        assert row is not None
        zombie = RunningJob(row, clock=lambda: LATER)
        queue.resume_expired(at=LATER)
        taken = queue.claim(at=LATER)
        assert taken is not None
        second = RunningJob(taken, clock=lambda: LATER)
        with transaction.atomic():
            post("contested", 0)
            second.checkpoint(1)
        return zombie

    def test_cannot_write_any_more(self, table: None) -> None:
        zombie = self.zombie_after_takeover()
        with pytest.raises(jobs.LeaseLost):
            post_chunks(zombie)
        assert posted("contested") == [(0, 100)]

    def test_could_without_its_token(self, table: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def write_anyway(job: RunningJob, **fields: object) -> bool:
            return bool(Job.objects.filter(public_id=job.job_id).update(**fields))

        monkeypatch.setattr(RunningJob, "update", write_anyway)
        post_chunks(self.zombie_after_takeover())
        assert posted("contested") == [(0, 100), (0, 100), (1, 101), (2, 102)]

    @pytest.mark.parametrize("moment", [NOW, LATER])
    def test_gives_its_job_to_one_of_many_workers(self, table: None, moment: datetime) -> None:
        """At LATER eight workers find the job silent at once; at NOW they find it queued."""
        job = ask("tests.post_chunks", "wanted")
        if moment == LATER:
            assert forked(claim_and_die) == 0
        children = [fork(lambda: work_at(moment)) for _worker in range(8)]
        assert [joined(child) for child in children] == [0] * 8
        job.refresh_from_db()
        assert posted("wanted") == WHOLE
        assert (job.state, job.attempts) == ("done", 1 if moment == NOW else 2)
