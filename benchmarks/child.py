"""The measured process: `python -m benchmarks.child JOB ASKED.json TOLD.json`."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

import pyarrow as pa

_TICKS = os.sysconf("SC_CLK_TCK")


def main(job: str, asked: Path, told: Path) -> None:
    """Import the job, run it, and write its answer with what it cost."""
    module = import_module(f"benchmarks.jobs.{job}")
    arguments = json.loads(asked.read_text(encoding="utf-8"))
    # Arrow looks for pandas at its first array; that is start-up, not work.
    pa.array([0])
    cpu, wall = own_cpu_s(), time.monotonic()
    answer = module.run(**arguments)
    wall = time.monotonic() - wall
    started_cpu, started_peak = _descendants()
    answer["cpu_s"] = answer.get("cpu_s", own_cpu_s() - cpu + started_cpu)
    answer["wall_s"] = answer.get("wall_s", wall)
    answer["descendants_peak_mb"] = started_peak
    told.write_text(json.dumps(answer), encoding="utf-8")


def own_cpu_s() -> float:
    """User and system seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _descendants() -> tuple[float, int]:
    """CPU seconds and summed peak memory (MB) of the processes that this one started."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended between the listing and the reading
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family = {os.getpid()}
    for _ in range(8):
        family |= {pid for pid, (parent, _) in stats.items() if parent in family}
    started = family - {os.getpid()}
    ticks = sum(stats[pid][1] for pid in started if pid in stats)
    return ticks / _TICKS, sum(_peak_mb(pid) for pid in started)


def _peak_mb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
