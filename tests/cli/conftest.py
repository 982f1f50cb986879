"""One tiny season, settled once, for every command that reads results."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.runs import run
from wavepool.engine.worlds import WorldPlan, build_world


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of four thousand touches."""
    folder = tmp_path_factory.mktemp("season") / "season"
    build_world(
        folder, WorldPlan(touches=4_000, months=1, start="2022-11", truth_values_max_touches=0)
    )
    return folder


@pytest.fixture(scope="session")
def settled(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The season's settlement."""
    out = tmp_path_factory.mktemp("settled") / "out"
    ran = run("settle", season, "--out", out)
    assert ran.exit_code == 0, ran.err
    return out


@pytest.fixture
def bad_season(season: Path, tmp_path: Path) -> Path:
    """The season with one refund of an order line that does not exist."""
    folder = tmp_path / "season"
    shutil.copytree(season, folder)
    (folder / "refunds.parquet").unlink()
    (folder / "refunds.csv").write_text(
        "refund_id,line_id,refund_minor,refunded_at\n1,999999999,100,1668000000000\n",
        encoding="utf-8",
    )
    return folder
