"""The nightly draft of a month, step by step, beside the bare engine on the same season."""

from __future__ import annotations

import shutil

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import Row, count, seconds, times

INTRO = (
    "A generated month in a store of its own (SQLite): people and goods written as tables, facts through "
    "the bulk doors, then the draft as the worker does it each night, job by job. CPU is of the worker's "
    "process, peak memory the largest resident size within the step. The peer settles the season that the "
    "platform wrote, from the same files, with the same rules, in a process of its own with nothing else."
)
HEAD = ("step", "seconds", "CPU seconds", "peak MB")
#: The whole draft without the board may cost this much more computing than the engine alone.
RATIO_MAX = 3.0
#: Touches, creators, order lines.
QUICK = ((100_000, 500, 5_000),)
SIZES = ((2_000_000, 10_000, 70_000), (20_000_000, 100_000, 2_000_000))
_BOARD = "insights.build_board"
_WHOLE = "credits.run"


def run(bench: Bench) -> None:
    """Draft a small month, and a large one."""
    bench.report.begin("The nightly draft", INTRO)
    for touches, creators, lines in QUICK if bench.is_quick else SIZES:
        draft(bench, touches, creators, lines)


def draft(bench: Bench, touches: int, creators: int, lines: int) -> None:
    """Draft, then settle the same season bare."""
    world = bench.world(touches, name="draftworld", creators=creators, lines=lines)
    folder = bench.data / f"draft-{touches}"
    shutil.rmtree(folder, ignore_errors=True)
    told = measure("draft", folder=str(folder), season=str(world))
    steps, rows = told.answer["steps"], told.answer["rows"]
    bench.report.table(
        f"{count(rows['touches'])} touches, {count(rows['order_lines'])} order lines, "
        f"{count(rows['creators'])} creators",
        HEAD,
        [
            (each["name"], f"{each['wall_s']:.1f}", f"{each['cpu_s']:.1f}", each["peak_mb"])
            for each in steps
        ],
    )
    bare = measure(
        "settle",
        season=told.answer["season"],
        out=str(folder / "bare"),
        is_looking_for_rings=True,
    )
    ours = sum(each["cpu_s"] for each in steps if each["name"] in _jobs(steps))
    ratio = ours / bare.cpu_s
    bench.report.add(
        Row(
            f"{count(touches)} touches: CPU of the draft but for the board",
            seconds(ours),
            f"{seconds(bare.cpu_s)} (bare `settle_season`, {bare.peak_mb} MB)",
            times(ours, bare.cpu_s),
            f"≤ {RATIO_MAX}×",
            ratio <= RATIO_MAX,
        )
    )
    bench.report.note(
        f"Rows taken in: {count(rows['lines'])} lines, {count(rows['scores'])} of scores, "
        f"{count(rows['shares'])} shares. Reading and settling are parts of {_WHOLE}."
    )


def _jobs(steps: list[dict[str, object]]) -> set[object]:
    return {each["name"] for each in steps if "." in str(each["name"])} - {_BOARD}
