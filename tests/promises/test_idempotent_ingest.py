"""Each event counts once: twice sent, shuffled, late, half written, the worker killed or not."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from promises.ingest_feeds import occurrences, write_clean, write_dirty
from promises.own_store import forked, own_store, store_template
from wavepool.domains.events.models import EventKey, LakeHead, LakePart, QuarantinedEvent
from wavepool.domains.events.operations import compacting, lake
from wavepool.domains.events.tables import moment_of
from worlds.capture import (
    AT,
    PLACES,
    Log,
    add_source,
    compact,
    event,
    lake_digest,
    lake_table,
    manifest,
)

__all__ = ["own_store", "store_template"]
COUNT = 1_000_000 if os.environ.get("WAVEPOOL_THOROUGH") else 6_000

Killing = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """A data folder of its own, in an emptied store."""
    for rows in (EventKey, LakePart, LakeHead, QuarantinedEvent):
        rows.objects.all().delete()
    with override_settings(DATA_DIR=path):
        yield path


@pytest.fixture
def clean(db: None, tmp_path: Path) -> tuple[int, str]:
    """A source, and the digest of the feed as it should arrive."""
    source = add_source().pk
    events = occurrences(COUNT)
    with folder(tmp_path / "clean"):
        write_clean(events, source=source)
        assert compact(as_of=moment_of(events[-1].at_ms)).events == COUNT
        return source, lake_digest()


@pytest.mark.both_stores
class TestADirtyFeed:
    def test_leaves_the_lake_of_a_clean_one(self, clean: tuple[int, str], tmp_path: Path) -> None:
        source, digest = clean
        repeated = 0
        with folder(tmp_path / "dirty"):
            for now in write_dirty(occurrences(COUNT), source=source, seed=12):
                repeated += compact(as_of=moment_of(now)).repeated
            assert lake_digest() == digest
            assert repeated > COUNT * 3 // 10
            assert QuarantinedEvent.objects.count() == min(50, -(-COUNT * 13 // 1_000))
            assert {row.reason for row in QuarantinedEvent.objects.all()} == {"unknown_event"}

    def test_is_told_from_a_clean_one_where_nobody_looks_for_copies(
        self, clean: tuple[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source, digest = clean
        monkeypatch.setattr(compacting, "_taken", lambda _keys: set())
        with folder(tmp_path / "dirty"):
            for now in write_dirty(occurrences(2_000), source=source, seed=12):
                compact(as_of=moment_of(now))
            assert lake_table("events").num_rows > 2_000
            assert lake_digest() != digest


def _die(*_args: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(name: str, owner: Any) -> Killing:
    def arm(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(owner, name, _die)

    return arm


def _after(name: str, owner: Any) -> Killing:
    def arm(patch: pytest.MonkeyPatch) -> None:
        real = getattr(owner, name)

        def then_die(*args: Any, **options: Any) -> Any:
            real(*args, **options)
            _die()

        patch.setattr(owner, name, then_die)

    return arm


#: Around each deed of one batch.
BOUNDARIES: dict[str, Killing] = {
    "before the first file": _before("stage", lake),
    "between two files": _after("stage", lake),
    "before the names": _before("publish", lake),
    "after the names, before the commit": _after("publish", lake),
    "at the end of the transaction": _before("_add_volume", compacting),
    "after the commit, before the manifest": _before("write_manifest", lake),
    "after the manifest": _after("write_manifest", lake),
    "before the log is dropped": _before("drop_segment", compacting.segments),
    "after the log is dropped": _after("drop_segment", compacting.segments),
}


def _survives(arm: Killing, path: Path) -> list[str]:
    """Kill a worker there; let the next one go on; give the ids that the lake has then."""
    with override_settings(DATA_DIR=path):
        log = Log(add_source().pk)
        log.send([event("m1"), event("m2"), event("m1"), event("bad", "Cat Petted")])
        log.close()

        def work() -> None:
            with pytest.MonkeyPatch.context() as patch:
                arm(patch)
                compact()

        assert forked(work) == -signal.SIGKILL
        compact(as_of=AT + timedelta(seconds=1))
        again = compact(as_of=AT + timedelta(seconds=2))
        assert (again.events, again.quarantined) == (0, 0)
        told = manifest(path)
        assert told["batch"] == LakeHead.objects.get().batch
        listed = {part["path"] for each in told["tables"].values() for part in each["parts"]}
        files = {str(file.relative_to(path / "lake")) for file in (path / "lake").glob("*/*/*")}
        assert files == listed == set(LakePart.objects.values_list("path", flat=True))
        assert QuarantinedEvent.objects.count() == 1
        assert not list((path / "segments").glob("*/*"))
        return [str(each) for each in lake_table("events").column("message_id").to_pylist()]


@pytest.mark.both_stores
class TestAKilledWorker:
    @pytest.mark.parametrize("boundary", BOUNDARIES)
    def test_left_each_event_once(self, own_store: str, tmp_path: Path, boundary: str) -> None:
        assert _survives(BOUNDARIES[boundary], tmp_path) == ["m1", "m2"]

    def test_is_found_out_where_the_log_is_dropped_first(
        self, own_store: str, tmp_path: Path
    ) -> None:
        def drop_first(patch: pytest.MonkeyPatch) -> None:
            read = compacting._read_log

            def read_and_drop(events_max: int) -> Any:
                found = read(events_max)
                for segment in found.finished:
                    segment.path.unlink()
                return found

            patch.setattr(compacting, "_read_log", read_and_drop)
            patch.setattr(lake, "publish", _die)

        assert _survives_without_listing(drop_first, tmp_path) == []


def _survives_without_listing(arm: Killing, path: Path) -> list[str]:
    with override_settings(DATA_DIR=path):
        log = Log(add_source().pk)
        log.send([event("m1"), event("m2")])
        log.close()

        def work() -> None:
            with pytest.MonkeyPatch.context() as patch:
                arm(patch)
                compact()

        assert forked(work) == -signal.SIGKILL
        compact(places=PLACES)
        return [str(each) for each in lake_table("events").column("message_id").to_pylist()]
