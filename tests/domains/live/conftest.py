"""Ada's newsroom for these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from worlds.newsroom import Newsroom, make_newsroom


@pytest.fixture
def newsroom(world: Any) -> Newsroom:
    """Ada with an account, Bao with goods; see tests/worlds/newsroom.py."""
    return make_newsroom(world)


@pytest.fixture
def enter(world: Any) -> Callable[[str], Client]:
    """A browser in which one of the cast is signed in."""

    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as
