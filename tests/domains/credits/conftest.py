"""The fair for the tests of credits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worlds.fair import Fair, make_fair


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Two creators and a shop at work; see tests/worlds/fair.py."""
    settings.DATA_DIR = tmp_path / "data"
    return make_fair(world, tmp_path / "data" / "lake", monkeypatch)
