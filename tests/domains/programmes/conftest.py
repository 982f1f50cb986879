"""March 2022 under the shipped rules."""

from __future__ import annotations

import pytest

from worlds.cast import World
from worlds.programme_stage import Stage, make_stage


@pytest.fixture
def stage(world: World) -> Stage:
    """The rules are in force; nobody has joined."""
    return make_stage(world)
