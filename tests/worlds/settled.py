"""The hand-made season settled once for a process, and its ids as those of rows in the store."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from promises.market import market, settle, write_market
from wavepool.domains.scores.queries import FolderTables, RunTables
from wavepool.engine.policy import Policy

#: The two months of the hand-made season.
JUNE, JULY = "2024-06", "2024-07"


@cache
def settled_market(*, without: tuple[str, ...] = ()) -> FolderTables:
    """The hand-made season under the default policy, settled; without some of its tables."""
    folder = Path(tempfile.mkdtemp(prefix="wavepool-settled-"))
    rows = {name: found for name, found in market().items() if name not in without}
    settle(write_market(folder / "season", rows), folder / "out")
    return FolderTables(folder / "out")


@dataclass(frozen=True)
class Renamed:
    """A run whose creators and payees are those of the store; nothing else is changed."""

    source: RunTables
    creators: Mapping[int, int] = field(default_factory=dict)
    payees: Mapping[int, int] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The run's policy."""
        return self.source.policy

    @property
    def periods(self) -> tuple[str, ...]:
        """The run's months."""
        return self.source.periods

    def read(
        self, table: str, *, period: str, where: str = "true", params: Sequence[Any] = ()
    ) -> pa.Table:
        """The run's rows with the store's ids."""
        return self._renamed(self.source.read(table, period=period, where=where, params=params))

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        """The run's state of the month before; it names nobody."""
        return self.source.read_opening(state, period=period)

    def _renamed(self, found: pa.Table) -> pa.Table:
        places = (
            ("creator_id", self.creators),
            ("part_id", self.creators),
            ("payee_id", self.payees),
        )
        for name, ids in places:
            if name in found.column_names and ids:
                place = found.column_names.index(name)
                column = [ids.get(each, each) for each in found.column(name).to_pylist()]
                found = found.set_column(place, name, pa.array(column, pa.int64()))
        return found
