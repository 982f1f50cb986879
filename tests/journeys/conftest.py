"""The office of a world's months, with the sandbox's bank and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine

from journeys.office import Office
from worlds.fair import START
from worlds.month_end import MonthEnd
from worlds.payday import sandbox_rails


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[[MonthEnd], Office]]:
    """`open_office(months)`: the office, at the beginning of September."""
    with sandbox_rails(tmp_path / "bank"), time_machine.travel(START, tick=False) as hand:

        def opened(months: MonthEnd) -> Office:
            return Office(months, hand)

        yield opened
