"""Two months of pools."""

from __future__ import annotations

import pytest

from worlds.cast import World
from worlds.pool_months import Months, make_months


@pytest.fixture
def months(world: World) -> Months:
    """Ada's place in the hand-made season; nothing is taken in yet."""
    return make_months(world)
