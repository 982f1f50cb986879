"""A demonstration's folders, open for reading: the season, its settlement, and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from wavepool.engine.policy import Policy
from wavepool.engine.relations import Relations, open_relations
from wavepool.engine.seasons.explaining.settlement import Settlement

Row = dict[str, Any]
MICRO: Final = 1_000_000

_SEASON: Final = (
    "agencies",
    "creators",
    "creator_payees",
    "introductions",
    "items",
    "order_lines",
    "pieces",
    "accounts",
    "sessions",
    "shops",
    "viewers",
)
_SETTLED: Final = (
    "agency_parts",
    "awards",
    "budget_cards",
    "credits",
    "creator_days",
    "holds",
    "micro_lines",
    "near_misses",
    "payee_scenes",
    "piece_values",
    "pool_accounts",
    "pool_shares",
    "reversals",
    "ruled_parts",
    "settling",
    "statement_lines",
    "statements",
    "line_touches",
)


class Book:
    """Every table that the report reads; those of periods carry a column `in_period`."""

    def __init__(self, season: Path, out: Path, rel: Relations) -> None:
        self.season = season
        self.out = out
        self.settlement = Settlement(out)
        self._rel = rel
        for name in _SEASON:
            rel.scan(name, [season / f"{name}.parquet"])
        rel.scan("touches", sorted((season / "touches").glob("*.parquet")))
        # Only this report reads the truth; the engine has settled without it.
        rel.scan("truth_creators", [season / "truth" / "truth_creators.parquet"])
        for name in _SETTLED:
            self._stack(name)

    @property
    def policy(self) -> Policy:
        """Return the policy that the settlement was made by."""
        return self.settlement.policy

    @property
    def periods(self) -> list[str]:
        """Return the settled periods in order of time."""
        return self.settlement.periods

    @property
    def currency(self) -> str:
        """Return the one currency of a demonstration."""
        return self.policy.currency

    def rows(self, sql: str) -> list[Row]:
        """Run a query; its rows as dictionaries."""
        found: list[Row] = self._rel.fetch(sql).to_pylist()
        return found

    def one(self, sql: str) -> Row:
        """Run a query that has exactly one row."""
        (row,) = self.rows(sql)
        return row

    def _stack(self, name: str) -> None:
        parts = []
        for period in self.periods:
            path = self.out / period / f"{name}.parquet"
            if path.exists():
                part = f"{name}_{period.replace('-', '_')}"
                self._rel.scan(part, [path])
                parts.append(f"select '{period}' as in_period, x.* from {part} as x")
        self._rel.view(name, " union all ".join(parts))


@contextmanager
def open_book(season: Path, out: Path) -> Iterator[Book]:
    """Open a season beside its settlement."""
    scratch = out / "scratch"
    rel = open_relations("duckdb", scratch=scratch, threads=2, memory_mb=1_000)
    try:
        yield Book(season, out, rel)
    finally:
        rel.close()
