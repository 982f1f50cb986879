"""Speed: a settlement over the scan of its input, by size; where the time goes; how it grows."""

from __future__ import annotations

import math
import shutil
from itertools import pairwise
from typing import Any

from benchmarks.bench import MEMORY_MB, THREADS, Bench
from benchmarks.measuring import Measured, measure, measure_median
from benchmarks.report import Row, count, seconds, times

INTRO = (
    "CPU seconds (user and system) of `settle_season` over the CPU that DuckDB needs to decode and "
    "add up every input column once, with the same threads and a warm file cache; each run in a "
    "fresh process, the median of the runs. Reading and checking the season is shown apart."
)
READING = "reading the season"
SCAN_TIMES_MAX = 12.0
PEAK_MB_MAX = 6_000
PROFILED_TOUCHES_MAX = 10_000_000
SIZE_WITH_RINGS = 10_000_000


def run(bench: Bench) -> None:
    """Measure every size asked for."""
    bench.report.begin("Speed", INTRO)
    settles: dict[int, Measured] = {}
    for touches in sorted(bench.sizes):
        settles[touches] = _one_size(bench, touches)
    _growth(bench, settles)
    _stages(bench, settles)
    _profile(bench)
    _rings(bench, settles)


def _one_size(bench: Bench, touches: int) -> Measured:
    world, out = bench.world(touches), bench.settled(touches)
    repeats = 1 if bench.is_quick else (3 if touches >= 100_000_000 else 5)
    scan = measure_median("scan", repeats=repeats, season=str(world), threads=THREADS)
    settle = measure_median(
        "settle",
        repeats=repeats,
        season=str(world),
        out=str(out),
        threads=THREADS,
        memory_mb=MEMORY_MB,
    )
    reading = settle.answer["stages"][READING]
    label = f"{count(touches)} touches"
    whole, apart = settle.cpu_s, settle.cpu_s - reading
    target = f"≤ {SCAN_TIMES_MAX:.0f}×" if touches >= 10_000_000 else "–"
    bench.report.add(
        Row(
            f"{label}: settle / scan",
            f"{seconds(apart)} CPU, {seconds(settle.wall_s)} wall, median of {settle.runs}",
            f"{seconds(scan.cpu_s)} CPU",
            times(apart, scan.cpu_s),
            target,
            None if target == "–" else apart <= SCAN_TIMES_MAX * scan.cpu_s,
        )
    )
    bench.report.add(
        Row(
            f"{label}: with reading and checking",
            f"{seconds(whole)} CPU ({seconds(reading)} of it reading and checking)",
            f"{seconds(scan.cpu_s)} CPU",
            times(whole, scan.cpu_s),
        )
    )
    bench.report.add(
        Row(
            f"{label}: peak memory",
            f"{count(settle.peak_mb)} MB",
            target=f"≤ {count(PEAK_MB_MAX)} MB",
            is_met=settle.peak_mb <= PEAK_MB_MAX,
        )
    )
    return settle


def _growth(bench: Bench, settles: dict[int, Measured]) -> None:
    sizes = sorted(settles)
    for small, large in pairwise(sizes):
        exponent = math.log(settles[large].cpu_s / settles[small].cpu_s) / math.log(large / small)
        bench.report.add(
            Row(
                f"growth from {count(small)} to {count(large)} touches",
                f"CPU grows as touches^{exponent:.2f}",
                target="≤ touches^1.05",
                is_met=exponent <= 1.05,
            )
        )


def _stages(bench: Bench, settles: dict[int, Measured]) -> None:
    sizes = sorted(settles)
    names: list[str] = []
    for size in sizes:
        names += [name for name in settles[size].answer["stages"] if name not in names]
    rows = []
    for name in names:
        cells = []
        for size in sizes:
            spent = settles[size].answer["stages"].get(name, 0.0)
            cells.append(f"{spent:.2f} ({100 * spent / settles[size].cpu_s:.0f} %)")
        rows.append((name, *cells))
    bench.report.table(
        "CPU seconds by stage, all periods", ("stage", *(count(size) for size in sizes)), rows
    )


def _profile(bench: Bench) -> None:
    fitting = [size for size in bench.sizes if size <= PROFILED_TOUCHES_MAX]
    if not fitting:
        return
    touches = max(fitting)
    world, out = bench.world(touches), bench.data / "profiled"
    profile = measure("profile", season=str(world), out=str(out))
    shutil.rmtree(out, ignore_errors=True)
    steps: list[dict[str, Any]] = profile.answer["steps"]
    bench.report.table(
        f"Where the time goes at {count(touches)} touches (one profiled run, {seconds(profile.cpu_s)})",
        ("step", "calls", "CPU s", "share"),
        [
            (
                f"{step['kind']} {step['name']}",
                step["calls"],
                f"{step['cpu_s']:.2f}",
                f"{100 * step['cpu_s'] / profile.cpu_s:.0f} %",
            )
            for step in steps
        ],
    )
    largest = ", ".join(f"{step['kind']} {step['name']}" for step in steps[:3])
    bench.report.note(f"The next gain lies in the largest three: {largest}.")


def _rings(bench: Bench, settles: dict[int, Measured]) -> None:
    fitting = [size for size in bench.sizes if size <= SIZE_WITH_RINGS]
    if not fitting:
        return
    touches = max(fitting)
    out = bench.data / "with-rings"
    looked = measure(
        "settle", season=str(bench.world(touches)), out=str(out), is_looking_for_rings=True
    )
    shutil.rmtree(out, ignore_errors=True)
    more = looked.cpu_s - settles[touches].cpu_s
    bench.report.add(
        Row(
            f"{count(touches)} touches: looking for rings (19 permutations)",
            f"{seconds(max(0.0, more))} CPU more",
            f"{seconds(settles[touches].cpu_s)} CPU without",
            times(looked.cpu_s, settles[touches].cpu_s),
        )
    )
