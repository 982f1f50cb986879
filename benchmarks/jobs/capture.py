"""Send batches of events to an edge on loopback, with its log and without one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import uvloop

from wavepool.plumbing.digests import WRITE_KEY, keyed_digest

SECRET: Final = "the key of the benchmark"
TOKEN: Final = "wk_benchmark"
EVENTS: Final = 50
#: The same application with a log that keeps nothing: it says at once that all is well.
WITHOUT = """
import sys
from pathlib import Path
from wavepool.site.edge import Edge, Limits, SourceBook
from wavepool.site.edge.serving import serve_edge
import time
class Nothing:
    synced = waiting_bytes = 0
    def __init__(self, folder, deliver): self.folder, self.deliver = folder, deliver
    def submit(self, frame, done): done(None)
    def close(self): pass
data, port, limits = Path(sys.argv[1]), int(sys.argv[3]), Limits(events_per_second=10**9)
sources = SourceBook(data / "edge/sources.json", keys=[sys.argv[4].encode()], now=time.monotonic)
edge = Edge(lambda deliver: Nothing(data / "segments" / "none", deliver), sources, limits=limits)
serve_edge(edge, host="127.0.0.1", port=port, limits=limits)
"""


def run(*, folder: str, seconds: float, connections: int, rounds: int) -> dict[str, Any]:
    """Measure in turns; give accepted events per second of each round, with a log and without."""
    data = Path(folder)
    (data / "edge").mkdir(parents=True, exist_ok=True)
    digest = keyed_digest(TOKEN, key=SECRET.encode(), tag=WRITE_KEY)
    sources = {"sources": [{"id": 1, "digests": [digest]}]}
    (data / "edge" / "sources.json").write_text(json.dumps(sources))
    with _edge(data, is_durable=True) as durable, _edge(data, is_durable=False) as bare:
        found: dict[str, list[float]] = {"durable": [], "bare": []}
        for _ in range(rounds):
            for name, port in (("durable", durable), ("bare", bare)):
                sent = uvloop.run(_flood(port, seconds=seconds, connections=connections))
                found[name].append(sent * EVENTS / seconds)
    return {**found, "body_bytes": len(_body())}


@contextlib.contextmanager
def _edge(data: Path, *, is_durable: bool) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    start = ["-m", "wavepool.site.edge.serving"] if is_durable else ["-c", WITHOUT]
    command = [sys.executable, *start, str(data), "--port", str(port)]
    command += ["--limit", "events_per_second=1000000000"] if is_durable else [SECRET]
    environment = {**os.environ, "WAVEPOOL_SECRET_KEY": SECRET}
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield port
        finally:
            process.terminate()


def _wait(url: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    message = f"{url} never answered"
    raise TimeoutError(message)


async def _flood(port: int, *, seconds: float, connections: int) -> int:
    """Requests answered 200 within the time, over kept connections."""
    until = time.monotonic() + seconds
    counts = await asyncio.gather(*(_send(port, until) for _ in range(connections)))
    return sum(counts)


async def _send(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    word = base64.b64encode(f"{TOKEN}:".encode()).decode()
    body = _body()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: edge\r\nAuthorization: Basic {word}\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    answered = 0
    while time.monotonic() < until:
        writer.write(request)
        answer = await reader.readuntil(b"}")
        assert b" 200 " in answer.partition(b"\r\n")[0], answer
        answered += 1
    writer.close()
    return answered


def _body() -> bytes:
    events = [
        {
            "type": "track",
            "event": "Content Viewed",
            "messageId": f"ajs-{number:032d}",
            "anonymousId": f"{number:036d}",
            "timestamp": "2026-11-02T09:00:00.000Z",
            "properties": {"piece_id": f"pc_{number:026d}", "slot": "feed"},
        }
        for number in range(EVENTS)
    ]
    return json.dumps({"batch": events, "sentAt": "2026-11-02T09:00:01Z"}).encode()
