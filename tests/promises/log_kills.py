"""Kill a real writer of the segment log with SIGKILL, again and again, and look what is left.

The writer is a process of its own with eight threads. Each writes the id of a record
to a pipe once the log said that it is durable, so what the parent read was acknowledged.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from wavepool.plumbing.segments import list_segments, read_records, seal_abandoned

WRITER = """
import os, sys, threading
from pathlib import Path
from wavepool.plumbing.segments import Record, SegmentWriter, pack
log = SegmentWriter(Path(sys.argv[1]), roll_bytes=20_000)
round_ = sys.argv[2]
def write(worker):
    number = 0
    while True:
        name = f"{round_}-{worker}-{number}"
        log.append(pack(Record(1, 1, 1, name.encode().ljust(300))))
        os.write(1, (name + "\\n").encode())
        number += 1
for worker in range(8):
    threading.Thread(target=write, args=(worker,)).start()
"""
#: The same writer, which says "durable" as soon as a record waits.
TOO_EARLY = WRITER.replace("log.append(pack", "log.submit(pack").replace(
    ".ljust(300))))", ".ljust(300))), lambda error: None)"
)


@dataclass
class Aftermath:
    """What came of many kills."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def kill_writers(root: Path, *, kills: int, program: str = WRITER, seed: int) -> Aftermath:
    """Kill so many writers at moments drawn from a seed, and take stock after each."""
    chance, aftermath = random.Random(seed), Aftermath()
    root.mkdir(parents=True, exist_ok=True)
    for number in range(kills):
        said = _one_life(root, program, str(number), seconds=chance.uniform(0.0, 0.06))
        found = _take(root)
        known = set(found)
        aftermath.kills += 1
        aftermath.acknowledged += len(said)
        aftermath.lost += [name for name in said if name not in known]
        aftermath.twice += [name for name in known if found.count(name) > 1] if number < 3 else []
    return aftermath


def _one_life(root: Path, program: str, round_: str, *, seconds: float) -> list[str]:
    command = [sys.executable, "-S", "-c", program, str(root), round_]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    with process:
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        words = (first + process.stdout.read()).decode().split("\n")
    return [word for word in words[:-1] if word]


def _take(root: Path) -> list[str]:
    """Read what is there as the worker does, and drop it."""
    seal_abandoned(root)
    names: list[str] = []
    for segment in list_segments(root):
        assert segment.is_sealed, "the lock of a dead writer outlived it"
        records, _end, is_end = read_records(segment, offset=0, size=1 << 30)
        assert is_end
        names += [record.payload.decode().strip() for record in records]
        segment.path.unlink()
    return names
