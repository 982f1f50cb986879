"""Large files: through the gate, then read and applied in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbing.job_runs import worker
from wavepool.domains.catalog import operations, queries
from wavepool.domains.catalog.models import ImportBatch, ImportRow, Item
from wavepool.domains.catalog.operations.imports import later
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import JobStopped, RunningJob
from wavepool.plumbing.models import Job, SafeUpload
from worlds.shelf import Shelf

IMPORTS = "/merchant/bao-tea/imports/"
HEADER = "item,title,category,sku,price,stock,state\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def bao(shelf: Shelf) -> Client:
    client = Client()
    client.force_login(shelf.world.bao)
    return client


def table(rows: int) -> bytes:
    """So many new goods and one row that breaks a rule."""
    good = "".join(f"N{n},Cup {n},cups,N{n},1.00,1,draft\n" for n in range(rows - 1))
    return f"{HEADER}{good}X,X,nowhere,X,1.00,1,draft\n".encode()


def send(bao: Client, content: bytes, name: str = "goods.csv") -> Any:
    said = {"subject": "goods", "encoding": "", "file": SimpleUploadedFile(name, content)}
    return bao.post(f"{IMPORTS}new/", said)


def work() -> Job:
    """Let a worker do what is due; the latest job of a file, whatever else the hour brings."""
    worker(clock.now()).run_until_idle()
    return Job.objects.filter(name__in=[operations.STAGE, operations.APPLY]).latest("pk")


class TestTheGate:
    @pytest.mark.parametrize(
        ("name", "content", "status"),
        [
            ("goods.csv", b"PK\x03\x04 no workbook", 422),
            ("goods.exe", b"sku\nA\n", 422),
            ("goods.xlsx", b"PK\x03\x04 no workbook", 422),
            ("goods.csv", b"sku,price\nCUP-1,59.00\n", 302),
        ],
    )
    def test_stands_before_every_file(
        self, bao: Client, name: str, content: bytes, status: int
    ) -> None:
        assert send(bao, content, name).status_code == status
        assert ImportBatch.objects.count() == (status == 302)
        assert not SafeUpload.objects.exists()


class TestALargeFile:
    def test_is_read_and_applied_in_the_background(
        self, bao: Client, folder: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        answer = send(bao, table(2_001))
        batch = ImportBatch.objects.get()
        assert (answer["Location"], batch.state) == (f"/jobs/{batch.job}/", "reading")
        page = f"{IMPORTS}{batch.public_id}/"
        assert "This file is large" in bao.get(page).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            job = work()
            assert (job.state, job.result) == ("done", {"href": page})
        batch.refresh_from_db()
        assert (batch.state, batch.file) == ("staged", "")
        counts = {"new": 2_000, "changed": 0, "unchanged": 0, "wrong": 1}
        assert queries.count_effects(batch) == counts
        assert [path for path in folder.rglob("*") if path.is_file()] == []
        answer = bao.post(f"{page}apply/")
        batch.refresh_from_db()
        assert (answer["Location"], batch.state) == (f"/jobs/{batch.job}/", "applying")
        assert bao.post(f"{page}apply/")["Location"] == page
        assert work().state == "done"
        batch.refresh_from_db()
        assert batch.state == "applied"
        assert Item.objects.filter(title__startswith="Cup").count() == 2_000
        assert page in bao.get(f"/jobs/{batch.job}/").content.decode()

    def test_is_not_read_once_it_was_let_go(
        self, bao: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(later, "ROWS_AT_ONCE", 2)
        send(bao, table(4))
        batch = ImportBatch.objects.get()
        assert bao.post(f"{IMPORTS}{batch.public_id}/discard/").status_code == 302
        assert work().state == "done"
        batch.refresh_from_db()
        assert (batch.state, ImportRow.objects.count()) == ("discarded", 0)
        assert not SafeUpload.objects.exists()

    def test_goes_on_at_its_cursor_and_writes_no_row_twice(
        self, bao: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(later, "ROWS_AT_ONCE", 2)
        monkeypatch.setattr(later, "_CHUNK", 3)
        send(bao, table(8))
        batch = ImportBatch.objects.get()
        whole, seen = RunningJob.progress, []

        def stopping(self: RunningJob, done: int, total: int | None = None, note: str = "") -> None:
            whole(self, done, total, note)
            seen.append(done)
            if len(seen) in {1, 5}:
                raise JobStopped("tests stop it")

        monkeypatch.setattr(RunningJob, "progress", stopping)
        for verb in ("read", "apply"):
            if verb == "apply":
                told = {"shop_id": batch.shop_id, "actor": MACHINE, "as_of": clock.now()}
                operations.apply_import_later(public_id=batch.public_id, **told)
            job = work()
            if job.state != "done":
                job.refresh_from_db()
                if job.can_retry:
                    jobs.retry(job.public_id, actor=MACHINE, at=clock.now())
                assert work().state == "done"
            batch.refresh_from_db()
        assert (batch.state, ImportRow.objects.count()) == ("applied", 8)
        assert Item.objects.filter(title__startswith="Cup").count() == 7
        assert seen[:3] == [3, 6, 8]

    def test_without_its_columns_is_refused_at_once(
        self, bao: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(later, "ROWS_AT_ONCE", 2)
        answer = send(bao, b"title,price\nA,1\nB,1\nC,1\n")
        assert answer.status_code == 422
        assert "lacks these columns: sku" in answer.content.decode()
        assert not ImportBatch.objects.exists()
        assert not SafeUpload.objects.exists()
