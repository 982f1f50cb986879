"""What becomes of a job that runs."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import OperationalError, transaction
from django_tasks_db.models import DBTaskResult

from plumbing.job_runs import ADA, NOW, ask, run, work_named, worker
from wavepool.plumbing import jobs
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.jobs import RunningJob
from wavepool.plumbing.models import Job

pytestmark = pytest.mark.django_db


class PlanRefused(PlatformError):
    """A refusal of the work's own."""

    kind: ClassVar[str] = "tests.plan_refused"


class TestAJobThatEnds:
    def test_is_done_and_keeps_what_it_returned(self) -> None:
        job = run(lambda job: {"rows": job.payload["rows"] * 2}, payload={"rows": 21})
        assert (job.state, job.result, job.finished_at) == ("done", {"rows": 42}, NOW)
        assert (job.attempts, job.percent, job.lease_until) == (1, 100, None)

    def test_shows_how_far_it_is(self) -> None:
        def look(job: RunningJob) -> int | None:
            job.progress(30, 120, "Reading rows")
            return Job.objects.get().percent

        job = run(look)
        assert (job.result, job.progress_note) == (25, "Reading rows")

    def test_leaves_nothing_on_the_queue(self) -> None:
        run(lambda _job: None)
        assert DBTaskResult.objects.count() == 0

    def test_knows_on_whose_behalf_it_works(self) -> None:
        assert run(lambda job: [job.actor.account_id, job.actor.name]).result == [7, "Ada"]


class TestAJobThatFails:
    def test_shows_a_refusal_as_it_is(self) -> None:
        def refuse(_job: RunningJob) -> None:
            raise PlanRefused("The plan ended yesterday.")

        job = run(refuse)
        assert (job.state, job.error_kind) == ("failed", "tests.plan_refused")
        assert job.error_message == "The plan ended yesterday."

    def test_tells_no_secret_that_a_fault_holds(self) -> None:
        def crash(_job: RunningJob) -> None:
            raise ValueError("postgresql://bank:canary-4711@vault/")

        job = run(crash)
        assert (job.state, job.error_kind) == ("failed", "jobs.fault")
        assert "ValueError" in job.error_message
        assert "canary" not in job.error_message

    def test_is_tried_again_later_when_the_store_was_at_fault(self) -> None:
        def fail(_job: RunningJob) -> None:
            raise OperationalError("database is locked")

        with work_named("tests.work", fail):
            job = ask()
            for minute in range(3):
                worker(NOW + timedelta(minutes=minute)).run_until_idle()
        job.refresh_from_db()
        assert (job.state, job.attempts, job.error_kind) == ("failed", 3, "jobs.store_fault")

    def test_says_that_this_version_does_not_know_it(self) -> None:
        ask("tests.forgotten")
        worker().step()
        assert Job.objects.get().error_kind == "jobs.unknown_name"

    def test_does_not_stop_the_worker(self) -> None:
        ask("tests.forgotten")
        with work_named("tests.work", lambda _job: None):
            ask(key="two")
            assert worker().run_until_idle() == 2


class TestAJobThatIsCancelled:
    def test_stops_where_it_looks(self) -> None:
        def look(job: RunningJob) -> None:
            jobs.cancel(job.job_id, actor=ADA, at=NOW)
            assert job.is_cancelled

        assert run(look).state == "cancelled"

    def test_stops_at_the_checkpoint_after_the_one_that_noticed(self) -> None:
        seen = []

        def post(job: RunningJob) -> None:
            for chunk in range(1, 5):
                if chunk == 2:
                    jobs.cancel(job.job_id, actor=ADA, at=NOW)
                with transaction.atomic():
                    seen.append(chunk)
                    job.checkpoint(chunk)

        job = run(post)
        assert (job.state, job.cursor, seen) == ("cancelled", 2, [1, 2, 3])

    def test_is_done_when_it_ended_before_it_could_notice(self) -> None:
        job = run(lambda job: jobs.cancel(job.job_id, actor=ADA, at=NOW) and None)
        assert job.state == "done"


class TestAWorkerThatStops:
    def test_hands_its_job_back_to_be_resumed_at_its_cursor(self) -> None:
        seen = []

        def post(job: RunningJob) -> None:
            for chunk in range(job.cursor or 0, 4):
                with transaction.atomic():
                    job.checkpoint(chunk + 1)
                    seen.append(chunk)
                if chunk == 1:
                    first.stop()

        first = worker()
        with work_named("tests.work", post):
            job = ask()
            first.run(poll_s=0)
            job.refresh_from_db()
            assert (job.state, job.cursor, job.crashes) == ("queued", 3, 0)
            worker().run_until_idle()
        job.refresh_from_db()
        assert (job.state, seen, job.attempts) == ("done", [0, 1, 2, 3], 2)

    def test_hands_it_back_when_the_process_is_interrupted(self) -> None:
        def interrupt(_job: RunningJob) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(interrupt)
        assert Job.objects.get().state == "queued"
