"""One small engine for each file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.scoring.small_engine import engine
from wavepool.engine.relations import Relations


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    with engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened
