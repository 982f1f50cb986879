"""From a payment to its estimated line under a stream of events, on both stores."""

from __future__ import annotations

import shutil

from benchmarks.bench import Bench
from benchmarks.measuring import Measured, measure
from benchmarks.report import Row

INTRO = (
    "One process of the edge and one worker on a store of its own with 20,000 pieces; a sender posts 500 "
    "events a second in batches of 50. Buyers look, click and pay one after the other; the clock runs from "
    "the commit of the payment until the store shows the line, looked for every 20 ms. Everything runs on "
    "the machine at once."
)
DURABLE = ("max_connections=50", "shared_buffers=256MB")
EVENTS_PER_S = 500
TARGET_S = 2.0


def run(bench: Bench) -> None:
    """Measure on SQLite, then on PostgreSQL."""
    payments = 20 if bench.is_quick else 100
    bench.report.begin("From payment to line", INTRO)
    for name, store in bench.stores(DURABLE):
        folder = bench.data / f"seconds-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        told = measure(
            "seconds",
            folder=str(folder),
            payments=payments,
            events_per_s=EVENTS_PER_S,
            store=store,
        )
        _tell(bench, name, told)


def _tell(bench: Bench, name: str, told: Measured) -> None:
    found = told.answer
    bench.report.add(
        Row(
            f"{name}: payment to line, p99 of {found['payments']}",
            f"{found['p99_s']:.2f} s (p50 {found['p50_s']:.2f} s)",
            target=f"≤ {TARGET_S:.0f} s",
            is_met=found["p99_s"] <= TARGET_S,
        )
    )
    bench.report.note(
        f"{name}: {found['events_per_s']:.0f} events a second accepted, {found['refused']} refused, "
        f"longest {found['longest_s']:.2f} s, {found['late']} without a line after 30 s."
    )
