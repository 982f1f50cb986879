"""March 2022 under the shipped rules; a farmer and a place for papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wavepool.domains.people.models import Creator
from worlds.cast import World
from worlds.programme_stage import Stage, make_stage


@pytest.fixture
def stage(world: World) -> Stage:
    """The rules are in force; nobody has joined."""
    return make_stage(world)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    """A place for papers."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def farm(world: Any, media: None) -> Any:
    """Ada is a farmer now."""
    Creator.objects.filter(pk=world.creator.pk).update(kind="farmer")
    return world
