"""Queueing, cancelling, retrying and taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from plumbing.job_runs import ADA, NOW, ask
from wavepool.plumbing import jobs
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.jobs import queue
from wavepool.plumbing.models import Job

pytestmark = pytest.mark.django_db
LEASE_OVER = NOW + timedelta(seconds=61)


class TestAskingForWork:
    def test_gives_one_job_for_one_key(self) -> None:
        first, second = ask(payload={"month": "2026-02"}), ask(payload={"month": "2026-03"})
        assert first.public_id == second.public_id
        assert second.payload == {"month": "2026-02"}
        assert DBTaskResult.objects.count() == 1

    def test_gives_the_finished_job_for_the_key_of_a_finished_one(self) -> None:
        job = ask()
        jobs.cancel(job.public_id, actor=ADA, at=NOW)
        assert ask().state == "cancelled"
        assert queue.claim(at=NOW) is None

    def test_remembers_who_asked_and_when(self) -> None:
        job = ask()
        assert (job.requested_by, job.requested_name, job.created_at) == (7, "Ada", NOW)
        assert job.public_id.startswith("job_")

    def test_refuses_a_key_of_other_work(self) -> None:
        ask("tests.work")
        with pytest.raises(AssertionError, match=r"belongs to tests\.work"):
            ask("tests.other")

    def test_can_be_for_later(self) -> None:
        ask(run_after=NOW + timedelta(hours=1))
        assert queue.claim(at=NOW + timedelta(minutes=59)) is None
        assert queue.claim(at=NOW + timedelta(hours=1)) is not None


class TestClaiming:
    def test_takes_the_oldest_first_and_each_once(self) -> None:
        first, second = ask(key="one"), ask(key="two")
        claimed = [queue.claim(at=NOW) for _turn in range(3)]
        assert claimed == [first, second, None]

    def test_gives_a_lease_with_a_token_that_grows(self) -> None:
        ask()
        first = queue.claim(at=NOW)
        queue.resume_expired(at=LEASE_OVER)
        second = queue.claim(at=LEASE_OVER)
        assert first is not None
        assert second is not None
        assert (first.lease_token, first.lease_until) == (1, NOW + timedelta(seconds=60))
        assert (second.lease_token, second.attempts) == (2, 2)
        assert second.started_at == NOW


class TestTakingBack:
    def test_leaves_a_job_whose_lease_holds(self) -> None:
        ask()
        queue.claim(at=NOW)
        assert queue.resume_expired(at=NOW + timedelta(seconds=60)) == 0

    def test_happens_once(self) -> None:
        ask()
        queue.claim(at=NOW)
        assert [queue.resume_expired(at=LEASE_OVER) for _turn in range(2)] == [1, 0]
        assert DBTaskResult.objects.count() == 1

    def test_gives_up_a_job_that_kills_its_worker_three_times(self) -> None:
        job = ask()
        for turn in range(3):
            queue.claim(at=NOW + turn * timedelta(minutes=2))
            queue.resume_expired(at=NOW + turn * timedelta(minutes=2) + timedelta(seconds=61))
        job.refresh_from_db()
        assert (job.state, job.error_kind) == ("failed", "jobs.worker_lost")
        assert DBTaskResult.objects.count() == 0


class TestCancelling:
    def test_ends_a_waiting_job_at_once(self) -> None:
        job = jobs.cancel(ask().public_id, actor=ADA, at=NOW)
        assert (job.state, job.finished_at) == ("cancelled", NOW)
        assert queue.claim(at=NOW) is None

    def test_asks_a_running_one_to_stop(self) -> None:
        job = ask()
        queue.claim(at=NOW)
        job = jobs.cancel(job.public_id, actor=ADA, at=NOW)
        assert (job.state, job.is_stopping) == ("running", True)

    def test_refuses_what_has_ended(self) -> None:
        job = jobs.cancel(ask().public_id, actor=ADA, at=NOW)
        with pytest.raises(jobs.JobFinished):
            jobs.cancel(job.public_id, actor=ADA, at=NOW)

    def test_finds_no_job_of_an_unknown_id(self) -> None:
        with pytest.raises(NotFound):
            jobs.cancel("job_none", actor=ADA, at=NOW)


class TestTryingAgain:
    def test_puts_the_same_job_on_the_queue_and_keeps_its_cursor(self) -> None:
        job = ask()
        Job.objects.update(cursor=41)
        jobs.cancel(job.public_id, actor=ADA, at=NOW)
        jobs.retry(job.public_id, actor=ADA, at=NOW)
        claimed = queue.claim(at=NOW)
        assert claimed is not None
        assert (claimed.public_id, claimed.cursor, claimed.key) == (job.public_id, 41, "one")

    def test_is_refused_while_it_waits_and_queues_nothing(self) -> None:
        job = ask()
        with pytest.raises(jobs.JobNotFinished):
            jobs.retry(job.public_id, actor=ADA, at=NOW)
        assert DBTaskResult.objects.count() == 1
