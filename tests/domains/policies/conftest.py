"""The desk at which policies are written."""

from __future__ import annotations

import pytest

from worlds.cast import World
from worlds.policy_desk import Desk, make_desk


@pytest.fixture
def desk(world: World) -> Desk:
    """The defaults in force, Eve and Fay as owners, Dong as operator."""
    return make_desk(world)
