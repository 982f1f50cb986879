"""Bao's till for the tests of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.orders import operations
from worlds.shelf import make_shelf
from worlds.till import Till, make_till


@pytest.fixture
def till(world: Any, tmp_path: Path) -> Iterator[Till]:
    """Goods on sale and a provider, wired for pages too; see tests/worlds/till.py."""
    made = make_till(make_shelf(world), tmp_path / "sandbox")
    before = operations.find_provider()
    operations.use_provider(made.provider)
    yield made
    operations.use_provider(before)


@pytest.fixture
def enter(world: Any) -> Callable[[str], Client]:
    """A browser in which one of the cast is signed in."""

    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as
