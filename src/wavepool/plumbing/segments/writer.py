"""The writing end: one thread that writes what waits, syncs once, then tells everybody."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from wavepool.plumbing.segments.frames import MAGIC

ROLL_BYTES: Final = 64 << 20
PENDING_BYTES: Final = 32 << 20
OPEN: Final = ".open"
SEALED: Final = ".sealed"

Done = Callable[[OSError | None], None]
Group = Sequence[Done]
Deliver = Callable[[Group, OSError | None], None]


class LogFull(Exception):
    """Too many bytes wait for the disk; the record was not taken."""


class LogFailed(OSError):
    """The log is closed, or the disk refused; the record is not durable."""


def deliver_here(group: Group, error: OSError | None) -> None:
    """Tell each waiter in the writer's own thread."""
    for done in group:
        done(error)


class SegmentWriter:
    """Appends framed records to segments of its own folder.

    Records are durable in the order in which they were submitted. A segment
    that is full is sealed by its name; one whose writer died is sealed by the
    reader, who sees by the lock on it that nobody writes it any more.

    Args:
        root: the log; the writer makes a folder of its own in it.
        roll_bytes: a segment is sealed when it is larger than this.
        pending_bytes: bytes that may wait for the disk; above, `LogFull`.
        deliver: tells a group of waiters that their records are durable, or why not.
        sync: makes written bytes durable.
    """

    def __init__(
        self,
        root: Path,
        *,
        roll_bytes: int = ROLL_BYTES,
        pending_bytes: int = PENDING_BYTES,
        deliver: Deliver = deliver_here,
        sync: Callable[[int], None] = os.fdatasync,
    ) -> None:
        stamp = f"{time.time_ns() // 1_000_000:013d}-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = root / stamp
        self.pid = os.getpid()
        self.synced = 0
        self.waiting_bytes = 0
        self._roll_bytes, self._pending_bytes = roll_bytes, pending_bytes
        self._deliver, self._sync = deliver, sync
        self._waiting: list[tuple[bytes, Done]] = []
        self._has_work = threading.Condition()
        self._is_closed = False
        self._number, self._file, self._size = 0, -1, 0
        self.folder.mkdir(parents=True)
        _sync_folder(root)
        self._thread = threading.Thread(target=self._run, name="segment-writer", daemon=True)
        self._thread.start()

    def submit(self, frame: bytes, done: Done) -> None:
        """Queue a framed record; `done(None)` is called once it is durable.

        Raises:
            LogFull: more waits for the disk than memory is set aside for.
            LogFailed: the log is closed.
        """
        with self._has_work:
            if self._is_closed:
                message = "the log is closed"
                raise LogFailed(message)
            if self.waiting_bytes + len(frame) > self._pending_bytes:
                raise LogFull
            self._waiting.append((frame, done))
            self.waiting_bytes += len(frame)
            self._has_work.notify()

    def append(self, frame: bytes) -> None:
        """Write a framed record; come back when it is durable.

        Raises:
            LogFull: more waits for the disk than memory is set aside for.
            OSError: the disk refused; the record is not durable.
        """
        durable: Future[None] = Future()

        def done(error: OSError | None) -> None:
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

        self.submit(frame, done)
        durable.result()

    def close(self) -> None:
        """Write what waits, seal the segment, end the thread."""
        with self._has_work:
            self._is_closed = True
            self._has_work.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._has_work:
                while not self._waiting and not self._is_closed:
                    self._has_work.wait()
                group, self._waiting = self._waiting, []
            if not group:
                self._seal()
                return
            error = self._write(b"".join(frame for frame, _done in group))
            with self._has_work:
                self.waiting_bytes -= sum(len(frame) for frame, _done in group)
            self._deliver([done for _frame, done in group], error)

    def _write(self, data: bytes) -> OSError | None:
        try:
            if self._file < 0:
                self._open_next()
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            self._sync(self._file)
        except OSError as error:
            # Half of it may stand in the file; nobody appends behind damage.
            self._abandon()
            return error
        self._size += len(data)
        self.synced += 1
        if self._size >= self._roll_bytes:
            with contextlib.suppress(OSError):  # an unsealed segment is read as well
                self._seal()
        return None

    def _open_next(self) -> None:
        self._number += 1
        self.folder.mkdir(exist_ok=True)  # a reader drops it once it is empty
        # Locked before it bears the name that readers look for, so it never looks abandoned.
        hidden = self.folder / f"{self._number:08d}.new"
        self._file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        os.write(self._file, MAGIC)
        self._size = len(MAGIC)
        hidden.rename(self._path(OPEN))
        _sync_folder(self.folder)

    def _seal(self) -> None:
        if self._file < 0:
            return
        self._path(OPEN).rename(self._path(SEALED))
        self._abandon()
        _sync_folder(self.folder)

    def _abandon(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file, self._size = -1, 0

    def _path(self, state: str) -> Path:
        return self.folder / f"{self._number:08d}{state}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
