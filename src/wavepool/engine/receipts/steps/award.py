"""Steps of an award: what was reached, what that claims, what the budget leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from wavepool.engine.receipts.shapes import (
    COUNT,
    ID,
    MAYBE_COUNT,
    MAYBE_ID,
    TEXT,
    Many,
    Row,
)
from wavepool.engine.receipts.steps.pool import AGENCY, CARRY
from wavepool.engine.receipts.steps.step import MICRO, Inputs, Result, Step, StepImpossible


def _lump_sum(given: Inputs) -> Result:
    is_met = [row["have"] >= row["need"] for row in given["conditions"]]
    if not is_met or not all(is_met):
        raise StepImpossible("a condition of the reward is not met")
    return {"is_met": is_met, "claim_minor": given["reward_minor"]}


def _tiered(given: Inputs) -> Result:
    units, cap = given["units"], given["cap_units"]
    counted = units if cap is None else min(units, cap)
    worth = _bracket_micro(given["brackets"], counted) // MICRO
    return {
        "counted_units": counted,
        "worth_minor": worth,
        "claim_minor": max(0, worth - given["claimed_before_minor"]),
    }


def _per_anchor(given: Inputs) -> Result:
    if len(set(given["anchors"])) != len(given["anchors"]):
        raise StepImpossible("an anchor is counted twice")
    return {"claim_minor": given["reward_minor"] * len(given["anchors"])}


def _frame(given: Inputs) -> Result:
    anchors = sum(row["anchors"] for row in given["grades"])
    stacked = sum(
        row["anchors"] * _bracket_micro(row["brackets"], anchors)
        for row in given["grades"]
        if row["anchors"]
    )
    worth = stacked // (anchors * MICRO) if anchors else 0
    return {
        "anchors_total": anchors,
        "worth_minor": worth,
        "claim_minor": max(0, worth - given["claimed_before_minor"]),
    }


def _bracket_micro(brackets: Sequence[Any], units: int) -> int:
    reached = [row for row in brackets if row["above"] <= units]
    if not reached:
        raise StepImpossible(f"no bracket holds {units} units")
    held = max(reached, key=lambda row: int(row["above"]))
    return int(held["base_minor"]) * MICRO + int(held["rate_micro"]) * (units - int(held["above"]))


def _scale_back(given: Inputs) -> Result:
    claim, claims = given["claim_minor"], given["claims_total_minor"]
    if claim > claims:
        raise StepImpossible("one claim is above the sum of all claims")
    remaining = max(0, given["budget_minor"] - given["committed_minor"])
    scaled = claim * MICRO if claims <= remaining else claim * MICRO * remaining // claims
    return {
        "remaining_minor": remaining,
        "scaled_micro": scaled,
        "award_minor": scaled // MICRO,
        "entitlement_micro": scaled // MICRO * MICRO,
    }


_BRACKETS: Final = Many(Row({"above": COUNT, "base_minor": COUNT, "rate_micro": COUNT}))

_PAYMENT: Final = (
    Step(
        "scale_back",
        "remaining_minor = max(0, budget_minor - committed_minor); scaled_micro = claim_minor x "
        "10^6, where the claims exceed what remains "
        "floor(claim_minor x 10^6 x remaining_minor / claims_total_minor); "
        "award_minor = floor(scaled_micro / 10^6)",
        {
            "claim_minor": COUNT,
            "claims_total_minor": COUNT,
            "budget_minor": COUNT,
            "committed_minor": COUNT,
        },
        _scale_back,
    ),
    AGENCY,
    *CARRY,
)

AWARD_LUMP_SUM: Final = (
    Step(
        "lump_sum",
        "reward_minor when every condition has have >= need",
        {
            "programme_id": ID,
            "milestone_id": MAYBE_ID,
            "conditions": Many(
                Row(
                    {
                        "counter": TEXT,
                        "need": COUNT,
                        "have": COUNT,
                        "weeks": MAYBE_COUNT,
                        "days_per_week": MAYBE_COUNT,
                    }
                )
            ),
            "reward_minor": COUNT,
        },
        _lump_sum,
    ),
    *_PAYMENT,
)
"""A reward for meeting every condition, to one person once."""

AWARD_TIERED: Final = (
    Step(
        "tiered",
        "n = min(units, cap_units); highest bracket with above <= n: "
        "worth_minor = floor((base_minor x 10^6 + rate_micro x (n - above)) / 10^6); "
        "claim_minor = max(0, worth_minor - claimed_before_minor)",
        {
            "programme_id": ID,
            "counter": TEXT,
            "units": COUNT,
            "cap_units": MAYBE_COUNT,
            "brackets": _BRACKETS,
            "claimed_before_minor": COUNT,
        },
        _tiered,
    ),
    *_PAYMENT,
)
"""A marginal schedule on one counter."""

AWARD_PER_ANCHOR: Final = (
    Step(
        "per_anchor",
        "reward_minor x number of anchors",
        {"programme_id": ID, "anchors": Many(ID), "reward_minor": COUNT},
        _per_anchor,
    ),
    *_PAYMENT,
)
"""An agency's reward for each anchor that it introduced."""

AWARD_FRAME: Final = (
    Step(
        "frame",
        "N = sum of anchors; worth_minor = floor(sum of anchors x bracket(N) / N); "
        "claim_minor = max(0, worth_minor - claimed_before_minor)",
        {
            "programme_id": ID,
            "grades": Many(Row({"grade_id": ID, "anchors": COUNT, "brackets": _BRACKETS})),
            "claimed_before_minor": COUNT,
        },
        _frame,
    ),
    *_PAYMENT,
)
"""An agency's reward over the quantity and quality of its new anchors."""
