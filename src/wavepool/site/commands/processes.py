"""The processes of one machine: the site, the edge, the worker; started, watched and stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

STOP_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.2
_HTTP_OK: Final = 200


class ProcessEnded(Exception):
    """A process of the machine ended by itself."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"the {name} ended with code {code}")
        self.name = name
        self.code = code


class NeverAnswered(Exception):
    """The site did not answer in time."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(f"{url} did not answer within {seconds:g} seconds")
        self.url = url


@dataclass(slots=True)
class Machine:
    """Processes that live and die together."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one more, in its own group, so that an interrupt reaches us first."""
        self.running[name] = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, start_new_session=True
        )

    def check(self) -> None:
        """Raise `ProcessEnded` if one is gone."""
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                raise ProcessEnded(name, code)

    def watch(self) -> None:
        """Wait until one ends by itself, or an interrupt ends the wait."""
        while True:
            self.check()
            time.sleep(_POLL_SECONDS)

    def wait_for(self, url: str, *, seconds: float) -> None:
        """Wait until an address answers 200.

        Raises:
            NeverAnswered: it did not in time.
            ProcessEnded: a process ended meanwhile.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.check()
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
                urllib.request.urlopen(url, timeout=5) as answer,
            ):
                if answer.status == _HTTP_OK:
                    return
            time.sleep(_POLL_SECONDS)
        raise NeverAnswered(url, seconds)

    def stop(self) -> None:
        """Ask all to finish, then end those that do not."""
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def machine() -> Iterator[Machine]:
    """Processes that are stopped when the block ends, also by SIGTERM."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    started = Machine()
    try:
        yield started
    finally:
        signal.signal(signal.SIGTERM, before)
        started.stop()


def site_command(*, host: str, port: int, threads: int) -> list[str]:
    """How Granian serves the site: one process, a few threads."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", str(threads)]
    command += ["--log-level", "warning", "--no-ws"]
    return [*command, "wavepool.site.wsgi:application"]


def edge_command(*, host: str, port: int) -> list[str]:
    """How the edge starts, which takes events in."""
    command = [sys.executable, "-m", "wavepool.site.commands.edge"]
    return [*command, "--host", host, "--port", str(port)]


def worker_command() -> list[str]:
    """How this machine's worker starts."""
    return [sys.executable, "-m", "wavepool.cli", "worker"]


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
