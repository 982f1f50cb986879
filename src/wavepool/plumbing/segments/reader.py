"""The reading end: segments in order, whole records from a place on, what dead writers left."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from wavepool.plumbing.segments.frames import MAGIC, Record, unpack
from wavepool.plumbing.segments.writer import OPEN, SEALED


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name (writer and number), its file, whether it can still grow."""

    name: str
    path: Path
    is_sealed: bool


def list_segments(root: Path) -> list[Segment]:
    """Every segment of a log, by writer and number."""
    found = [
        Segment(f"{path.parent.name}/{path.stem}", path, path.suffix == SEALED)
        for path in root.glob("*/*")
        if path.suffix in {OPEN, SEALED}
    ]
    return sorted(found, key=lambda each: each.name)


def read_records(segment: Segment, *, offset: int, size: int) -> tuple[list[Record], int, bool]:
    """Whole records from a place on.

    Args:
        segment: where to read.
        offset: 0, or where an earlier reading ended.
        size: read about this many bytes; one record is always read whole.

    Returns:
        The records, where the next reading begins, whether the end was reached.
    """
    place = max(offset, len(MAGIC))
    with segment.path.open("rb") as file:
        length = os.fstat(file.fileno()).st_size
        file.seek(place)
        found = list(unpack(file.read(size)))
        if not found and length - place > size:
            file.seek(place)
            found = list(unpack(file.read(length - place)))[:1]
    end = place + found[-1][1] if found else place
    is_end = end >= length or not found
    return [record for record, _end in found], end, is_end


def seal_abandoned(root: Path) -> int:
    """Seal segments whose writer is gone, cut after their last whole record; tell how many."""
    sealed = 0
    for path in sorted(root.glob(f"*/*{OPEN}")):
        with contextlib.suppress(FileNotFoundError):
            sealed += _seal_if_abandoned(path)
    return sealed


def drop_segment(segment: Segment) -> None:
    """Delete a segment that was taken in, and its writer's folder once it is empty."""
    segment.path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        segment.path.parent.rmdir()


def backlog_bytes(root: Path) -> int:
    """Bytes that wait in a log."""
    total = 0
    for path in root.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _seal_if_abandoned(path: Path) -> bool:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        file.seek(len(MAGIC))
        end = len(MAGIC)
        for _record, place in unpack(file.read()):
            end = len(MAGIC) + place
        file.truncate(end)
        os.fsync(file.fileno())
        path.rename(path.with_suffix(SEALED))
    return True
