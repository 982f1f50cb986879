"""`wavepool doctor`: it looks at what is configured, and fails where production would be unsafe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from typer import Typer
from typer.testing import CliRunner

from wavepool.plumbing import audit, clock
from wavepool.plumbing.actor import MACHINE
from wavepool.site import examination
from wavepool.site.commands import doctor

app = Typer()
app.command()(doctor.doctor_command)


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Django stands already; the folder is this test's."""
    monkeypatch.setattr(doctor, "make_ready", lambda *, data: tmp_path)
    settings.DATA_DIR = tmp_path
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]


def run(*words: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["--json", *words], catch_exceptions=False)
    return done.exit_code, json.loads(done.stdout)


def states(document: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["state"] for each in document["findings"]}


class TestTheDoctor:
    def test_lets_a_machine_on_loopback_be(self, db: None) -> None:
        code, document = run()
        assert (code, document["in_production"], document["is_safe"]) == (0, False, True)
        seen = states(document)
        assert seen["https"] == "unsafe"
        assert seen["migrations"] == seen["data folder"] == "ok"
        assert seen["worker"] == "note"

    def test_fails_where_production_is_unsafe(self, db: None, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["market.example.com"]
        settings.IS_DEMO = True
        code, document = run()
        assert (code, document["is_safe"]) == (1, False)
        assert states(document)["demo"] == "unsafe"

    def test_finds_nothing_unsafe_in_good_production(
        self, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WAVEPOOL_SECRET_KEY", "x" * 60)
        settings.ALLOWED_HOSTS, settings.IS_SECURE = ["market.example.com"], True
        monkeypatch.setattr(examination, "_look", durable(examination._look))
        code, document = run()
        unsafe = [each for each in document["findings"] if each["state"] == "unsafe"]
        assert (code, unsafe) == (0, [])

    def test_knows_whether_files_have_an_origin_of_their_own(self, db: None, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["market.example.com"]
        seen = []
        for origin, more in (
            ("", []),
            ("https://files.example.net", ["files.example.net"]),
            ("https://market.example.com", ["market.example.com"]),
            ("https://files.example.net/files", ["files.example.net"]),
            ("files.example.net", []),
        ):
            settings.FILES_ORIGIN = origin
            settings.ALLOWED_HOSTS = ["market.example.com", *more]
            seen.append(states(run()[1])["files origin"])
        assert seen == ["note", "ok", "unsafe", "unsafe", "unsafe"]

    def test_says_that_the_store_is_away(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def away() -> Any:
            raise DatabaseError("no route to it")

        monkeypatch.setattr(examination, "_store", away)
        assert states(run()[1])["database"] == "unsafe"

    def test_knows_how_old_the_signed_head_is(self, db: None) -> None:
        assert states(run()[1])["audit trail"] == "note"
        audit.record(kind="tests.counted", subject="a", actor=MACHINE, at=clock.now(), data={})
        audit.export_head(at=clock.now())
        assert states(run()[1])["audit trail"] == "ok"

    def test_speaks_to_people_too(self, db: None) -> None:
        done = CliRunner().invoke(app, [], catch_exceptions=False)
        assert done.exit_code == 0
        assert "UNSAFE  https" in done.stdout
        assert done.stdout.endswith("This site is on this machine only: safe.\n")


def durable(look: Any) -> Any:
    """The tests' store leaves durability out for speed."""
    settled = {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": "2",
        "SHOW fsync": "on",
        "SHOW full_page_writes": "on",
    }
    return lambda sql: settled.get(sql) or look(sql)
