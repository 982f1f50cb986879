"""Lists of a large market: goods and creators, first pages, pages far in, narrowed pages."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import count

INTRO = (
    "The site's own pages over a store of its own (SQLite unless `DATABASE_URL` says otherwise), half "
    "of all goods in one shop, through Django's test client: every middleware, view and template, no "
    "socket. One request at a time; the first two do not count."
)
HEAD = ("list", "p50 ms", "p99 ms", "requests per second", "queries")
# A page far in may cost this much more than the first one.
FAR_RATIO_MAX = 1.5


def run(bench: Bench) -> None:
    """Open every list again and again."""
    rows = 20_000 if bench.is_quick else 1_000_000
    bench.report.begin("Lists", INTRO)
    told = measure("lists", folder=str(bench.data / f"lists-{rows}"), rows=rows, repeats=100)
    found = [each for each in told.answer["lists"] if each["status"] == 200]
    table = [
        (
            each["name"],
            f"{each['p50_ms']:.1f}",
            f"{each['p99_ms']:.1f}",
            f"{each['per_s']:.1f}",
            each["queries"],
        )
        for each in found
    ]
    bench.report.table(f"{count(rows)} goods and as many creators", HEAD, table)
    for each in told.answer["lists"]:
        if each["status"] != 200:
            bench.report.note(f"{each['name']}: answered {each['status']}")
    p50 = {each["name"]: each["p50_ms"] for each in found}
    worst = max(p50[f"{name}, far in"] / p50[name] for name in p50 if f"{name}, far in" in p50)
    bench.report.note(
        f"A page far in costs at most {worst:.2f} times the first one (target {FAR_RATIO_MAX})."
    )
