"""What every stage of a settlement knows: the engine, the rules, the season, the period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from wavepool.engine.attribution import HOUR_MS
from wavepool.engine.incentives import Programmes
from wavepool.engine.policy import PeriodRow, Policy, Scene
from wavepool.engine.relations import Relations
from wavepool.engine.seasons.out_folder import PeriodFolder

DAY_MS = 24 * HOUR_MS
Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """One settlement: relations with the checked season, the rules, and where to say progress."""

    rel: Relations
    policy: Policy
    programmes: Sequence[Programmes]
    parts: Sequence[str]
    periods: Sequence[PeriodRow]
    say: Say
    is_looking_for_rings: bool = False

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """Return the scenes in the order of their numbers."""
        return self.policy.scenes

    def scene_numbers(self) -> dict[str, int]:
        """Number the scenes as SQL joins them."""
        return {scene.id: number for number, scene in enumerate(self.scenes)}

    def period_number(self, period: str) -> int:
        """Number of a period; consecutive, so that a touch's month is one integer."""
        year, month = period.split("-")
        return int(year) * 12 + int(month)


@dataclass(frozen=True)
class Turn:
    """One period of a run: its folder, and the state folder it opens from."""

    run: Run
    row: PeriodRow
    folder: PeriodFolder
    opening: Path | None
    saved: dict[str, list[str]] = field(default_factory=dict)

    @property
    def rel(self) -> Relations:
        """Return the run's relations."""
        return self.run.rel

    @property
    def period(self) -> str:
        """Return the period's id."""
        return self.row.period

    @property
    def number(self) -> int:
        """Return the period's number."""
        return self.run.period_number(self.row.period)

    def keep(self, stage: str, name: str, *, order_by: str, state: bool = False) -> None:
        """Write a relation as one of the stage's results."""
        place = self.folder.save(self.rel, name, order_by=order_by, state=state)
        self.saved.setdefault(stage, []).append(place)

    def open_state(self, name: str) -> bool:
        """Register `opening_<name>` if the earlier settlement left such a table."""
        if self.opening is None:
            return False
        path = self.opening / f"{name}.parquet"
        if not path.exists():
            return False
        self.rel.scan(f"opening_{name}", [path])
        return True

    def opening_rows(self, name: str, schema: pa.Schema) -> pa.Table:
        """Bring a small state table to Python; empty with this schema where there is none."""
        if not self.open_state(name):
            return schema.empty_table()
        return self.rel.fetch(f"select * from opening_{name}")

    def stack(self, name: str, parts: Sequence[str]) -> None:
        """Make relation `name` from queries of one shape, one after the other."""
        self.rel.table(name, " union all ".join(parts))
