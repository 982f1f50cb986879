"""Statements of the fair's two months."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worlds.fair import Fair, make_fair, two_months
from worlds.whys import Whys, settle


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Two creators and a shop at work; see tests/worlds/fair.py."""
    settings.DATA_DIR = tmp_path / "data"
    return make_fair(world, tmp_path / "data" / "lake", monkeypatch)


@pytest.fixture
def whys(fair: Fair) -> Whys:
    """A draft run of both months, and its statements."""
    return settle(two_months(fair))
