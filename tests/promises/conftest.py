"""Settlements that many promises look at, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from promises.market import ADA, link_buyer, market, settle, write_market
from wavepool.engine.worlds import build_world


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made season as files."""
    return write_market(tmp_path_factory.mktemp("market") / "season", market())


@pytest.fixture(scope="session")
def settled(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made season settled in one run."""
    return settle(season, tmp_path_factory.mktemp("settled") / "out").out


@pytest.fixture(scope="session")
def june(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made season's first month alone."""
    return settle(season, tmp_path_factory.mktemp("june") / "out", period="2024-06").out


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The season settled where Ada bought from her own content: line 2 is held, then expires."""
    place = tmp_path_factory.mktemp("held")
    tables = {**market(), "identity_links": [link_buyer(2, ADA)]}
    return settle(write_market(place / "season", tables), place / "out").out


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small seeded market with cheats, agencies, live rooms and rulings."""
    place = tmp_path_factory.mktemp("world") / "season"
    build_world(place, touches=1_000, start="2022-09", months=1, seed=5, threads=1)
    return place


@pytest.fixture(scope="session")
def world_settled(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world settled in one run."""
    return settle(world, tmp_path_factory.mktemp("world_settled") / "out").out
