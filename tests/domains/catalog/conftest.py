"""Bao's shelf for the tests of the catalog."""

from __future__ import annotations

from typing import Any

import pytest

from worlds.shelf import Shelf, make_shelf


@pytest.fixture
def shelf(world: Any) -> Shelf:
    """Bao's shop with goods in it; see tests/worlds/shelf.py."""
    return make_shelf(world)
