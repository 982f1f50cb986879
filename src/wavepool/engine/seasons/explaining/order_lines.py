"""What a receipt must know of a line that comes from an order: commission, agency part, refund."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from wavepool.engine import receipts
from wavepool.engine.receipts import (
    OrderFacts,
    RefundFacts,
    StatementLine,
    Weight,
    WinnerFacts,
)
from wavepool.engine.seasons.explaining.settlement import NotASettlement, Row, Settlement

Receipt = dict[str, object]


def explain_order(
    settlement: Settlement, line: StatementLine, *, leaf_no: int, earlier: Sequence[Path] = ()
) -> tuple[Receipt | None, Row]:
    """Receipt and order of a commission, agency or refund line.

    The receipt is None where a ruling changed the order's parts after they
    were cut: then the ruling's own line explains them.

    Args:
        earlier: folders of settlements before this one, the latest first; a late refund
            takes back what one of them paid, at the rate of then.
    """
    order_line, party = _names(line.line_key)
    found = _settled(settlement, line.period, order_line, earlier)
    if found is None:
        return None, {}
    paid_in, period, order = found
    shares = paid_in.rows(period, "settling_shares", "line_id = ?", order["line_id"])
    shares.sort(key=lambda row: row["creator_id"])
    mine = next(row for row in shares if str(row["creator_id"]) == party)
    facts = _order_facts(paid_in, order, shares=shares, mine=mine)
    proof = settlement.proof(line.period, leaf_no)
    policy = settlement.policy_ref
    try:
        if line.kind == "refund":
            refund = _refund_facts(settlement, line.period, order)
            build = (
                receipts.agency_refund_receipt
                if line.line_key.startswith("RG:")
                else receipts.refund_receipt
            )
            return build(line, policy, order=facts, refund=refund, proof=proof), order
        if line.kind == "agency":
            return receipts.agency_commission_receipt(line, policy, order=facts, proof=proof), order
        winner = _winner_facts(settlement, order)
        return (
            receipts.commission_receipt(line, policy, winner=winner, order=facts, proof=proof),
            order,
        )
    except receipts.ReceiptContradictsLine:
        return None, order


def _names(line_key: str) -> tuple[str, str]:
    _, order_line, party = line_key.split(":", 2)
    return order_line, party


def with_earlier(settlement: Settlement, earlier: Sequence[Path]) -> Iterator[Settlement]:
    """A settlement and those before it, each opened when it is needed; what is gone lacks."""
    yield settlement
    for folder in earlier:
        try:
            yield Settlement(folder)
        except NotASettlement:
            continue


def _settled(
    settlement: Settlement, period: str, order_line: str, earlier: Sequence[Path]
) -> tuple[Settlement, str, Row] | None:
    """The settling row of an order line, in this period or the nearest earlier one."""
    kind = "bigint" if order_line.lstrip("-").isdigit() else "varchar"
    for each in with_earlier(settlement, earlier):
        for candidate in reversed([name for name in each.periods if name <= period]):
            rows = each.rows(candidate, "settling", f"line_id = cast(? as {kind})", order_line)
            if rows:
                return each, candidate, rows[0]
    return None


def _order_facts(settlement: Settlement, order: Row, *, shares: list[Row], mine: Row) -> OrderFacts:
    return OrderFacts(
        line_id=order["line_id"],
        paid_minor=order["paid_minor"],
        platform_coupon_minor=order["platform_coupon_minor"],
        shipping_minor=order["shipping_minor"],
        tax_minor=order["tax_minor"],
        plan_id=order["plan_id"],
        rate_ppm=order["rate_ppm"],
        scene_id=order["scene_id"],
        pool_id=order["pool_id"],
        direct_ppm=order["direct_ppm"],
        fee_ppm=order["fee_ppm"],
        rule=settlement.policy.attribution.rule,
        weights=tuple(Weight(party=row["creator_id"], weight=row["weight"]) for row in shares),
        party=mine["creator_id"],
        agency_id=mine["agency_id"],
        split_ppm=mine["split_ppm"],
    )


def _winner_facts(settlement: Settlement, order: Row) -> WinnerFacts:
    rules = settlement.policy.attribution
    return WinnerFacts(
        touch_id=order["touch_id"],
        piece_id=order["piece_id"],
        winner_party=order["creator_id"],
        class_no=order["class_no"],
        touched_at=order["touched_at"],
        paid_at=order["paid_at"],
        window_days=rules.window_days,
        weight_ms=order["weight_ms"],
        is_clicked=order["is_clicked"],
        dwell_min_ms=rules.dwell_min_ms,
    )


def _refund_facts(settlement: Settlement, period: str, order: Row) -> RefundFacts:
    change = settlement.rows(period, "refund_changes", "line_id = ?", order["line_id"])[0]
    paid = order["paid_minor"]
    before = (change["before_num"], change["before_den"])
    now = (change["now_num"], change["now_den"])
    return RefundFacts(
        refunded_before_minor=0 if before == (1, 1) else before[0],
        is_cancelled_before=before == (1, 1) and paid != 1,
        refunded_minor=0 if now == (1, 1) and paid != 1 else now[0],
        is_cancelled=now == (1, 1) and paid != 1,
    )
