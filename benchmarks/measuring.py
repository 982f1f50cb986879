"""Measure a job in a fresh process: CPU, wall time, peak memory, and its answer.

CPU is user plus system time between the job's start and its end, of the process and of what
it started (a Spark driver is a process of its own), without the start of the interpreter.
`process_cpu_s` is the whole process from its first instruction, as `wait4` reports it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
# A size is repeated while it fits; what is longer is measured less often and says so.
SECONDS_PER_SERIES = 420.0


class JobFailed(Exception):
    """A job ended with an error or ran out of time; the last lines of its words are kept."""

    def __init__(self, job: str, reason: str) -> None:
        super().__init__(f"{job}: {reason}")
        self.job = job
        self.reason = reason


@dataclass(frozen=True)
class Measured:
    """One run of a job, or the median of several."""

    cpu_s: float
    wall_s: float
    peak_mb: int
    process_cpu_s: float
    answer: Mapping[str, Any] = field(default_factory=dict)
    runs: int = 1


def measure(job: str, *, seconds: float = 3_600, **arguments: Any) -> Measured:
    """Run `benchmarks.jobs.<job>` once in a process of its own.

    Raises:
        JobFailed: the job raised, or took longer than `seconds`.
    """
    with tempfile.TemporaryDirectory(prefix="wavepool-bench-") as folder:
        asked, told = Path(folder) / "asked.json", Path(folder) / "told.json"
        asked.write_text(json.dumps(arguments), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.child", job, str(asked), str(told)]
        started = time.monotonic()
        usage, words = _run(command, seconds=seconds, job=job)
        if not told.exists():
            raise JobFailed(job, words)
        answer = json.loads(told.read_text(encoding="utf-8"))
    return Measured(
        cpu_s=float(answer.pop("cpu_s")),
        wall_s=min(float(answer.pop("wall_s")), time.monotonic() - started),
        peak_mb=max(usage.ru_maxrss // 1024, int(answer.pop("descendants_peak_mb"))),
        process_cpu_s=usage.ru_utime + usage.ru_stime,
        answer=answer,
    )


def measure_median(
    job: str, *, repeats: int, before: Callable[[], None] | None = None, **arguments: Any
) -> Measured:
    """Run a job several times; each figure is the median of the runs, the answer the last one.

    A job so long that the repeats would take more than `SECONDS_PER_SERIES` runs fewer times.
    """
    runs: list[Measured] = []
    while len(runs) < repeats:
        if before is not None:
            before()
        runs.append(measure(job, **arguments))
        spent = sum(run.wall_s for run in runs)
        if spent + runs[-1].wall_s > SECONDS_PER_SERIES:
            break
    middle = sorted(runs, key=lambda run: run.cpu_s)[(len(runs) - 1) // 2]
    return Measured(
        cpu_s=statistics.median(run.cpu_s for run in runs),
        wall_s=statistics.median(run.wall_s for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
        process_cpu_s=statistics.median(run.process_cpu_s for run in runs),
        answer=middle.answer,
        runs=len(runs),
    )


def _run(command: list[str], *, seconds: float, job: str) -> tuple[Any, str]:
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=_environment(), stdout=words, stderr=words
        )
        ends = time.monotonic() + seconds
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = 0  # it is reaped; Popen must not wait for it again
                break
            if time.monotonic() > ends:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = 1
                raise JobFailed(job, f"not finished after {seconds:.0f} s")
            time.sleep(0.02)
        words.seek(0)
        said = words.read().decode(errors="replace").strip().splitlines()
    return usage, "\n".join(said[-12:])


def _environment() -> dict[str, str]:
    paths = [str(PROJECT / "src"), str(PROJECT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
