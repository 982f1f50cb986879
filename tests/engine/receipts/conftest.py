"""One honest receipt of every kind: Ada is payee 7, her agency is payee 90."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from wavepool.engine.receipts import (
    AgencyAwardsFacts,
    AgencySplit,
    AwardPart,
    AwardPayment,
    BracketRow,
    ConditionReached,
    DebtFacts,
    FrameFacts,
    GradeRow,
    HeldAmount,
    HoldFacts,
    LumpSumFacts,
    OrderFacts,
    PerAnchorFacts,
    PolicyRef,
    PoolFacts,
    Proof,
    RefundFacts,
    RulingFacts,
    SceneEvidence,
    StatementLine,
    TieredFacts,
    Weight,
    WinnerFacts,
    adjustment_receipt,
    agency_awards_receipt,
    agency_commission_receipt,
    agency_refund_receipt,
    award_receipt,
    commission_receipt,
    debt_receipt,
    held_receipt,
    leaf_digest,
    manifest_section,
    merkle_section,
    pool_receipt,
    refund_receipt,
    write_merkle_index,
)

POLICY = PolicyRef(id="default", version=1, digest="ab" * 32)
MANIFEST = b'{"statement_roots":[]}'

ORDER = OrderFacts(
    line_id=501,
    paid_minor=10_000,
    platform_coupon_minor=500,
    shipping_minor=300,
    tax_minor=1,
    plan_id=44,
    rate_ppm=200_000,
    scene_id="headlines",
    pool_id="big",
    direct_ppm=200_000,
    fee_ppm=100_000,
    rule="linear",
    weights=(Weight(party=3, weight=2), Weight(party=4, weight=1)),
    party=3,
    agency_id=2,
    split_ppm=300_000,
)
WINNER = WinnerFacts(
    touch_id=9_001,
    piece_id=88,
    winner_party=3,
    class_no=1,
    touched_at=1_767_232_800_000,
    paid_at=1_767_243_600_000,
    window_days=15,
    weight_ms=42_000,
    is_clicked=None,
    dwell_min_ms=5_000,
)
REFUND = RefundFacts(
    refunded_before_minor=2_500,
    is_cancelled_before=False,
    refunded_minor=5_000,
    is_cancelled=False,
)
POOL = PoolFacts(
    base_rates_from="bootstrap",
    scenes=(
        SceneEvidence(
            scene_id="headlines",
            viewers_micro=1_024,
            quality_micro=1_024,
            experience_micro=1_024,
            commerce_micro=1_024,
        ),
        SceneEvidence(
            scene_id="short_video",
            viewers_micro=5_000_000,
            quality_micro=3_000_000,
            experience_micro=4_700_000,
            commerce_micro=1_900_000,
        ),
    ),
    quality_tenths=4,
    experience_tenths=3,
    commerce_tenths=3,
    scene_weights_ppm=(500_000, 1_000_000),
    pool_id="big",
    legs_minor=900_000,
    subsidy_minor=100_000,
    reversals_minor=1_234,
    freed_minor=234,
    residue_in_micro=17,
    deficit_in_minor=1_000,
    value_total=300_000_000,
    agencies=(AgencySplit(agency_id=2, split_ppm=100_000),),
    carry_in_micro=370_000,
    minimum_payout_minor=1,
)
HOLD = HoldFacts(
    hold_id="h-1",
    cause="self_purchase",
    lines=(
        HeldAmount(line_key="C:501", held_minor=100),
        HeldAmount(line_key="C:502", held_minor=50),
    ),
)
BRACKETS = (
    BracketRow(above=0, base_minor=0, rate_micro=2_000_000),
    BracketRow(above=10, base_minor=20, rate_micro=3_500_000),
)


def line(kind: str, amount_minor: int, micro: int, **changes: Any) -> StatementLine:
    """A line of period 2026-01 in yuan, to Ada unless changed."""
    fields: dict[str, Any] = {
        "period": "2026-01",
        "line_key": f"{kind}:1",
        "payee_id": 7,
        "kind": kind,
        "ref_id": "501",
        "currency": "CNY",
        "amount_minor": amount_minor,
        "micro": micro,
        "is_held": False,
    }
    return StatementLine(**{**fields, **changes})


PAYMENT = AwardPayment(claims_total_minor=106_000, budget_minor=110_000, committed_minor=10_000)

Build = Callable[[StatementLine, Proof], dict[str, Any]]

CASES: Mapping[str, tuple[StatementLine, Build]] = {
    "commission": (
        line("commission", 190, 190_000_000),
        lambda at, proof: commission_receipt(at, POLICY, winner=WINNER, order=ORDER, proof=proof),
    ),
    "refund": (
        line("refund", -48, -48_000_000),
        lambda at, proof: refund_receipt(at, POLICY, order=ORDER, refund=REFUND, proof=proof),
    ),
    "agency_commission": (
        line("agency", 81, 81_000_000, payee_id=90),
        lambda at, proof: agency_commission_receipt(at, POLICY, order=ORDER, proof=proof),
    ),
    "agency_refund": (
        line("refund", -20, -20_000_000, payee_id=90),
        lambda at, proof: agency_refund_receipt(
            at, POLICY, order=ORDER, refund=REFUND, proof=proof
        ),
    ),
    "pool": (
        line("pool", 8_962, 8_962_515_048),
        lambda at, proof: pool_receipt(at, POLICY, pool=POOL, proof=proof),
    ),
    "award_lump_sum": (
        line("award", 28_301, 28_301_000_000),
        lambda at, proof: award_receipt(
            at,
            POLICY,
            claim=LumpSumFacts(
                programme_id="new_anchor_cash",
                milestone_id="day7",
                conditions=(
                    ConditionReached(counter="effective_days", need=5, have=6),
                    ConditionReached(
                        counter="effective_weeks", need=3, have=3, weeks=4, days_per_week=5
                    ),
                ),
                reward_minor=30_000,
            ),
            payment=PAYMENT,
            proof=proof,
        ),
    ),
    "award_tiered": (
        line("award", 21, 21_700_000),
        lambda at, proof: award_receipt(
            at,
            POLICY,
            claim=TieredFacts(
                programme_id="tiers",
                counter="received_minor",
                units=20,
                cap_units=15,
                brackets=BRACKETS,
                claimed_before_minor=6,
            ),
            payment=AwardPayment(
                claims_total_minor=100,
                budget_minor=100,
                agencies=(AgencySplit(agency_id=2, split_ppm=300_000),),
                carry_in_micro=0,
                minimum_payout_minor=1,
            ),
            proof=proof,
        ),
    ),
    "award_per_anchor": (
        line("award", 10_000, 10_000_000_000, payee_id=90),
        lambda at, proof: award_receipt(
            at,
            POLICY,
            claim=PerAnchorFacts(programme_id="agency_base", anchors=(3, 4), reward_minor=5_000),
            payment=AwardPayment(claims_total_minor=10_000, budget_minor=10_000),
            proof=proof,
        ),
    ),
    "award_frame": (
        line("award", 25, 25_000_000, payee_id=90),
        lambda at, proof: award_receipt(
            at,
            POLICY,
            claim=FrameFacts(
                programme_id="annual_frame",
                grades=(
                    GradeRow(grade_id="B", anchors=8, brackets=BRACKETS),
                    GradeRow(grade_id="A", anchors=4, brackets=BRACKETS),
                ),
                claimed_before_minor=2,
            ),
            payment=AwardPayment(claims_total_minor=25, budget_minor=25),
            proof=proof,
        ),
    ),
    "agency_awards": (
        line("agency", 4, 3_900_000, payee_id=90),
        lambda at, proof: agency_awards_receipt(
            at,
            POLICY,
            awards=AgencyAwardsFacts(
                awards=(
                    AwardPart(ref_id="P:big", payee_id=7, award_micro=9_000_001, split_ppm=100_000),
                    AwardPart(
                        ref_id="A:x:3", payee_id=7, award_micro=10_000_000, split_ppm=300_000
                    ),
                ),
                carry_in_micro=250_000,
                minimum_payout_minor=1,
            ),
            proof=proof,
        ),
    ),
    "held": (
        line("held", 150, 150_000_000, is_held=True),
        lambda at, proof: held_receipt(at, POLICY, hold=HOLD, proof=proof),
    ),
    "adjustment": (
        line("adjustment", 42, 42_000_000),
        lambda at, proof: adjustment_receipt(
            at,
            POLICY,
            hold=HOLD,
            ruling=RulingFacts(
                kept_ppm=350_000, decided_at=1_767_243_600_000, paid_before_minor=10
            ),
            proof=proof,
        ),
    ),
    "debt": (
        line("debt", 15, 15_000_000),
        lambda at, proof: debt_receipt(
            at, POLICY, debt=DebtFacts(lines_minor=-15, debt_in_minor=30), proof=proof
        ),
    ),
}


@dataclass(frozen=True)
class Statements:
    """A period's lines with their index; `proof_of` gives a line's sections."""

    lines: Sequence[StatementLine]
    leaves: bytes
    index: io.BytesIO
    root: bytes

    def proof_of(self, leaf_no: int) -> Proof:
        def fetch(first: int, count: int) -> bytes:
            return self.leaves[first * 32 : (first + count) * 32]

        return Proof(
            merkle=merkle_section(self.index, leaf_no, fetch),
            manifest=manifest_section(MANIFEST),
        )


def _statements() -> Statements:
    lines = [at for at, _ in CASES.values()]
    lines += [line("commission", n, n * 1_000_000, line_key=f"C:{n}") for n in range(100)]
    leaves = b"".join(bytes.fromhex(leaf_digest(each)) for each in lines)
    index = io.BytesIO()
    root = write_merkle_index(leaves, index)
    return Statements(lines, leaves, index, root)


@pytest.fixture(scope="session")
def statements() -> Statements:
    """The statements of one period: every kind of line, and a hundred more."""
    return _statements()


@pytest.fixture(scope="session")
def receipts(statements: Statements) -> Mapping[str, dict[str, Any]]:
    """One receipt of every kind, each with its Merkle path."""
    return {
        name: build(at, statements.proof_of(place))
        for place, (name, (at, build)) in enumerate(CASES.items())
    }


@pytest.fixture(scope="session")
def sha256() -> Callable[[bytes], bytes]:
    """SHA-256 as the tests' own oracle uses it."""
    return lambda data: hashlib.sha256(data).digest()
