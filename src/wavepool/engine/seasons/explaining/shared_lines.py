"""What a receipt must know of money that is shared: pools, awards, agencies' parts of both."""

from __future__ import annotations

import json
from typing import Any

from wavepool.engine import receipts
from wavepool.engine.receipts import (
    AgencyAwardsFacts,
    AgencySplit,
    AwardPart,
    AwardPayment,
    BracketRow,
    ClaimFacts,
    ConditionReached,
    FrameFacts,
    GradeRow,
    LumpSumFacts,
    PerAnchorFacts,
    PoolFacts,
    SceneEvidence,
    StatementLine,
    TieredFacts,
)
from wavepool.engine.seasons.explaining.settlement import Row, Settlement
from wavepool.engine.seasons.payments import award_key


def explain_pool(settlement: Settlement, line: StatementLine, *, leaf_no: int) -> dict[str, Any]:
    """Receipt of a payee's share of a pool."""
    pool_id, policy = str(line.ref_id), settlement.policy
    scenes = {scene.id: scene for scene in policy.scenes if scene.pool == pool_id}
    evidence = [
        row
        for row in settlement.rows(line.period, "payee_scenes", "payee_id = ?", line.payee_id)
        if row["scene_id"] in scenes
    ]
    evidence.sort(key=lambda row: row["scene_id"])
    account = settlement.rows(line.period, "pool_accounts", "pool_id = ?", pool_id)[0]
    facts = PoolFacts(
        base_rates_from=_base_rates_from(settlement, line.period),
        scenes=tuple(
            SceneEvidence(
                **{
                    name: row[name]
                    for name in (
                        "scene_id",
                        "viewers_micro",
                        "quality_micro",
                        "experience_micro",
                        "commerce_micro",
                    )
                }
            )
            for row in evidence
        ),
        quality_tenths=policy.value.quality_tenths,
        experience_tenths=policy.value.experience_tenths,
        commerce_tenths=policy.value.commerce_tenths,
        scene_weights_ppm=tuple(scenes[row["scene_id"]].weight_ppm for row in evidence),
        pool_id=pool_id,
        **{
            name: account[name]
            for name in (
                "legs_minor",
                "subsidy_minor",
                "reversals_minor",
                "freed_minor",
                "residue_in_micro",
                "deficit_in_minor",
                "value_total",
            )
        },
        agencies=_agencies(settlement, line),
        carry_in_micro=_carry_in(settlement, line),
        minimum_payout_minor=policy.pool_rules.minimum_payout_minor,
    )
    proof = settlement.proof(line.period, leaf_no)
    return receipts.pool_receipt(line, settlement.policy_ref, pool=facts, proof=proof)


def explain_award(
    settlement: Settlement, line: StatementLine, *, leaf_no: int
) -> tuple[dict[str, Any], Row]:
    """Receipt and award row of an incentive award."""
    mine = settlement.rows(
        line.period, "awards", "programme_id = ? and payee_id = ?", line.ref_id, line.payee_id
    )
    award = next(row for row in mine if award_key(row) == line.line_key)
    card = settlement.rows(line.period, "budget_cards", "programme_id = ?", line.ref_id)[0]
    payment = AwardPayment(
        claims_total_minor=card["claims_minor"],
        budget_minor=card["budget_minor"],
        committed_minor=card["committed_minor"],
        agencies=_agencies(settlement, line),
        carry_in_micro=_carry_in(settlement, line),
        minimum_payout_minor=settlement.policy.pool_rules.minimum_payout_minor,
    )
    receipt = receipts.award_receipt(
        line,
        settlement.policy_ref,
        claim=_claim(settlement, award),
        payment=payment,
        proof=settlement.proof(line.period, leaf_no),
    )
    return receipt, award


def explain_agency_awards(
    settlement: Settlement, line: StatementLine, *, leaf_no: int
) -> dict[str, Any]:
    """Receipt of what an agency takes of its creators' shares and awards."""
    parts = settlement.rows(
        line.period,
        "agency_parts",
        "agency_payee_id = ? and currency = ?",
        line.payee_id,
        line.currency,
    )
    facts = AgencyAwardsFacts(
        awards=tuple(
            AwardPart(
                **{name: row[name] for name in ("ref_id", "payee_id", "award_micro", "split_ppm")}
            )
            for row in parts
        ),
        carry_in_micro=_carry_in(settlement, line),
        minimum_payout_minor=settlement.policy.pool_rules.minimum_payout_minor,
    )
    proof = settlement.proof(line.period, leaf_no)
    return receipts.agency_awards_receipt(line, settlement.policy_ref, awards=facts, proof=proof)


def _claim(settlement: Settlement, award: Row) -> ClaimFacts:
    programme = _programme(settlement, award["programme_id"])
    schedule: Row = programme["schedule"]
    conditions: list[Row] = json.loads(award["conditions"])
    if "milestones" in schedule:
        return LumpSumFacts(
            programme_id=award["programme_id"],
            milestone_id=award["once_key"].split(":", 1)[1],
            conditions=tuple(ConditionReached(**row) for row in conditions),
            reward_minor=award["claim_minor"],
        )
    if "grades" in schedule:
        counts = {row["grade"]: row["have"] for row in conditions if "grade" in row}
        return FrameFacts(
            programme_id=award["programme_id"],
            grades=tuple(
                GradeRow(grade_id=row["id"], anchors=counts[row["id"]], brackets=_brackets(row))
                for row in schedule["grades"]
            ),
            claimed_before_minor=conditions[-1]["claimed_before_minor"],
        )
    if "reward_minor" in schedule:
        return PerAnchorFacts(
            programme_id=award["programme_id"],
            anchors=(award["anchor_id"],),
            reward_minor=schedule["reward_minor"],
        )
    return TieredFacts(
        programme_id=award["programme_id"],
        counter=conditions[0]["counter"],
        units=conditions[0]["have"],
        cap_units=schedule.get("cap_units"),
        brackets=_brackets(schedule),
        claimed_before_minor=conditions[0]["claimed_before_minor"],
    )


def _brackets(row: Row) -> tuple[BracketRow, ...]:
    return tuple(
        BracketRow(
            above=each["above"], base_minor=each["base_minor"], rate_micro=each["rate_micro"]
        )
        for each in row["brackets"]
    )


def _programme(settlement: Settlement, programme_id: str) -> Row:
    return next(
        programme
        for document in settlement.programmes
        for programme in document["programmes"]
        if programme["id"] == programme_id
    )


def _agencies(settlement: Settlement, line: StatementLine) -> tuple[AgencySplit, ...]:
    parts = settlement.rows(
        line.period,
        "agency_parts",
        "ref_id = ? and payee_id = ? and currency = ?",
        line.line_key,
        line.payee_id,
        line.currency,
    )
    return tuple(
        AgencySplit(agency_id=row["agency_id"], split_ppm=row["split_ppm"]) for row in parts
    )


def _carry_in(settlement: Settlement, line: StatementLine) -> int:
    rows = settlement.rows(
        line.period,
        "micro_lines",
        "payee_id = ? and currency = ? and line_key = ?",
        line.payee_id,
        line.currency,
        line.line_key,
    )
    return int(rows[0]["carry_in_micro"])


def _base_rates_from(settlement: Settlement, period: str) -> str:
    place = settlement.periods.index(period)
    if place:
        return settlement.periods[place - 1]
    return "bootstrap" if settlement.manifest["run"]["opening"] is None else "opening"
