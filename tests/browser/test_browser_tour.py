"""The five-minute tour of the demonstration, every stop of it in a real browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.must_run


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(data: Path) -> dict[str, str]:
    """A demonstration of its own, with its store beside it."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{data / 'wavepool.sqlite3'}",
        "WAVEPOOL_DATA": str(data),
        "WAVEPOOL_DEMO": "true",
        "WAVEPOOL_LOG_LEVEL": "WARNING",
        "WAVEPOOL_SECRET_KEY": "a key of the tour's test " * 3,
    }


def run(data: Path, *words: str) -> str:
    """Do a command to its end; what it printed."""
    ran = subprocess.run(
        [sys.executable, *words], env=environment(data), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return ran.stdout


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A small market that is open, and the stops of its tour."""
    data = tmp_path_factory.mktemp("tour")
    run(data, "-m", "wavepool.site.manage", "migrate", "--verbosity", "0")
    run(data, "-m", "wavepool.site.manage", "seed_demo", "--small")
    port = free_port()
    told = run(
        data, "-m", "wavepool.cli", "tour", "--data", str(data), "--port", str(port), "--json"
    )
    serve = ["-m", "wavepool.cli", "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen([sys.executable, *serve], env=environment(data)) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", json.loads(told)
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    for _attempt in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    pytest.fail(f"{address} never answered")


def test_every_stop_shows_what_the_tour_promises(
    market: tuple[str, list[dict[str, Any]]], browser: Browser
) -> None:
    address, stops = market
    assert {each["role"] for each in stops} == {
        "creator", "consumer", "merchant", "agency", "staff", "second_staff",
    }  # fmt: skip
    assert 240 <= sum(each["seconds"] for each in stops) <= 330
    for role in dict.fromkeys(each["role"] for each in stops):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/demo/")
        page.locator(f"form[action$='/demo/enter/{role}/'] button").first.click()
        page.wait_for_load_state()
        for stop in stops:
            if stop["role"] == role:
                answer = page.goto(stop["href"])
                assert answer is not None, stop
                assert answer.status == 200, stop
                expect(page.locator("body")).to_contain_text(stop["sees"])
        context.close()
