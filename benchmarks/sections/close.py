"""The close of a month, step by step, on both stores; posting as a part of the whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.bench import MEMORY_MB, Bench
from benchmarks.measuring import JobFailed, Measured, measure
from benchmarks.report import Row, count, seconds

INTRO = (
    "A generated month is settled as a final run, then closed in stores of their own: its pools' shares and its "
    "statements are taken in beside an estimate that stands already, reconciled with run, pools, orders and "
    "books, approved by a second person, posted, locked and issued. People, goods and orders are written "
    "before and do not count. Steps that are set in lie within the step below them. PostgreSQL flushes every commit; "
    "its own memory and CPU are not in the figures of the process."
)
HEAD = ("step", "seconds", "CPU seconds", "peak MB")
#: Posting may take this part of the whole, which is settling and all that follows.
POSTING_MAX = 0.25
PERIOD = "2022-10"
DURABLE = ("max_connections=50", "shared_buffers=256MB", "max_wal_size=2GB")
#: Touches, creators, order lines.
QUICK = ((400_000, 2_000, 20_000),)
SIZES = ((2_000_000, 10_000, 70_000), (20_000_000, 100_000, 2_000_000))
_PAID = ("payees", "creator_payees", "shops", "agencies")


def run(bench: Bench) -> None:
    """Close a small month, and a large one."""
    bench.report.begin("The close of a month", INTRO)
    sizes = QUICK if bench.is_quick else SIZES
    for touches, creators, lines in sizes:
        close(bench, touches, creators, lines)


def close(bench: Bench, touches: int, creators: int, lines: int) -> None:
    """Settle once, then close on each store."""
    world = bench.world(touches, name="closeworld", creators=creators, lines=lines)
    season = renumbered(world, bench.data / f"closeseason-{touches}")
    settled = bench.settled(touches, name="closesettled")
    bare = measure(
        "settle", season=str(season), out=str(settled), period=PERIOD, memory_mb=MEMORY_MB
    )
    for store, url in bench.stores(DURABLE):
        folder = bench.data / f"close-{store}-{touches}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            told = measure(
                "close", folder=str(folder), season=str(season), settled=str(settled), url=url
            )
        except JobFailed as error:
            bench.report.note(f"{store}: {error.reason.splitlines()[-1]}")
            continue
        _report(bench, store, bare, told)


def renumbered(world: Path, season: Path) -> Path:
    """The season with payees numbered as a store numbers them: from one on, without gaps."""
    shutil.rmtree(season, ignore_errors=True)
    season.mkdir(parents=True)
    for path in world.rglob("*"):
        place = season / path.relative_to(world)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        elif path.stem not in _PAID:
            os.link(path, place)
    numbers = pc.sort_indices(pq.read_table(world / "payees.parquet")["payee_id"])
    numbers = pq.read_table(world / "payees.parquet")["payee_id"].combine_chunks().take(numbers)
    for name in _PAID:
        table = pq.read_table(world / f"{name}.parquet")
        place = pc.index_in(table["payee_id"].combine_chunks(), value_set=numbers)
        column = pc.add(place.cast(pa.int64()), 1).cast(table["payee_id"].type)
        at = table.schema.get_field_index("payee_id")
        pq.write_table(table.set_column(at, "payee_id", column), season / f"{name}.parquet")
    return season


def _report(bench: Bench, store: str, bare: Measured, told: Measured) -> None:
    steps: list[dict[str, Any]] = told.answer["steps"]
    rows = told.answer["rows"]
    settle = ("settled", f"{bare.wall_s:.1f}", f"{bare.cpu_s:.1f}", bare.peak_mb)
    bench.report.table(
        f"{store}: {count(rows['payees'])} payees, {count(rows['statements'])} statements, "
        f"{count(rows['lines'])} lines, {count(rows['transfers'])} transfers",
        HEAD,
        [
            settle,
            *(
                (each["name"], f"{each['wall_s']:.1f}", f"{each['cpu_s']:.1f}", each["peak_mb"])
                for each in steps
            ),
        ],
    )
    whole, computing = (
        getattr(bare, name) + sum(each[name] for each in steps if not each["is_part"])
        for name in ("wall_s", "cpu_s")
    )
    posted, posting = (
        sum(each[name] for each in steps if each["name"] == "posted")
        for name in ("wall_s", "cpu_s")
    )
    bench.report.add(
        Row(
            f"{count(rows['payees'])} payees: posting on {store}, of the whole",
            seconds(posted),
            f"{seconds(whole)} (settled, taken in, reconciled, posted, issued)",
            f"{100 * posted / whole:.0f}%",
            f"≤ {100 * POSTING_MAX:.0f}%",
            posted <= POSTING_MAX * whole,
        )
    )
    bench.report.note(
        f"{store}: of the computing of the process posting is {100 * posting / computing:.0f}%."
    )
