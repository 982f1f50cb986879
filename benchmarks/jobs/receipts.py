"""Explain one line of a settlement and verify its receipt, again and again."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.child import own_cpu_s
from wavepool.engine.receipts import canonical_json, verify_with_manifest
from wavepool.engine.seasons.explaining import explain_line

LINE = "{period}/{number}"


def run(*, out: str, period: str, numbers: list[int], verifications: int) -> dict[str, Any]:
    """Answer medians: seconds per explanation, milliseconds per verification."""
    folder = Path(out)
    manifest = (folder / "manifest.json").read_bytes()
    kinds, walls, cpus, checks = [], [], [], []
    for number in numbers:
        cpu, wall = own_cpu_s(), time.monotonic()
        explained = explain_line(folder, LINE.format(period=period, number=number))
        walls.append(time.monotonic() - wall)
        cpus.append(own_cpu_s() - cpu)
        kinds.append(explained.line.kind)
        if explained.receipt is None:
            continue
        for _ in range(verifications):
            wall = time.perf_counter()
            verified = verify_with_manifest(explained.receipt, manifest, None)
            checks.append((time.perf_counter() - wall) * 1_000)
            assert verified.ok
    return {
        "kinds": [
            {"kind": kind, "wall_s": wall, "cpu_s": cpu}
            for kind, wall, cpu in zip(kinds, walls, cpus, strict=True)
        ],
        "explain_s": statistics.median(walls),
        "verify_ms": statistics.median(checks),
        "manifest_kb": len(manifest) // 1024,
        "receipt_bytes": len(canonical_json(explained.receipt)) if explained.receipt else 0,
    }
