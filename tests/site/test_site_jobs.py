"""Pages of long work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.plumbing import jobs
from wavepool.plumbing.jobs import queue
from wavepool.plumbing.models import Job
from worlds.cast import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def job(world: World) -> Job:
    """What Bao asked for."""
    return jobs.enqueue("tests.count", key="bao-1", actor=world.actor("bao"), at=NOW)


def client(world: World, name: str) -> Client:
    found = Client()
    found.force_login(getattr(world, name))
    return found


class TestAJobsPage:
    def test_opens_for_who_asked_and_for_staff_and_looks_missing_to_others(
        self, world: World, job: Job
    ) -> None:
        address = f"/jobs/{job.public_id}/"
        seen = {
            name: client(world, name).get(address).status_code for name in ("bao", "eve", "ada")
        }
        assert seen == {"bao": 200, "eve": 200, "ada": 404}
        missing = client(world, "ada").get("/jobs/job_none/")
        assert missing.status_code == 404
        assert Client().get(address).status_code == 302

    def test_shows_how_far_it_is(self, world: World, job: Job) -> None:
        Job.objects.update(progress_done=30, progress_total=120, progress_note="Reading rows")
        page = client(world, "bao").get(f"/jobs/{job.public_id}/").content.decode()
        assert 'value="30" max="120"' in page
        assert "Reading rows" in page
        assert 'data-behavior="poll"' in page

    def test_gives_its_living_part_to_who_polls_until_the_end(self, world: World, job: Job) -> None:
        bao = client(world, "bao")
        asked: dict[str, Any] = {"headers": {"HX-Request": "true"}}
        part = bao.get(f"/jobs/{job.public_id}/", **asked)
        assert part.status_code == 200
        assert "<html" not in part.content.decode()
        bao.post(f"/jobs/{job.public_id}/cancel/")
        assert bao.get(f"/jobs/{job.public_id}/", **asked).status_code == 286

    def test_speaks_json_to_programs(self, world: World, job: Job) -> None:
        answer = client(world, "bao").get(
            f"/jobs/{job.public_id}/", headers={"Accept": "application/json"}
        )
        assert answer.json() == {
            "id": job.public_id,
            "name": "tests.count",
            "state": "queued",
            "is_stopping": False,
            "progress": {"done": 0, "total": None, "note": ""},
            "result": None,
            "error": None,
            "attempts": 0,
            "created_at": "2026-03-01T12:00:00Z",
            "started_at": None,
            "finished_at": None,
        }

    def test_leads_to_the_result(self, world: World, job: Job) -> None:
        assert 'href="/merchant/bao-tea/"' in self.page_of_result(world, job, "/merchant/bao-tea/")

    @pytest.mark.parametrize("href", ["//evil.example/", "javascript:x()", "https://evil.example"])
    def test_leads_to_no_other_site(self, world: World, job: Job, href: str) -> None:
        assert f'href="{href}"' not in self.page_of_result(world, job, href)

    def page_of_result(self, world: World, job: Job, href: str) -> str:
        Job.objects.update(state="done", finished_at=NOW, result={"href": href})
        return client(world, "bao").get(f"/jobs/{job.public_id}/").content.decode()


class TestCancellingAndTryingAgain:
    def test_work_from_the_page(self, world: World, job: Job) -> None:
        bao, address = client(world, "bao"), f"/jobs/{job.public_id}/"
        states = []
        for action in ("cancel", "retry", "retry"):
            answer = bao.post(f"{address}{action}/")
            assert (answer.status_code, answer["Location"]) == (302, address)
            job.refresh_from_db()
            states.append(job.state)
        assert states == ["cancelled", "queued", "queued"]
        claimed = queue.claim(at=datetime.now(UTC))
        assert claimed is not None

    @pytest.mark.parametrize("action", ["cancel", "retry"])
    def test_are_not_for_others(self, world: World, job: Job, action: str) -> None:
        assert client(world, "ada").post(f"/jobs/{job.public_id}/{action}/").status_code == 404
        job.refresh_from_db()
        assert job.state == "queued"

    def test_need_more_than_a_visit(self, world: World, job: Job) -> None:
        assert client(world, "bao").get(f"/jobs/{job.public_id}/cancel/").status_code == 405


class TestTheListOfJobs:
    def test_is_for_staff(self, world: World, job: Job) -> None:
        seen = {
            name: client(world, name).get("/staff/jobs/").status_code for name in ("eve", "bao")
        }
        assert seen == {"eve": 200, "bao": 404}

    def test_is_narrowed_by_state(self, world: World, job: Job) -> None:
        eve = client(world, "eve")
        assert job.public_id in eve.get("/staff/jobs/?state=queued").content.decode()
        assert job.public_id not in eve.get("/staff/jobs/?state=failed").content.decode()

    def test_takes_as_many_queries_for_many_jobs_as_for_one(self, world: World, job: Job) -> None:
        eve = client(world, "eve")
        counts = []
        for number in (0, 20):
            for each in range(number):
                jobs.enqueue("tests.count", key=f"n{each}", actor=world.actor("bao"), at=NOW)
            with CaptureQueriesContext(connection) as asked:
                eve.get("/staff/jobs/")
            counts.append(len(asked))
        assert counts[0] == counts[1]
