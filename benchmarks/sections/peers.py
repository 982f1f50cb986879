"""Peers: the same steps on Spark, Polars and pandas; equal figures first, then time."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.bench import START, Bench
from benchmarks.measuring import JobFailed, Measured, measure, measure_median
from benchmarks.report import Row, count, seconds, times

INTRO = (
    "Polars and pandas compute the common core of `peers/core.py` for one month: winners, cuts, "
    "capped influence, shares; their figures must equal the engine's before their time counts. "
    "Ours is the CPU of the engine's own stages for that month (reaching order lines, cutting "
    "commission, weighing touches), which do more than the core. Spark runs a month's settlement, "
    "programmes apart, through the engine; its digest must equal DuckDB's. A ratio below one means that ours is faster."
)
STAGES = ("reaching order lines", "cutting commission", "weighing touches")
PANDAS_TOUCHES_MAX = 10_000_000
POLARS_TOUCHES_MAX = 10_000_000
SPARK_TOUCHES, SPARK_TOUCHES_FIRST, SPARK_SECONDS = 1_000_000, 200_000, 420.0


def run(bench: Bench) -> None:
    """Compare on the sizes asked for, as far as each peer goes."""
    bench.report.begin("Peers", INTRO)
    for touches in sorted(size for size in bench.sizes if size <= POLARS_TOUCHES_MAX):
        _frames(bench, touches)
    if find_spec("pyspark") is None:
        bench.report.note("Spark is not installed; it was not measured.")
        return
    touches = min(bench.sizes) if bench.is_quick else SPARK_TOUCHES_FIRST
    try:
        wall_s = _spark(bench, touches)
        # Its cost is nearly fixed at these sizes, so a quick first size allows the larger.
        if not bench.is_quick and wall_s < SPARK_SECONDS / 3:
            _spark(bench, SPARK_TOUCHES)
    except JobFailed as error:
        bench.report.note(f"Spark: {error.reason.splitlines()[-1]}")


def _frames(bench: Bench, touches: int) -> None:
    world, out = bench.world(touches), bench.settled(touches)
    ours = _ours(bench, touches)
    period = ours.answer["periods"][0]
    own = sum(ours.answer["by_period"].get(f"{period}: {stage}", 0.0) for stage in STAGES)
    repeats = 1 if bench.is_quick else 3
    for peer, largest in (("polars", POLARS_TOUCHES_MAX), ("pandas", PANDAS_TOUCHES_MAX)):
        if touches > largest or find_spec(peer) is None:
            continue
        try:
            theirs = measure_median(
                "core", repeats=repeats, peer=peer, season=str(world), out=str(out), period=period
            )
        except JobFailed as error:
            bench.report.note(f"{peer} on {count(touches)} touches: {error.reason}")
            continue
        bench.report.add(
            Row(
                f"common core, {count(touches)} touches, against {peer}",
                f"{seconds(own)} CPU, {count(ours.peak_mb)} MB for all",
                f"{seconds(theirs.cpu_s)} CPU, {count(theirs.peak_mb)} MB",
                times(own, theirs.cpu_s),
            )
        )


def _spark(bench: Bench, touches: int) -> float:
    world, out = bench.world(touches), bench.data / "spark-settled"
    terms: dict[str, Any] = {"season": str(world), "period": START, "has_programmes": False}
    try:
        ours = measure("settle", out=str(out), **terms)
        theirs = measure("settle", seconds=SPARK_SECONDS, out=str(out), engine="local[2]", **terms)
    finally:
        shutil.rmtree(out, ignore_errors=True)
    is_same = theirs.answer["digest"] == ours.answer["digest"]
    bench.report.add(
        Row(
            f"one month settled, {count(touches)} touches, against Spark local[2]",
            f"{seconds(ours.cpu_s)} CPU, {seconds(ours.wall_s)} wall, {count(ours.peak_mb)} MB",
            f"{seconds(theirs.cpu_s)} CPU, {seconds(theirs.wall_s)} wall, {count(theirs.peak_mb)} MB",
            times(ours.cpu_s, theirs.cpu_s),
        )
    )
    bench.report.add(
        Row(
            "digest on Spark and on DuckDB",
            "the same" if is_same else "different",
            target="the same",
            is_met=is_same,
        )
    )
    return theirs.wall_s


def _ours(bench: Bench, touches: int) -> Measured:
    """Settle once more in this section, so that both sides ran under the same load."""
    world, out = bench.world(touches), bench.settled(touches)
    settled = measure("settle", season=str(world), out=str(out))
    _assert_written(out)
    return settled


def _assert_written(out: Path) -> None:
    document = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert document["rejects"]["rows"] == 0
