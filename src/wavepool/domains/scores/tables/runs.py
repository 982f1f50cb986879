"""Where a draft's tables come from: a settled run, read month by month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from wavepool.engine.policy import Policy
from wavepool.engine.seasons.explaining.settlement import Settlement


class RunTables(Protocol):
    """A settled run: its policy, its months, and rows of its tables."""

    @property
    def policy(self) -> Policy:
        """The policy that the run applied."""

    @property
    def periods(self) -> tuple[str, ...]:
        """The settled months in order."""

    def read(
        self, table: str, *, period: str, where: str = "true", params: Sequence[Any] = ()
    ) -> pa.Table:
        """Rows of one table of one month, narrowed by a condition with `?` for each parameter."""

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        """Rows of a table of state that a month opened from; None where it opened from nothing."""


class FolderTables:
    """A settled folder as `wavepool settle` leaves it.

    Args:
        folder: the run's.
        opening: the folder of the run from whose state its first month opened, if any.

    Raises:
        NotASettlement: the folder holds no finished settlement.
    """

    def __init__(self, folder: Path, *, opening: Path | None = None) -> None:
        self._settlement = Settlement(folder)
        self._opening = None if opening is None else Settlement(opening)

    @property
    def policy(self) -> Policy:
        """The policy that the run applied."""
        return self._settlement.policy

    @property
    def periods(self) -> tuple[str, ...]:
        """The settled months in order."""
        return tuple(self._settlement.periods)

    def read(
        self, table: str, *, period: str, where: str = "true", params: Sequence[Any] = ()
    ) -> pa.Table:
        """Rows of one table of one month, narrowed by a condition with `?` for each parameter."""
        return self._settlement.table(period, table, where, *params)

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        """Rows of a table of state that a month opened from; None where it opened from nothing."""
        earlier = [
            (settlement, each)
            for settlement in (self._opening, self._settlement)
            if settlement is not None
            for each in settlement.periods
            if each < period
        ]
        if not earlier:
            return None
        settlement, last = max(earlier, key=lambda pair: pair[1])
        return settlement.table(last, f"state/{state}")
