"""The guards that hold for every test, each seen to close."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from shared_data import PROJECT, shared_file

SKIPPING = """
import pytest

@pytest.mark.must_run
def test_needs_a_service():
    pytest.skip("no service here")

def test_may_skip():
    pytest.skip("not today")
"""
SKIPPING_WHOLE = """
import pytest

pytest.skip("no service here", allow_module_level=True)

@pytest.mark.must_run
def test_needs_a_service():
    assert True is not False
"""


class TestTheNetwork:
    @pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("0.0.0.0", 80)])
    def test_is_closed_to_other_machines(self, address: tuple[str, int]) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as door:
            for call in (door.connect, door.connect_ex, lambda to: door.sendto(b"", to)):
                with pytest.raises(AssertionError, match="loopback only"):
                    call(address)

    def test_looks_up_no_foreign_name(self) -> None:
        with pytest.raises(AssertionError, match="loopback only"):
            socket.create_connection(("example.org", 80), timeout=1)

    def test_is_open_to_loopback(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), timeout=5) as client,
        ):
            assert client.getpeername() == server.getsockname()


class TestATestThatMustRun:
    @pytest.mark.parametrize("text", [SKIPPING, SKIPPING_WHOLE])
    def test_fails_in_ci_when_it_would_skip(self, tmp_path: Path, text: str) -> None:
        answer = run_alone(tmp_path, text, CI="true")
        assert answer.returncode != 0
        assert "must run in CI" in answer.stdout

    def test_may_skip_elsewhere(self, tmp_path: Path) -> None:
        answer = run_alone(tmp_path, SKIPPING, CI="")
        assert answer.returncode == 0
        assert "2 skipped" in answer.stdout


class TestPropertyTests:
    def test_take_the_same_examples_in_ci(self) -> None:
        assert settings.get_profile("ci").derandomize
        assert (
            settings.get_profile("ci").max_examples == settings.get_profile("modest").max_examples
        )

    def test_try_hard_on_demand(self) -> None:
        assert settings.get_profile("thorough").max_examples == 2_000


class TestSharedData:
    def test_is_found_where_it_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WAVEPOOL_SHARED_DATA", str(tmp_path))
        (tmp_path / "orders").mkdir()
        assert shared_file("orders") == tmp_path / "orders"

    def test_skips_with_a_reason_when_absent(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WAVEPOOL_SHARED_DATA", str(tmp_path))
        with pytest.raises(pytest.skip.Exception, match=r"shared data absent: orders/a\.csv"):
            shared_file("orders", "a.csv")


def run_alone(folder: Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one test file in a process of its own, under this project's conftest."""
    (folder / "conftest.py").write_bytes((PROJECT / "tests" / "conftest.py").read_bytes())
    paths = " ".join(str(PROJECT / name) for name in ("src", "tests"))
    (folder / "pytest.ini").write_text(
        f"[pytest]\nmarkers =\n    must_run\n    both_stores\npythonpath = {paths}\n",
        encoding="utf-8",
    )
    (folder / "test_alone.py").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
