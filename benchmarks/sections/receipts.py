"""Receipts: how long a person waits for an explanation, and for its proof."""

from __future__ import annotations

import json

import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import Row, count

INTRO = (
    "Lines of the largest settlement at hand: `explain_line` from the folder to the receipt, then "
    "`verify_with_manifest` of that receipt, recomputing every step and the path to the root. "
    "Wall time within one process after its start; medians."
)
EXPLAIN_S_MAX = 1.0
VERIFY_MS_MAX = 50.0


def run(bench: Bench) -> None:
    """Explain and verify one line of each kind."""
    bench.report.begin("Receipts", INTRO)
    touches = max(
        (size for size in bench.sizes if (bench.settled(size) / "manifest.json").exists()),
        default=min(bench.sizes),
    )
    out = bench.settled(touches)
    if not (out / "manifest.json").exists():
        measure("settle", season=str(bench.world(touches)), out=str(out))
    document = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    period = document["periods"][0]
    lines = pq.read_table(
        out / period / "statement_lines.parquet", columns=["leaf_no", "kind"]
    ).sort_by("leaf_no")
    kinds = sorted(kind for kind in lines.column("kind").unique().to_pylist() if kind != "debt")
    numbers = []
    for kind in kinds:
        own = lines.filter(pc.equal(lines.column("kind"), kind)).column("leaf_no")
        numbers.append(own[len(own) // 2].as_py())
    found = measure(
        "receipts", out=str(out), period=period, numbers=numbers, verifications=50
    ).answer
    label = f"of {count(touches)} touches, {count(lines.num_rows)} lines in the period"
    bench.report.add(
        Row(
            f"explain one line {label}",
            f"{found['explain_s']:.3f} s, the median of the kinds below",
            target=f"≤ {EXPLAIN_S_MAX:.0f} s",
            is_met=found["explain_s"] <= EXPLAIN_S_MAX,
        )
    )
    bench.report.add(
        Row(
            "verify one receipt with its manifest",
            f"{found['verify_ms']:.2f} ms",
            target=f"≤ {VERIFY_MS_MAX:.0f} ms",
            is_met=found["verify_ms"] <= VERIFY_MS_MAX,
        )
    )
    bench.report.table(
        "One line of each kind, in this order; the first bears the imports",
        ("kind", "wall", "CPU"),
        [
            (row["kind"], f"{row['wall_s']:.3f} s", f"{row['cpu_s']:.3f} s")
            for row in found["kinds"]
        ],
    )
    bench.report.note(
        f"A receipt takes about {count(found['receipt_bytes'])} bytes; the manifest "
        f"{found['manifest_kb']} KB."
    )
