"""Public pages at many pieces beside the same pages at a thousand, in one run."""

from __future__ import annotations

from statistics import mean
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import count

INTRO = (
    "The site's own public pages over stores of their own (SQLite), through Django's test client: every "
    "middleware, view and template, no socket. A hundred pieces a creator, a tenth of them hidden, three "
    "goods each. The small market is opened before and after the large one; the ratio is of the computing "
    "of a request, against the mean of the two, since that grows least with what else runs. One request "
    "at a time; the first two do not count."
)
HEAD = (
    "page",
    "p50 ms",
    "p99 ms",
    "requests per second",
    "queries",
    "CPU ms",
    "CPU ms at 1,000",
    "ratio",
)
SMALL = 1_000
#: What a page may cost at all pieces, against the same page at few.
RATIO_MAX = 1.5


def run(bench: Bench) -> None:
    """Open every page at both sizes."""
    rows = 20_000 if bench.is_quick else 1_000_000
    bench.report.begin("Public pages", INTRO)
    before, large, after = (_pages(bench, size) for size in (SMALL, rows, SMALL))
    table, worst = [], 0.0
    for name, page in large.items():
        small_ms = mean((before[name]["cpu_ms"], after[name]["cpu_ms"]))
        ratio = page["cpu_ms"] / small_ms
        worst = max(worst, ratio)
        table.append(
            (
                name,
                f"{page['p50_ms']:.1f}",
                f"{page['p99_ms']:.1f}",
                f"{page['per_s']:.1f}",
                f"{page['queries']} (at {count(SMALL)}: {before[name]['queries']})",
                f"{page['cpu_ms']:.1f}",
                f"{small_ms:.1f}",
                f"{ratio:.2f}",
            )
        )
    bench.report.table(f"{count(rows)} pieces", HEAD, table)
    bench.report.note(
        f"A page costs at most {worst:.2f} times what it costs at {count(SMALL)} pieces "
        f"(target {RATIO_MAX})."
    )


def _pages(bench: Bench, rows: int) -> dict[str, dict[str, Any]]:
    told = measure("pages", folder=str(bench.data / f"pages-{rows}"), rows=rows)
    return {each["name"]: each for each in told.answer["pages"] if each["status"] == 200}
