"""Pay day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wavepool.domains.payouts import operations
from worlds.cast import World
from worlds.payday import Payday, open_payday


@pytest.fixture(autouse=True)
def heads_of_our_own(settings: Any, tmp_path: Path) -> None:
    """The full proof holds the trail against exported heads; ours has none."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def payday(world: World, tmp_path: Path) -> Iterator[Payday]:
    """October is issued; Ada holds 1,200.00, Chen's agency 300.00."""
    kept = operations.list_rails()
    yield open_payday(world, tmp_path)
    operations.use_rails(*kept)
