"""Statements of a real little season: two months at the fair, settled through credits, as rows.

Ada's statement of September has commissions, a self-purchase that is held, a refund and a share of
the pool; the agency's has its parts of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as runs
from wavepool.domains.credits.models import Run
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.plumbing.actor import MACHINE
from worlds.fair import NIGHT, Fair, work

SEPTEMBER: Final = "2026-09"
OCTOBER: Final = "2026-10"


@dataclass(frozen=True)
class Whys:
    """The fair after a run, with its statements.

    Attributes:
        run: what the statements come from.
    """

    fair: Fair
    run: Run

    @property
    def world(self) -> Any:
        """The cast."""
        return self.fair.world

    @property
    def folder(self) -> Path:
        """The run's results."""
        return runs.run_folder(self.run)

    def lines(self, owner: str, period: str = SEPTEMBER) -> list[Line]:
        """Ada's, Xin's or the agency's lines of a month, by key."""
        rows = Line.objects.filter(
            statement__payee=self.fair.payees[owner], statement__period=period
        )
        return list(rows.order_by("key"))

    def line(self, owner: str, beginning: str, period: str = SEPTEMBER) -> Line:
        """The first line whose key begins so."""
        return next(each for each in self.lines(owner, period) if each.key.startswith(beginning))


def settle(fair: Fair, *, kind: str = "draft", period: str = "", at: datetime = NIGHT) -> Whys:
    """Run the engine over the fair's facts and put its statements into rows."""
    run = credits.request_run(kind=kind, as_of=at, actor=MACHINE, period=period)
    work(at)
    run = runs.get_run(run.public_id)
    for month in run.periods:
        take(run, month)
    return Whys(fair, run)


def take(run: Run, period: str) -> Take:
    """A run's month as rows; bridges are beside the point here, only their end is right."""
    row = Take.objects.create(
        period=period, run=run, is_final=run.kind == "final", as_of=run.as_of, taken_at=run.as_of
    )
    for found in runs.read_run(run, "statements", period=period).to_pylist():
        statement = Statement.objects.create(
            public_id=f"stm_{row.pk}_{found['payee_id']}_{found['currency']}",
            take=row,
            period=period,
            payee_id=found["payee_id"],
            currency=found["currency"],
            commission_minor=found["payable_minor"],
            payable_minor=found["payable_minor"],
            net_minor=found["payable_minor"],
            line_count=found["line_count"],
        )
        mine = runs.read_run(
            run,
            "statement_lines",
            period=period,
            where="payee_id = ? and currency = ?",
            params=[found["payee_id"], found["currency"]],
        )
        for line in mine.to_pylist():
            Line.objects.create(take=row, statement=statement, **_line(line))
    return row


def _line(found: dict[str, Any]) -> dict[str, Any]:
    parts = found["line_key"].split(":")
    is_order = parts[0] in {"C", "G", "R", "RG"}
    names = ("leaf_no", "kind", "currency", "amount_minor", "micro", "is_held", "digest")
    return {
        **{name: found[name] for name in names},
        "key": found["line_key"],
        "gross_micro": found["micro"],
        "order_line_id": int(parts[1]) if is_order else None,
        "creator_id": int(parts[2]) if is_order else None,
        "occurred_at": datetime(2026, 9, 30, 15, 59, tzinfo=UTC),
    }
