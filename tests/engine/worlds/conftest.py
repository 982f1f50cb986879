"""One small world for the whole room."""

from __future__ import annotations

import pytest

from wavepool.engine.worlds import WorldFacts, WorldPlan, build_world
from worlds_asked.asking import World


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> WorldFacts:
    return build_world(
        tmp_path_factory.mktemp("world"),
        WorldPlan(truth_replicas=1, part_touches=30_000),
        touches=60_000,
    )


@pytest.fixture(scope="session")
def world(facts: WorldFacts) -> World:
    return World(facts.folder)
