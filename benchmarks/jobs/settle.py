"""Settle a season; answers its digest and the CPU of each stage, in the order they were said."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks.child import own_cpu_s
from wavepool.engine.incentives import load_programmes
from wavepool.engine.policy import default_policy
from wavepool.engine.seasons import Plan, settle_season


def run(
    *,
    season: str,
    out: str,
    engine: str = "duckdb",
    threads: int = 2,
    memory_mb: int = 4_000,
    is_looking_for_rings: bool = False,
    has_programmes: bool = True,
    period: str | None = None,
) -> dict[str, Any]:
    """Settle into an empty folder with the default policy."""
    shutil.rmtree(out, ignore_errors=True)
    marks = Marks()
    settled = settle_season(
        Plan(
            Path(season),
            Path(out),
            default_policy(),
            [load_programmes("incentives_2022")] if has_programmes else [],
            period=period,
            engine=engine,
            threads=threads,
            memory_mb=memory_mb,
            is_looking_for_rings=is_looking_for_rings,
        ),
        say=marks.say,
    )
    marks.say("end")
    return {
        "digest": settled.digest,
        "periods": list(settled.periods),
        "rejected": settled.rejected,
        "stages": marks.stages,
        "by_period": marks.by_period,
    }


class Marks:
    """CPU between one said line and the next, added up over parts."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.by_period: dict[str, float] = {}
        self._cpu = own_cpu_s()
        self._said = ""

    def say(self, text: str) -> None:
        """Note what begins now, and what the one before took."""
        now = own_cpu_s()
        if self._said:
            line = self._said.partition(", part ")[0]
            stage = line.partition(": ")[2] or line
            self.stages[stage] = self.stages.get(stage, 0.0) + now - self._cpu
            self.by_period[line] = self.by_period.get(line, 0.0) + now - self._cpu
        self._cpu, self._said = now, text
