"""Explain one statement line: its receipt, its path, its evidence, what would raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.engine import receipts
from wavepool.engine.receipts import (
    DebtFacts,
    HeldAmount,
    HoldFacts,
    RulingFacts,
    StatementLine,
)
from wavepool.engine.seasons.explaining.order_lines import explain_order, with_earlier
from wavepool.engine.seasons.explaining.peers import compare_with_peers, find_improvements
from wavepool.engine.seasons.explaining.settlement import Row, Settlement
from wavepool.engine.seasons.explaining.shared_lines import (
    explain_agency_awards,
    explain_award,
    explain_pool,
)

_NO_TOUCHES = pa.schema(
    [("touch_id", pa.int64()), ("touched_at", pa.int64()), ("is_winner", pa.bool_())]
)


@dataclass(frozen=True)
class Explanation:
    """Why a line has its amount.

    `receipt` is None where only a ruling's own line can explain the amount.
    `path`: the order's settling row, or the award's. `evidence`: the touches of
    the order inside the window, the winner marked. `peers`: rows of scene,
    slot, own and peers' rates in ppm. `improvements`: what one more full viewer
    of each kind would bring, in micro-units.
    """

    key: str
    line: StatementLine
    receipt: dict[str, Any] | None
    path: Row = field(default_factory=dict)
    evidence: pa.Table = field(default_factory=_NO_TOUCHES.empty_table)
    peers: list[Row] = field(default_factory=list)
    improvements: list[Row] = field(default_factory=list)


def explain_line(out: Path, line: str, *, earlier: Sequence[Path] = ()) -> Explanation:
    """Explain a statement line of a finished settlement.

    Args:
        out: the settlement's folder.
        line: PERIOD/NUMBER, PERIOD/PAYEE/KEY, or a key that occurs once.
        earlier: folders of the settlements that this one goes on from, the latest first.

    Raises:
        NotASettlement: `out` holds no finished settlement.
        LineNotFound: no line, or more than one, has this name.
    """
    settlement = Settlement(out)
    leaf_no, found = settlement.find_line(line)
    key = f"{found.period}/{leaf_no}"
    if found.kind in {"commission", "refund"} or found.line_key.startswith("G:"):
        receipt, order = explain_order(settlement, found, leaf_no=leaf_no, earlier=earlier)
        evidence = _touches(settlement, order, earlier) if order else _NO_TOUCHES.empty_table()
        return Explanation(key, found, receipt, path=order, evidence=evidence)
    if found.kind == "pool":
        return Explanation(
            key,
            found,
            explain_pool(settlement, found, leaf_no=leaf_no),
            peers=compare_with_peers(settlement, found),
            improvements=find_improvements(settlement, found),
        )
    if found.kind == "award":
        receipt, award = explain_award(settlement, found, leaf_no=leaf_no)
        return Explanation(key, found, receipt, path=award)
    if found.kind == "agency":
        return Explanation(key, found, explain_agency_awards(settlement, found, leaf_no=leaf_no))
    if found.kind == "adjustment":
        return Explanation(key, found, _explain_ruling(settlement, found, leaf_no))
    return Explanation(key, found, _explain_debt(settlement, found, leaf_no))


def _touches(settlement: Settlement, order: Row, earlier: Sequence[Path]) -> pa.Table:
    """The order line's touches, from the period in which it was paid, if that is here."""
    for each in with_earlier(settlement, earlier):
        for period in reversed(each.periods):
            if not each.has(period, "line_touches"):
                continue
            table = each.table(period, "line_touches", "line_id = ?", order["line_id"])
            if table.num_rows:
                winner = [
                    touch == order["touch_id"] for touch in table.column("touch_id").to_pylist()
                ]
                marked = table.append_column("is_winner", pa.array(winner, pa.bool_()))
                return marked.sort_by([("touched_at", "ascending"), ("touch_id", "ascending")])
    return _NO_TOUCHES.empty_table()


def _explain_ruling(settlement: Settlement, line: StatementLine, leaf_no: int) -> dict[str, Any]:
    part = settlement.rows(line.period, "ruled_parts", "line_key = ?", line.line_key)[0]
    hold = HoldFacts(
        hold_id=part["hold_id"],
        cause=part["cause"],
        lines=(HeldAmount(line_key=line.line_key, held_minor=part["amount_minor"]),),
    )
    return receipts.adjustment_receipt(
        line,
        settlement.policy_ref,
        hold=hold,
        ruling=RulingFacts(kept_ppm=part["kept_ppm"], decided_at=part["decided_at"]),
        proof=settlement.proof(line.period, leaf_no),
    )


def _explain_debt(settlement: Settlement, line: StatementLine, leaf_no: int) -> dict[str, Any]:
    statement = settlement.rows(
        line.period, "statements", "payee_id = ? and currency = ?", line.payee_id, line.currency
    )[0]
    debt = DebtFacts(lines_minor=statement["lines_minor"], debt_in_minor=statement["debt_in_minor"])
    return receipts.debt_receipt(
        line, settlement.policy_ref, debt=debt, proof=settlement.proof(line.period, leaf_no)
    )
