"""The stages for the tests of statements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worlds.fair import Fair, make_fair, two_months
from worlds.month_end import MonthEnd, make_month_end
from worlds.whys import Whys, settle


@pytest.fixture
def months(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MonthEnd:
    """The fair's months on their way into the books; see tests/worlds/month_end.py."""
    return make_month_end(world, settings, tmp_path, monkeypatch)


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Two creators and a shop at work; see tests/worlds/fair.py."""
    settings.DATA_DIR = tmp_path / "data"
    return make_fair(world, tmp_path / "data" / "lake", monkeypatch)


@pytest.fixture
def whys(fair: Fair) -> Whys:
    """A draft run of both months, and its statements."""
    return settle(two_months(fair))
