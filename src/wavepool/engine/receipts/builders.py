"""One builder for each kind of receipt: facts in, document out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from wavepool.engine.receipts.canonical import StatementLine
from wavepool.engine.receipts.facts import (
    AgencyAwardsFacts,
    AwardPayment,
    ClaimFacts,
    DebtFacts,
    HoldFacts,
    LumpSumFacts,
    OrderFacts,
    PerAnchorFacts,
    PolicyRef,
    PoolFacts,
    RefundFacts,
    RulingFacts,
    TieredFacts,
    WinnerFacts,
)
from wavepool.engine.receipts.steps import (
    ADJUSTMENT,
    AGENCY_AWARDS,
    AGENCY_COMMISSION,
    AGENCY_REFUND,
    AWARD_FRAME,
    AWARD_LUMP_SUM,
    AWARD_PER_ANCHOR,
    AWARD_TIERED,
    COMMISSION,
    DEBT,
    HELD,
    POOL,
    REFUND,
    Chain,
)
from wavepool.engine.receipts.writing import NO_PROOF, Proof, Receipt, write_receipt


def commission_receipt(
    line: StatementLine,
    policy: PolicyRef,
    *,
    winner: WinnerFacts,
    order: OrderFacts,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Receipt of a person's commission on one order line. Raises as `write_receipt`."""
    return _receipt(COMMISSION, line, policy, proof, winner, order)


def refund_receipt(
    line: StatementLine,
    policy: PolicyRef,
    *,
    order: OrderFacts,
    refund: RefundFacts,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Receipt of what refunds take back from a person. Raises as `write_receipt`."""
    return _receipt(REFUND, line, policy, proof, order, refund)


def pool_receipt(
    line: StatementLine, policy: PolicyRef, *, pool: PoolFacts, proof: Proof = NO_PROOF
) -> Receipt:
    """Receipt of a payee's share of a pool. Raises as `write_receipt`."""
    return _receipt(POOL, line, policy, proof, pool)


def award_receipt(
    line: StatementLine,
    policy: PolicyRef,
    *,
    claim: ClaimFacts,
    payment: AwardPayment,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Receipt of an incentive award. Raises as `write_receipt`."""
    return _receipt(_claim_chain(claim), line, policy, proof, claim, payment)


def agency_commission_receipt(
    line: StatementLine, policy: PolicyRef, *, order: OrderFacts, proof: Proof = NO_PROOF
) -> Receipt:
    """Receipt of an agency's part of one order line. Raises as `write_receipt`."""
    return _receipt(AGENCY_COMMISSION, line, policy, proof, order)


def agency_refund_receipt(
    line: StatementLine,
    policy: PolicyRef,
    *,
    order: OrderFacts,
    refund: RefundFacts,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Receipt of what refunds take back from an agency. Raises as `write_receipt`."""
    return _receipt(AGENCY_REFUND, line, policy, proof, order, refund)


def agency_awards_receipt(
    line: StatementLine, policy: PolicyRef, *, awards: AgencyAwardsFacts, proof: Proof = NO_PROOF
) -> Receipt:
    """Receipt of an agency's parts of awards and pool shares. Raises as `write_receipt`."""
    return _receipt(AGENCY_AWARDS, line, policy, proof, awards)


def held_receipt(
    line: StatementLine, policy: PolicyRef, *, hold: HoldFacts, proof: Proof = NO_PROOF
) -> Receipt:
    """Receipt of money in escrow. Raises as `write_receipt`."""
    return _receipt(HELD, line, policy, proof, hold)


def adjustment_receipt(
    line: StatementLine,
    policy: PolicyRef,
    *,
    hold: HoldFacts,
    ruling: RulingFacts,
    proof: Proof = NO_PROOF,
) -> Receipt:
    """Receipt of what a ruling gives back or takes back. Raises as `write_receipt`."""
    return _receipt(ADJUSTMENT, line, policy, proof, hold, ruling)


def debt_receipt(
    line: StatementLine, policy: PolicyRef, *, debt: DebtFacts, proof: Proof = NO_PROOF
) -> Receipt:
    """Receipt of a debt netted or carried on. Raises as `write_receipt`."""
    return _receipt(DEBT, line, policy, proof, debt)


def _receipt(
    chain: Chain, line: StatementLine, policy: PolicyRef, proof: Proof, *facts: Any
) -> Receipt:
    named: dict[str, Any] = {}
    for part in facts:
        named.update({name: _json_value(value) for name, value in asdict(part).items()})
    return write_receipt(chain=chain, facts=named, line=line, policy=policy, proof=proof)


def _claim_chain(claim: ClaimFacts) -> Chain:
    if isinstance(claim, LumpSumFacts):
        return AWARD_LUMP_SUM
    if isinstance(claim, TieredFacts):
        return AWARD_TIERED
    if isinstance(claim, PerAnchorFacts):
        return AWARD_PER_ANCHOR
    return AWARD_FRAME


def _json_value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {name: _json_value(item) for name, item in value.items()}
    return value
