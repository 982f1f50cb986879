"""A backup taken under load brings back every row; a damaged one brings back nothing."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from promises.own_store import (
    empty_store,
    own_store,
    pointed_at,
    rows,
    store_template,
)
from wavepool.plumbing import backup, jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.backup import archive, checks, stores, taking
from worlds.cast import make_cast

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLIPS = 300
PAIRS = 50
MILLION = 1_000_000
MILLION_OF = {
    "sqlite": """
        WITH RECURSIVE pairs(pair) AS (
            SELECT %s UNION ALL SELECT pair + 1 FROM pairs LIMIT %s
        )
        INSERT INTO debit SELECT pair, 7 FROM pairs
    """,
    "postgresql": "INSERT INTO debit SELECT pair, 7 FROM generate_series(%s, 49 + %s) AS pair",
}


@pytest.fixture
def filled(own_store: str, settings: Any, tmp_path: Path) -> Path:
    """A store with the cast, jobs and two tables whose sums always agree; its data folder."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "uploads"
    (settings.MEDIA_ROOT / "permits").mkdir(parents=True)
    (settings.MEDIA_ROOT / "permits" / "tea.txt").write_text("a permit of Bao's", encoding="utf-8")
    make_cast()
    for number in range(20):
        jobs.enqueue("tests.none", key=f"job-{number}", actor=MACHINE, at=NOW)
    rows("CREATE TABLE debit (pair bigint PRIMARY KEY, amount bigint)")
    rows("CREATE TABLE credit (pair bigint PRIMARY KEY, amount bigint)")
    for pair in range(PAIRS):
        rows("INSERT INTO debit VALUES (%s, 0)", pair)
        rows("INSERT INTO credit VALUES (%s, 0)", pair)
    return tmp_path


def digest() -> str:
    """One hash over every row of every table, in the order of their text."""
    whole = sha256()
    for name in sorted(connection.introspection.table_names()):
        found = sorted(repr(row) for row in rows(f'SELECT * FROM "{name}"'))
        whole.update(f"{name}\n{len(found)}\n".encode())
        whole.update("\n".join(found).encode())
    return whole.hexdigest()


@contextmanager
def restored_from(file: Path, folder: Path, settings: Any) -> Iterator[backup.Manifest]:
    """An own, empty store and data folder into which the file was restored."""
    (folder / "elsewhere").mkdir()
    settings.DATA_DIR = folder / "elsewhere"
    settings.MEDIA_ROOT = folder / "elsewhere" / "uploads"
    with empty_store(folder) as name, pointed_at(name):
        yield backup.restore(file)


def move_money_until(stop: threading.Event, moved: list[int]) -> None:
    """Add to both sides of a pair in one transaction, again and again, some new pairs too."""
    chance = random.Random(5)
    try:
        while not stop.is_set():
            with transaction.atomic():
                pair = chance.randrange(PAIRS)
                rows("UPDATE debit SET amount = amount + 1 WHERE pair = %s", pair)
                rows("UPDATE credit SET amount = amount + 1 WHERE pair = %s", pair)
            moved.append(pair)
    finally:
        connections.close_all()


@contextmanager
def under_load() -> Iterator[list[int]]:
    """Somebody writes all the while; gives what was written so far."""
    stop, moved = threading.Event(), list[int]()
    thread = threading.Thread(target=move_money_until, args=(stop, moved))
    thread.start()
    try:
        while len(moved) < 20:
            assert thread.is_alive()
            stop.wait(0.01)
        yield moved
    finally:
        stop.set()
        thread.join()


def unbalanced() -> list[tuple[Any, ...]]:
    return rows(
        "SELECT pair FROM debit JOIN credit USING (pair) WHERE debit.amount <> credit.amount"
    )


class TestABackup:
    def test_brings_back_every_row_and_every_upload(self, filled: Path, settings: Any) -> None:
        before = digest()
        manifest = backup.back_up(filled / "all.zip", at=NOW)
        with restored_from(filled / "all.zip", filled, settings) as restored:
            assert digest() == before
            assert restored == manifest
            permit = settings.MEDIA_ROOT / "permits" / "tea.txt"
            assert permit.read_text(encoding="utf-8") == "a permit of Bao's"
            # The restored store goes on where the old one stopped: new rows get free numbers.
            job = jobs.enqueue("tests.none", key="another", actor=MACHINE, at=NOW)
            assert job.pk == 21

    def test_holds_one_moment_of_a_store_that_is_written_to(
        self, filled: Path, settings: Any
    ) -> None:
        with under_load() as moved:
            before = len(moved)
            backup.back_up(filled / "hot.zip", at=NOW)
            after = len(moved)
        assert unbalanced() == []
        with restored_from(filled / "hot.zip", filled, settings):
            assert unbalanced() == []
            total = rows("SELECT sum(amount) FROM debit")[0][0]
            assert before <= total <= after + 1

    @pytest.mark.skipif(
        "WAVEPOOL_THOROUGH" not in os.environ,
        reason="a million rows take their time: set WAVEPOOL_THOROUGH=1",
    )
    def test_of_a_million_rows_comes_back_whole(
        self, filled: Path, settings: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows(MILLION_OF[connection.vendor], PAIRS, MILLION)
        begun = time.perf_counter()
        backup.back_up(filled / "large.zip", at=NOW)
        taken = time.perf_counter()
        with restored_from(filled / "large.zip", filled, settings):
            seconds = time.perf_counter() - taken
            assert rows("SELECT count(*), sum(pair), sum(amount) FROM debit") == [
                (1_000_050, 500_049_501_225, 7_000_000)
            ]
        said = f"1,000,000 rows: backed up in {taken - begun:.1f} s, restored in {seconds:.1f} s"
        with capsys.disabled():
            sys.stdout.write(f"\n{connection.vendor}: {said}\n")

    def test_would_hold_two_moments_if_it_read_table_by_table(self, filled: Path) -> None:
        """The broken control: the sums of a copy that takes no snapshot do not agree."""
        with under_load() as moved:
            debit = rows("SELECT sum(amount) FROM debit")[0][0]
            seen = len(moved)
            while len(moved) < seen + 5:
                threading.Event().wait(0.001)
            credit = rows("SELECT sum(amount) FROM credit")[0][0]
        assert debit != credit

    def test_is_readable_to_its_owner_alone_and_overwrites_nothing(self, filled: Path) -> None:
        file = filled / "all.zip"
        backup.back_up(file, at=NOW)
        assert file.stat().st_mode & 0o777 == 0o600
        with pytest.raises(backup.BackupExists):
            backup.back_up(file, at=NOW)

    def test_is_an_ordinary_zip_with_a_manifest(self, filled: Path, own_store: str) -> None:
        manifest = backup.back_up(filled / "all.zip", at=NOW)
        with zipfile.ZipFile(filled / "all.zip") as file:
            assert file.testzip() is None
            assert sorted(file.namelist()) == ["manifest.json", "store", "uploads/permits/tea.txt"]
        assert manifest.vendor == own_store
        assert manifest.tables["plumbing_job"] == 20
        assert manifest.tables["people_account"] == 6
        assert "plumbing.0001_jobs" in manifest.migrations


def put_beside(folder: Path) -> dict[str, bytes]:
    """A part of the lake, a log that grows, a run and its season; one half of a run's scratch."""
    files = {
        "lake/touches/day=2026-03-01/part-1.parquet": b"PAR1 touches",
        "lake/manifest.json": b"{}",
        "segments/0001.log": b"one event",
        "seasons/abc/orders.parquet": b"PAR1 orders",
        "runs/run_1/2026-02/pools.parquet": b"PAR1 pools",
    }
    for name, body in {**files, "runs/run_1/scratch/half": b"half"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return files


class TestWhatLiesBeside:
    """Facts and results that rows of the store speak of."""

    def test_comes_along_and_comes_back(self, filled: Path, settings: Any) -> None:
        files = put_beside(settings.DATA_DIR)
        backup.back_up(filled / "all.zip", at=NOW)
        with restored_from(filled / "all.zip", filled, settings):
            found = {name: (settings.DATA_DIR / name).read_bytes() for name in files}
            assert not (settings.DATA_DIR / "runs/run_1/scratch").exists()
        assert found == files

    def test_is_there_though_it_is_swept_and_written_meanwhile(
        self, filled: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = put_beside(settings.DATA_DIR)
        monkeypatch.setattr(taking.stores, "copy_out", copying_while(settings.DATA_DIR))
        backup.back_up(filled / "all.zip", at=NOW)
        with restored_from(filled / "all.zip", filled, settings):
            part = settings.DATA_DIR / "lake/touches/day=2026-03-01/part-1.parquet"
            assert part.read_bytes() == files["lake/touches/day=2026-03-01/part-1.parquet"]
            assert (settings.DATA_DIR / "lake/later.parquet").read_bytes() == b"PAR1 later"
            assert (settings.DATA_DIR / "lake/manifest.json").read_bytes() == b'{"parts": 2}'
            assert (settings.DATA_DIR / "segments/0001.log").read_bytes() == b"one event, another"

    def test_would_lack_what_was_swept_if_it_were_not_held(
        self, filled: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: files are looked for when the store is copied, and not before."""
        put_beside(settings.DATA_DIR)
        held, turns = taking._hold, []

        def hold_late(folder: Path) -> None:
            turns.append(folder)
            if len(turns) > 1:
                held(folder)

        monkeypatch.setattr(taking, "_hold", hold_late)
        monkeypatch.setattr(taking.stores, "copy_out", copying_while(settings.DATA_DIR))
        backup.back_up(filled / "all.zip", at=NOW)
        with zipfile.ZipFile(filled / "all.zip") as file:
            assert "lake/touches/day=2026-03-01/part-1.parquet" not in file.namelist()

    def test_keeps_a_backup_out_of_a_folder_that_has_some(
        self, filled: Path, settings: Any
    ) -> None:
        backup.back_up(filled / "all.zip", at=NOW)
        with empty_store(filled) as name, pointed_at(name):
            settings.DATA_DIR = filled / "used"
            settings.MEDIA_ROOT = filled / "used" / "uploads"
            put_beside(settings.DATA_DIR)
            with pytest.raises(backup.StoreNotEmpty):
                backup.restore(filled / "all.zip")


def copying_while(folder: Path) -> Any:
    """Copy the store while a part is swept, another is written and the log grows."""
    copy_out = taking.stores.copy_out

    def copied(place: Path) -> Any:
        tables = copy_out(place)
        (folder / "lake/touches/day=2026-03-01/part-1.parquet").unlink()
        (folder / "lake/later.parquet").write_bytes(b"PAR1 later")
        (folder / "lake/manifest.new").write_bytes(b'{"parts": 2}')
        (folder / "lake/manifest.new").replace(folder / "lake/manifest.json")
        with (folder / "segments/0001.log").open("ab") as log:
            log.write(b", another")
        return tables

    return copied


class TestADamagedBackup:
    @pytest.fixture
    def whole(self, filled: Path) -> bytes:
        backup.back_up(filled / "whole.zip", at=NOW)
        return (filled / "whole.zip").read_bytes()

    def accepted(
        self,
        folder: Path,
        versions: Iterator[bytes],
        *,
        refusals: tuple[type[Exception], ...] = (backup.BackupDamaged,),
    ) -> int:
        """How many of the versions would be restored."""
        found, file = 0, folder / "version.zip"
        for version in versions:
            file.write_bytes(version)
            try:
                backup.read_manifest(file)
                found += 1
            except refusals:
                pass
        return found

    def flipped(self, whole: bytes) -> Iterator[bytes]:
        chance = random.Random(11)
        for _flip in range(FLIPS):
            place, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
            yield whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]

    def test_is_refused_after_any_flipped_bit(self, filled: Path, whole: bytes) -> None:
        assert self.accepted(filled, self.flipped(whole)) == 0
        assert self.accepted(filled, iter([whole])) == 1

    def test_is_refused_when_it_is_cut_or_longer_or_none(self, filled: Path, whole: bytes) -> None:
        cuts = (b"", whole[:64], whole[:-1], whole[: len(whole) // 2], whole + b"\n", b"x" * 4_096)
        assert self.accepted(filled, iter(cuts)) == 0

    def test_would_pass_here_and_there_without_its_seal(
        self, filled: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: a zip alone does not look at every byte."""
        monkeypatch.setattr(archive, "_digest_until", _comment)
        # What a zip does look at, it refuses in its own words.
        refusals = (
            backup.BackupDamaged,
            NotImplementedError,
            OSError,
            RuntimeError,
            TypeError,
        )
        assert self.accepted(filled, self.flipped(whole), refusals=refusals) > 0

    def test_leaves_the_empty_store_as_it_was(
        self, filled: Path, whole: bytes, settings: Any
    ) -> None:
        (filled / "bad.zip").write_bytes(next(self.flipped(whole)))
        with empty_store(filled) as name, pointed_at(name):
            settings.MEDIA_ROOT = filled / "nothing"
            with pytest.raises(backup.BackupDamaged):
                backup.restore(filled / "bad.zip")
            assert not stores.has_tables()


def _comment(file: Any, end: int) -> str:
    file.seek(max(end, 0))
    return str(file.read().decode("latin-1"))


class TestARestore:
    def test_is_refused_into_a_store_with_tables(self, filled: Path) -> None:
        before = digest()
        backup.back_up(filled / "all.zip", at=NOW)
        with pytest.raises(backup.StoreNotEmpty):
            backup.restore(filled / "all.zip")
        assert digest() == before

    def test_is_refused_from_a_newer_release(
        self, filled: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)",
            "ledger",
            "0099_later",
            NOW,
        )
        backup.back_up(filled / "new.zip", at=NOW)
        with (
            pytest.raises(backup.BackupTooNew),
            restored_from(filled / "new.zip", filled, settings),
        ):
            pass

    def test_says_what_a_check_finds(
        self, filled: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checks, "_CHECKS", {})
        backup.register_check("balance", lambda: [f"pair {pair}" for (pair,) in unbalanced()])
        rows("UPDATE debit SET amount = 7 WHERE pair = 3")
        backup.back_up(filled / "wrong.zip", at=NOW)
        with (
            pytest.raises(backup.CheckFailed, match="balance: pair 3"),
            restored_from(filled / "wrong.zip", filled, settings),
        ):
            pass
