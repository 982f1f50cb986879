"""The page of a statement with 10,000 lines beside the same page with 100, on both stores."""

from __future__ import annotations

import shutil
from statistics import mean

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import Row, count

INTRO = (
    "A creator's statement of many lines and one of few in a store of their own, opened by their people through "
    "Django's test client: every middleware, view and template, no socket, one request at a time; the first two do "
    "not count. The page with few lines is opened before and after, and the ratio is of the computing of a request."
)
HEAD = ("page", "p50 ms", "p99 ms", "queries", "CPU ms", "ratio")
LINES, FEW = 10_000, 100
#: What the page may take on a quiet machine.
P99_MAX_MS = 100.0
DURABLE = ("max_connections=50", "shared_buffers=256MB")


def run(bench: Bench) -> None:
    """Open the pages on each store."""
    bench.report.begin("A statement's page", INTRO)
    for store, url in bench.stores(DURABLE):
        folder = bench.data / f"statement-{store}"
        shutil.rmtree(folder, ignore_errors=True)
        repeats = 30 if bench.is_quick else 200
        told = measure(
            "statement", folder=str(folder), lines=LINES, few=FEW, repeats=repeats, url=url
        )
        pages = {each["name"]: each for each in told.answer["pages"] if each["status"] == 200}
        few_ms = mean((pages["few"]["cpu_ms"], pages["few again"]["cpu_ms"]))
        bench.report.table(
            f"{store}: {count(LINES)} lines, and {FEW}",
            HEAD,
            [
                (
                    name,
                    f"{page['p50_ms']:.1f}",
                    f"{page['p99_ms']:.1f}",
                    page["queries"],
                    f"{page['cpu_ms']:.1f}",
                    f"{page['cpu_ms'] / few_ms:.2f}",
                )
                for name, page in pages.items()
            ],
        )
        many = pages["many"]
        bench.report.add(
            Row(
                f"p99 of {count(LINES)} lines on {store}",
                f"{many['p99_ms']:.1f} ms",
                f"{pages['few']['p99_ms']:.1f} ms ({FEW} lines)",
                f"{many['p99_ms'] / pages['few']['p99_ms']:.2f}×",
                f"≤ {P99_MAX_MS:.0f} ms on a quiet machine",
                many["p99_ms"] <= P99_MAX_MS,
            )
        )
