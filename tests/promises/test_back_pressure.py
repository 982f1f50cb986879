"""Memory stays bounded whatever is sent; what is not taken is told when to come back."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from worlds.edges import TOKEN, RunningEdge, ask, headers_of, start_edge, write_snapshot

#: An edge whose disk needs a tenth of a second for each sync.
SLOW_DISK = """
import sys, time
from pathlib import Path
from wavepool.site.edge.limits import Limits
from wavepool.site.edge.serving import make_edge, serve_edge
from worlds.edges import SECRET
limits = Limits(**{n: int(v) for n, _, v in (w.partition("=") for w in sys.argv[5::2])})
edge = make_edge(Path(sys.argv[1]), keys=[SECRET], limits=limits, sync=lambda _h: time.sleep(DELAY))
serve_edge(edge, host="127.0.0.1", port=int(sys.argv[3]), limits=limits)
"""
BODY = b'{"batch":[' + b",".join(b'{"messageId":"%060d"}' % n for n in range(5_000)) + b"]}"
SECONDS = 6.0
HELD = 8 << 20


@dataclass
class Flood:
    """What many senders at once met."""

    statuses: Counter[int] = field(default_factory=Counter)
    without_retry: int = 0
    memory_kb: list[int] = field(default_factory=list)


def flood(edge: RunningEdge, *, senders: int, seconds: float) -> Flood:
    """Send large batches from many threads; look at the edge's memory ten times a second."""
    met, until, lock = Flood(), time.monotonic() + seconds, threading.Lock()

    def send() -> None:
        while time.monotonic() < until:
            try:
                status, headers, _body = ask(
                    edge.port, "/v1/batch", BODY, headers=headers_of(TOKEN)
                )
            except (OSError, http.client.HTTPException):
                status, headers = 0, {}
            with lock:
                met.statuses[status] += 1
                met.without_retry += status in {429, 503} and "retry-after" not in headers

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        met.memory_kb.append(edge.memory_kb())
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    return met


def is_bounded(met: Flood, *, idle_kb: int) -> bool:
    """Whether memory stayed within what was set aside for requests and the log."""
    return max(met.memory_kb) - idle_kb <= 4 * HELD >> 10


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a write key."""
    write_snapshot(tmp_path, tokens={TOKEN: 1})
    return tmp_path


class TestAFloodOnASlowDisk:
    def test_is_refused_beyond_the_bound_and_forgotten_within_seconds(self, data: Path) -> None:
        assert len(BODY) < 500 << 10
        program = SLOW_DISK.replace("DELAY", "0.5")
        edge = start_edge(data, program=program, held_bytes=HELD, events_per_second=10_000_000)
        try:
            idle = edge.memory_kb()
            met = flood(edge, senders=40, seconds=SECONDS)
            assert set(met.statuses) <= {200, 503, 0}
            assert met.statuses[200] > 0
            assert met.statuses[503] > 0
            assert met.without_retry == 0
            assert is_bounded(met, idle_kb=idle)
            # The last part of the flood needs no more than its first part did.
            half = len(met.memory_kb) // 2
            assert max(met.memory_kb[half:]) <= 1.2 * max(met.memory_kb[:half])
            time.sleep(1)
            assert edge.send("/v1/batch", {"batch": []})[0] == 200
            assert edge.metric("wavepool_edge_held_bytes") == 0
            assert edge.metric("wavepool_edge_held_bytes_peak") <= HELD
        finally:
            edge.kill()

    def test_without_the_bound_is_found_out(self, data: Path) -> None:
        program = SLOW_DISK.replace("DELAY", "3")
        edge = start_edge(data, program=program, held_bytes=4 << 30, events_per_second=10_000_000)
        try:
            idle = edge.memory_kb()
            met = flood(edge, senders=80, seconds=2.5)
            assert not is_bounded(met, idle_kb=idle)
        finally:
            edge.kill()
