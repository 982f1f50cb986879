"""Capture: durable events per second of one edge process beside the same without a log."""

from __future__ import annotations

from statistics import median

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import count

INTRO = (
    "One process of the edge and one that sends batches of 50 events on 64 kept connections, in turns on "
    "the same machine: the edge as it is, which answers after the sync of its log, and the same application "
    "with a log that keeps nothing."
)
#: What durability may leave of the speed.
RATIO_MIN = 0.5


def run(bench: Bench) -> None:
    """Measure in short turns, so that both meet the same neighbours."""
    rounds, seconds = (1, 1.0) if bench.is_quick else (5, 3.0)
    bench.report.begin("Capture", INTRO)
    told = measure(
        "capture",
        folder=str(bench.data / "capture"),
        seconds=seconds,
        connections=64,
        rounds=rounds,
    )
    durable, bare = median(told.answer["durable"]), median(told.answer["bare"])
    rows = [
        ("durable", count(round(durable)), f"{durable / bare:.2f}"),
        ("without a log", count(round(bare)), "1"),
    ]
    bench.report.table("Accepted events per second", ("edge", "events/s", "of bare"), rows)
    bench.report.note(f"Durable is {durable / bare:.2f} of bare (target at least {RATIO_MIN}).")
