"""A real edge process on a loopback port, its data folder, and how to speak with it."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import stores
from wavepool.plumbing.digests import WRITE_KEY, keyed_digest
from wavepool.plumbing.segments import Record, list_segments, read_records, seal_abandoned

SECRET: Final = "a key of the edge's tests, and of nothing else"
TOKEN: Final = "wk_of_the_tests"
SOURCE_ID: Final = 7
_PATIENCE: Final = 20.0


@dataclass
class RunningEdge:
    """One edge process."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where SDKs send."""
        return f"http://127.0.0.1:{self.port}"

    def send(
        self,
        path: str,
        body: bytes | Mapping[str, Any],
        *,
        token: str | None = TOKEN,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; gives status, headers and body of the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return ask(self.port, path, data, headers=headers_of(token, headers), method=method)

    def metric(self, name: str) -> int:
        """A number of /metrics, 0 where it never counted."""
        text = ask(self.port, "/metrics", b"", headers={}, method="GET")[2].decode()
        found = [line.split()[1] for line in text.splitlines() if line.split()[0] == name]
        return int(found[0]) if found else 0

    def memory_kb(self) -> int:
        """Memory that the process holds now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(text.partition("VmRSS:")[2].split()[0])

    def kill(self) -> None:
        """End it as a failing machine would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        self.process.terminate()
        self.process.wait(timeout=_PATIENCE)


def headers_of(token: str | None, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Headers of a request with a write key."""
    headers = {"Content-Type": "application/json", **(more or {})}
    if token is not None:
        word = base64.b64encode(f"{token}:".encode()).decode()
        headers["Authorization"] = f"Basic {word}"
    return headers


def ask(
    port: int, path: str, body: bytes, *, headers: Mapping[str, str], method: str = "POST"
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, names, answer.read()


def write_snapshot(data: Path, *, tokens: Mapping[str, int]) -> None:
    """Write keys as the platform writes them for the edge."""
    (data / "edge").mkdir(parents=True, exist_ok=True)
    sources = [
        {"id": number, "digests": [keyed_digest(token, key=SECRET.encode(), tag=WRITE_KEY)]}
        for token, number in tokens.items()
    ]
    (data / "edge" / "sources.json").write_text(json.dumps({"sources": sources}))


def start_edge(data: Path, *, port: int = 0, program: str = "", **limits: int) -> RunningEdge:
    """Start an edge on a folder and wait until it answers.

    Args:
        data: its data folder.
        port: a loopback port; a free one by default.
        program: Python to run instead of the edge's own main, for sabotage.
        limits: limits other than the usual ones.
    """
    port = port or stores.free_port()
    start = ["-c", program] if program else ["-m", "wavepool.site.edge.serving"]
    command = [sys.executable, *start, str(data), "--port", str(port)]
    for name, number in limits.items():
        command += ["--limit", f"{name}={number}"]
    tests = Path(__file__).parents[1]
    path = os.pathsep.join((str(tests), str(tests.parent / "src")))
    environment = {**os.environ, "WAVEPOOL_SECRET_KEY": SECRET, "PYTHONPATH": path}
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    edge = RunningEdge(data, port, process)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the edge ended"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port, "/healthz", b"", headers={}, method="GET")[0] == 200:
                return edge
        time.sleep(0.02)
    edge.kill()
    raise AssertionError("the edge never answered")


@contextlib.contextmanager
def running_edge(data: Path, **limits: int) -> Iterator[RunningEdge]:
    """An edge that ends with the block."""
    write_snapshot(data, tokens={TOKEN: SOURCE_ID})
    edge = start_edge(data, **limits)
    try:
        yield edge
    finally:
        if edge.process.poll() is None:
            edge.stop()


def logged(data: Path) -> list[Record]:
    """Every whole record of a folder's log, sealed or not."""
    root = data / "segments"
    seal_abandoned(root)
    found: list[Record] = []
    for segment in list_segments(root):
        records, _end, _is_end = read_records(segment, offset=0, size=1 << 30)
        found += records
    return found


def message_ids(data: Path) -> list[str]:
    """The ids of every event in a folder's log, in order."""
    found: list[str] = []
    for record in logged(data):
        document = json.loads(record.payload)
        events = document["batch"] if record.kind == 1 else [document]
        found += [event["messageId"] for event in events]
    return found
