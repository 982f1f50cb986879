"""The season behind the demonstration's marketplace: generated, then settled by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from wavepool.cli.rules import DEFAULT_POLICY, binding_policy, binding_programmes
from wavepool.cli.terminal import Say
from wavepool.engine.seasons import Plan, settle_season
from wavepool.engine.worlds import WorldPlan, build_world

START: Final = "2026-09"
MONTHS: Final = 3
SEED: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a market is generated."""

    touches: int
    creators: int
    shops: int


WHOLE: Final = Size(touches=40_000, creators=120, shops=40)
SMALL: Final = Size(touches=20_000, creators=40, shops=30)


@dataclass(frozen=True, slots=True)
class Season:
    """A settled season's folders, and its tables as rows."""

    tables: Path
    out: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of an input table, in the order of its first column."""
        return _rows(f"select * from '{self.tables / table}.parquet' order by all")

    def months(self) -> list[str]:
        """The settled months, oldest first."""
        return sorted(path.name for path in self.out.iterdir() if path.is_dir())

    def result(self, table: str, month: str) -> list[dict[str, Any]]:
        """All rows of a table of results of one month."""
        return _rows(f"select * from '{self.out / month / table}.parquet' order by all")


def make_season(folder: Path, *, size: Size, say: Say) -> Season:
    """Generate and settle `folder/season` into `folder/settled`; a finished one is taken."""
    season = Season(folder / "season", folder / "settled")
    if not season.tables.exists():
        plan = WorldPlan(
            touches=size.touches,
            creators=size.creators,
            shops=size.shops,
            seed=SEED,
            start=START,
            months=MONTHS,
            truth_values_max_touches=0,
        )
        build_world(season.tables, plan, progress=say)
    policy = binding_policy(DEFAULT_POLICY)
    settle_season(
        Plan(
            season=season.tables,
            out=season.out,
            policy=policy,
            programmes=binding_programmes(policy, beside=DEFAULT_POLICY),
        ),
        say=say,
    )
    return season


def _rows(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.sql(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
