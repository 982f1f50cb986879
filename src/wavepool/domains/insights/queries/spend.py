"""What content costs a shop and what stays of it, read from the tables of a settlement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.credits import queries as settled
from wavepool.engine.relations import open_relations, step_sql

_PACKAGE: Final = "wavepool.domains.insights.queries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """A creator's part of what a shop pays, in one currency; fields bear the ids of metrics.

    Attributes:
        creator_id: 0 of lines that nobody brought.
    """

    creator_id: int
    currency: str
    spend_lines: int
    spend_gmv: int
    spend_received: int
    spend_commission: int
    spend_direct: int
    spend_creator: int
    spend_agency: int
    spend_pool: int
    spend_fee: int
    spend_final_gmv: int
    spend_refunded: int
    spend_net_gmv: int
    spend_net_commission: int

    @property
    def spend_rate(self) -> int | None:
        """Commission by what was sold, in ppm; None where nothing was."""
        return part_ppm(self.spend_commission, self.spend_gmv)

    @property
    def spend_net_rate(self) -> int | None:
        """Final commission by final net sales, in ppm; None where nothing stayed sold."""
        return part_ppm(self.spend_net_commission, self.spend_net_gmv)

    @property
    def spend_refund_rate(self) -> int | None:
        """What of the final lines was given back, in ppm; None where nothing became final."""
        return part_ppm(self.spend_refunded, self.spend_final_gmv)

    @property
    def spend_incremental(self) -> int | None:
        """Not measurable without a group from whom content is withheld; never a zero."""
        return None


#: The columns that add up.
SUMS: Final = tuple(each.name for each in fields(Spend) if each.name.startswith("spend_"))


def runs_of_months() -> Mapping[str, Any]:
    """Which run tells of which month 'YYYY-MM', the latest month first; two queries.

    A settled month's own; of the open ones the newest draft.
    """
    found: dict[str, Any] = {}
    draft = settled.latest_run()
    if draft is not None:
        found |= dict.fromkeys(draft.periods, draft)
    finals = settled.list_runs().filter(kind="final", state="done", same_as=None, pruned_at=None)
    found |= {run.period: run for run in finals.order_by("confirmed_at", "pk")}
    return {month: found[month] for month in sorted(found, reverse=True)}


def spend_of_shop(run: Any, *, shop_id: int, month: str) -> tuple[Spend, ...]:
    """What content cost a shop in a month, as a run has it."""

    def rows(table: str) -> pa.Table:
        return settled.read_run(run, table, period=month, where="shop_id = ?", params=(shop_id,))

    credits = rows("credits")
    return count_spend(
        credits=credits,
        settling=rows("settling"),
        shares=settled.read_run(
            run,
            "shares",
            period=month,
            where="agency_minor > 0 and line_id in (select unnest(?::bigint[]))",
            params=(credits.column("line_id").to_pylist(),),
        ),
    )


def spend_by_month(runs: Mapping[str, Any], *, shop_id: int, months: int) -> Mapping[str, Any]:
    """The latest months of a shop, all creators together in each currency, the earliest first."""
    found = {}
    for month in sorted(runs)[-months:]:
        rows = spend_of_shop(runs[month], shop_id=shop_id, month=month)
        currencies = sorted({row.currency for row in rows})
        found[month] = {name: sum_spend(rows, name) for name in currencies}
    return found


def count_spend(*, credits: pa.Table, settling: pa.Table, shares: pa.Table) -> tuple[Spend, ...]:
    """Add up a shop's lines of one month by creator and currency, the most sold first.

    Args:
        credits: the shop's lines that were paid in the month.
        settling: the shop's lines that became final in it.
        shares: what agencies have of the lines that were paid.
    """
    with TemporaryDirectory(prefix="wavepool-spend-") as scratch:
        rel = open_relations(scratch=Path(scratch), threads=1, memory_mb=500)
        try:
            rel.put("credits", credits)
            rel.put("settling", settling)
            rel.put("shares", shares)
            rows = rel.fetch(step_sql(_PACKAGE, "spend")).to_pylist()
        finally:
            rel.close()
    return tuple(Spend(**row) for row in rows)


def sum_spend(rows: Iterable[Spend], currency: str) -> Spend:
    """All creators together, in one currency."""
    kept = [row for row in rows if row.currency == currency]
    sums = {name: sum(getattr(row, name) for row in kept) for name in SUMS}
    return Spend(creator_id=0, currency=currency, **sums)


def part_ppm(some: int, of: int) -> int | None:
    """A part of a whole in parts per million, rounded down; None where there is no whole.

    >>> part_ppm(1, 3), part_ppm(1, 0)
    (333333, None)
    """
    return some * 1_000_000 // of if of else None
