"""Nothing that was acknowledged is lost, however often the writer is killed."""

from __future__ import annotations

import errno
import http.client
import json
import os
import threading
import time
from pathlib import Path

import pytest

from promises.log_kills import TOO_EARLY, kill_writers
from wavepool.plumbing.segments import (
    LogFailed,
    LogFull,
    Record,
    SegmentWriter,
    list_segments,
    pack,
    read_records,
    seal_abandoned,
)
from worlds.edges import TOKEN, message_ids, start_edge, write_snapshot

THOROUGH = bool(os.environ.get("WAVEPOOL_THOROUGH"))
KILLS = 1_000 if THOROUGH else 100
EDGE_KILLS = 50 if THOROUGH else 4


def frame(name: str) -> bytes:
    """A framed record."""
    return pack(Record(1, 1, 1, name.encode()))


class TestAWriter:
    def test_killed_again_and_again_lost_nothing_that_it_acknowledged(self, tmp_path: Path) -> None:
        aftermath = kill_writers(tmp_path / "log", kills=KILLS, seed=13)
        assert aftermath.kills == KILLS
        assert aftermath.acknowledged > 10 * KILLS
        assert aftermath.lost == []
        assert aftermath.twice == []

    def test_that_acknowledges_what_only_waits_is_found_out(self, tmp_path: Path) -> None:
        aftermath = kill_writers(tmp_path / "log", kills=5, program=TOO_EARLY, seed=13)
        assert aftermath.lost != []

    def test_acknowledges_after_the_sync(self, tmp_path: Path) -> None:
        told: list[str] = []

        def sync(_handle: int) -> None:
            time.sleep(0.02)
            told.append("synced")

        log = SegmentWriter(tmp_path, sync=sync)
        log.submit(frame("a"), lambda error: told.append(f"told {error}"))
        log.close()
        assert told == ["synced", "told None"]

    def test_says_so_when_the_disk_refuses_and_goes_on(self, tmp_path: Path) -> None:
        failures = iter([None, OSError(errno.ENOSPC, "full"), None])

        def sync(_handle: int) -> None:
            failure = next(failures)
            if failure:
                raise failure

        log = SegmentWriter(tmp_path, sync=sync)
        log.append(frame("a"))
        with pytest.raises(OSError, match="full"):
            log.append(frame("b"))
        log.append(frame("c"))
        log.close()
        with pytest.raises(LogFailed):
            log.append(frame("d"))
        seal_abandoned(tmp_path)
        first, second = list_segments(tmp_path)
        names = [
            record.payload
            for segment in (first, second)
            for record in read_records(segment, offset=0, size=1 << 20)[0]
        ]
        assert names[0] == b"a"
        assert names[-1] == b"c"

    def test_refuses_what_does_not_fit_into_memory(self, tmp_path: Path) -> None:
        is_free = threading.Event()
        log = SegmentWriter(
            tmp_path, pending_bytes=100, sync=lambda _handle: (is_free.wait(), None)[1]
        )
        log.submit(frame("x" * 60), lambda _error: None)
        with pytest.raises(LogFull):
            log.submit(frame("x" * 60), lambda _error: None)
        is_free.set()
        log.close()

    def test_commits_many_records_with_one_sync(self, tmp_path: Path) -> None:
        log = SegmentWriter(tmp_path, sync=lambda _handle: time.sleep(0.05))
        for number in range(500):
            log.submit(frame(str(number)), lambda _error: None)
        log.close()
        assert log.synced <= 5
        (segment,) = list_segments(tmp_path)
        records = read_records(segment, offset=0, size=1 << 20)[0]
        assert [record.payload for record in records] == [str(n).encode() for n in range(500)]


class TestAReader:
    def test_stops_before_every_damage(self, tmp_path: Path) -> None:
        log = SegmentWriter(tmp_path)
        for name in ("first", "second"):
            log.append(frame(name))
        log.close()
        (segment,) = list_segments(tmp_path)
        whole = segment.path.read_bytes()
        start = len(whole) - len(frame("second"))
        for place in range(start, len(whole)):
            damaged = bytearray(whole)
            damaged[place] ^= 0x10
            segment.path.write_bytes(damaged)
            records, end, _is_end = read_records(segment, offset=0, size=1 << 20)
            assert ([r.payload for r in records], end) == ([b"first"], start)

    def test_goes_on_where_it_ended(self, tmp_path: Path) -> None:
        log = SegmentWriter(tmp_path)
        names = [f"record {number}" for number in range(50)]
        for name in names:
            log.append(frame(name))
        (segment,) = list_segments(tmp_path)
        found, place, is_end = [], 0, False
        while not is_end:
            records, place, is_end = read_records(segment, offset=place, size=100)
            found += [record.payload.decode() for record in records]
        assert found == names
        log.close()

    def test_leaves_a_living_writer_its_segment(self, tmp_path: Path) -> None:
        log = SegmentWriter(tmp_path)
        log.append(frame("a"))
        assert seal_abandoned(tmp_path) == 0
        log.append(frame("b"))
        log.close()


class TestAnEdge:
    def test_killed_while_it_answers_lost_nothing(self, tmp_path: Path) -> None:
        write_snapshot(tmp_path, tokens={TOKEN: 1})
        said: list[str] = []
        for life in range(EDGE_KILLS):
            edge = start_edge(tmp_path)
            senders = [
                threading.Thread(target=_send, args=(edge, f"{life}-{number}", said))
                for number in range(4)
            ]
            for sender in senders:
                sender.start()
            time.sleep(0.15)
            edge.kill()
            for sender in senders:
                sender.join()
        assert len(said) > EDGE_KILLS
        assert set(said) <= set(message_ids(tmp_path))


def _send(edge: object, name: str, said: list[str]) -> None:
    for number in range(10_000):
        message = f"{name}-{number}"
        body = json.dumps({"batch": [{"messageId": message}]}).encode()
        try:
            status = edge.send("/v1/batch", body)[0]  # type: ignore[attr-defined]
        except (OSError, http.client.HTTPException):
            return  # the edge is gone, or half of its answer came
        if status == 200:
            said.append(message)
