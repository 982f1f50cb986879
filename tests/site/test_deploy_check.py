"""Settings in the shape of production: Django's own deploy check has nothing to say."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from wavepool.site import checks

PROJECT = Path(__file__).parents[2]


def check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "wavepool.site.manage",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
        ],
        env={
            **kept,
            "PYTHONPATH": str(PROJECT / "src"),
            "WAVEPOOL_DATA": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


class TestTheDeployCheck:
    def test_is_clean_in_the_shape_of_production(self, tmp_path: Path) -> None:
        done = check(
            tmp_path,
            WAVEPOOL_HTTPS="1",
            WAVEPOOL_SECRET_KEY=secrets.token_urlsafe(64),
            WAVEPOOL_HOSTS="market.example.com",
            WAVEPOOL_ORIGINS="https://market.example.com",
        )
        assert done.returncode == 0, done.stderr

    def test_is_clean_with_an_origin_of_files_and_speaks_up_where_it_is_none(
        self, tmp_path: Path
    ) -> None:
        good = {
            "WAVEPOOL_HTTPS": "1",
            "WAVEPOOL_SECRET_KEY": secrets.token_urlsafe(64),
            "WAVEPOOL_HOSTS": "market.example.com",
            "WAVEPOOL_ORIGINS": "https://market.example.com",
        }
        done = check(tmp_path, **good, WAVEPOOL_FILES_ORIGIN="https://files.example.net")
        assert done.returncode == 0, done.stderr
        done = check(tmp_path, **good, WAVEPOOL_FILES_ORIGIN="https://market.example.com")
        assert "wavepool.E002" in done.stderr

    def test_speaks_up_without_https(self, tmp_path: Path) -> None:
        done = check(tmp_path, WAVEPOOL_SECRET_KEY=secrets.token_urlsafe(64))
        assert done.returncode == 1
        assert "security.W" in done.stderr


class TestTheCheckOfSqlite:
    @pytest.mark.parametrize(
        ("version", "warnings"),
        [((3, 40, 1), 1), ((3, 51, 2), 1), ((3, 51, 3), 0), ((3, 53, 4), 0)],
    )
    def test_warns_of_the_log_reset_defect(
        self, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], warnings: int
    ) -> None:
        monkeypatch.setattr(checks.Database, "sqlite_version_info", version)
        monkeypatch.setattr(checks, "connection", type("Here", (), {"vendor": "sqlite"})())
        found = checks.unsafe_sqlite()
        assert [each.id for each in found] == ["wavepool.W001"] * warnings

    def test_says_nothing_of_another_store(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks.Database, "sqlite_version_info", (3, 0, 0))
        monkeypatch.setattr(checks, "connection", type("Here", (), {"vendor": "postgresql"})())
        assert checks.unsafe_sqlite() == []
