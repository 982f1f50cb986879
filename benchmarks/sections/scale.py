"""Scale: more creators and shops than any one market has, in one settlement."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import Row, count, seconds

INTRO = (
    "1,150,000 creators and 10,000,000 shops in one settlement of a month with few touches: what "
    "the size of the reference tables costs by itself."
)
CREATORS, SHOPS, TOUCHES = 1_150_000, 10_000_000, 5_000_000
QUICK = (11_500, 100_000, 100_000)
PEAK_MB_MAX = 6_000


def run(bench: Bench) -> None:
    """Build the wide world and settle it once."""
    bench.report.begin("Scale", INTRO)
    creators, shops, touches = QUICK if bench.is_quick else (CREATORS, SHOPS, TOUCHES)
    world = bench.world(touches, name="wide-world", creators=creators, shops=shops)
    out = bench.settled(touches, name="wide-settled")
    settled = measure("settle", season=str(world), out=str(out))
    label = f"{count(creators)} creators, {count(shops)} shops, {count(touches)} touches"
    bench.report.add(Row(label, f"{seconds(settled.cpu_s)} CPU, {seconds(settled.wall_s)} wall"))
    bench.report.add(
        Row(
            "its peak memory",
            f"{count(settled.peak_mb)} MB",
            target=f"≤ {count(PEAK_MB_MAX)} MB",
            is_met=settled.peak_mb <= PEAK_MB_MAX,
        )
    )
    stages = sorted(settled.answer["stages"].items(), key=lambda row: -row[1])[:6]
    bench.report.table(
        "CPU seconds of its largest stages",
        ("stage", "CPU s"),
        [(name, f"{spent:.2f}") for name, spent in stages],
    )
