"""P4: a settlement killed with SIGKILL at any boundary and resumed is the settlement."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from promises import crash_runs
from promises.market import market, write_market

TESTS = Path(__file__).resolve().parents[1]
# Thirteen and the three phases of a rename have no common factor: each phase gets its turn.
EVERY = 1 if os.environ.get("WAVEPOOL_THOROUGH") else 13


def crash(place: Path, *words: str) -> dict[str, Any]:
    """Run `crash_runs` in a process of its own, which forks the ones it kills."""
    season = write_market(place / "season", market())
    paths = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    done = subprocess.run(
        [sys.executable, crash_runs.__file__, str(season), str(place), *words],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


class TestKilledSettlement:
    def test_resumes_to_the_same_manifest_byte_for_byte(self, tmp_path: Path) -> None:
        report = crash(tmp_path, "chain", str(EVERY))
        assert report["failures"] == []
        assert report["boundaries"] > 250
        phases = {name.split(" ")[0] for name in report["killed"]}
        assert phases == set(crash_runs.PHASES)
        assert len(report["killed"]) >= report["boundaries"] // EVERY

    @pytest.mark.parametrize(
        ("sabotage", "targets", "failure"),
        [
            (
                "write_in_place",
                ["torn 2024-06/stage-credits.json"],
                "2024-06/stage-credits.json is torn",
            ),
            ("mark_first", ["before 2024-06/credits.parquet"], "not resumed"),
            ("manifest_first", ["after manifest.json"], "the manifest lists x"),
            ("none", ["before no-such-file"], "it ended without it"),
        ],
    )
    def test_is_caught_when_the_guard_is_off(
        self, tmp_path: Path, sabotage: str, targets: list[str], failure: str
    ) -> None:
        report = crash(tmp_path, "sabotage", sabotage, *targets)
        assert len(report["failures"]) == 1
        assert failure in report["failures"][0]
