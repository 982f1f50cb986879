"""The stage for the tests of statements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worlds.month_end import MonthEnd, make_month_end
from worlds.whys import Whys, make_whys


@pytest.fixture
def months(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MonthEnd:
    """The fair's months on their way into the books; see tests/worlds/month_end.py."""
    return make_month_end(world, settings, tmp_path, monkeypatch)


@pytest.fixture
def whys(months: MonthEnd) -> Whys:
    """Lines of the fair's statements after a draft of both months; see tests/worlds/whys.py."""
    return make_whys(months)
