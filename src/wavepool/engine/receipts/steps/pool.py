"""Steps of a share of a pool: evidence to value, the pool's account, the carry."""

from __future__ import annotations

from typing import Final

from wavepool.engine.receipts.shapes import COUNT, ID, NUMBER, PPM, TEXT, Many, Row
from wavepool.engine.receipts.steps.step import (
    MICRO,
    Inputs,
    Result,
    Step,
    StepImpossible,
    floor_ppm,
)
from wavepool.engine.sharing import distributable_micro, root_value, settle_carry


def _value(given: Inputs) -> Result:
    tenths = (given["quality_tenths"], given["experience_tenths"], given["commerce_tenths"])
    return {
        "values": [
            root_value(
                quality_micro=row["quality_micro"],
                experience_micro=row["experience_micro"],
                commerce_micro=row["commerce_micro"],
                tenths=tenths,
            )
            for row in given["scenes"]
        ]
    }


def _weight(given: Inputs) -> Result:
    if len(given["values"]) != len(given["scene_weights_ppm"]):
        raise StepImpossible("not one weight for each scene's value")
    weighted = [
        value * ppm // MICRO
        for value, ppm in zip(given["values"], given["scene_weights_ppm"], strict=True)
    ]
    return {"weighted": weighted, "value": sum(weighted)}


def _account(given: Inputs) -> Result:
    return {
        "distributable_micro": distributable_micro(
            legs_minor=given["legs_minor"],
            subsidy_minor=given["subsidy_minor"],
            reversals_minor=given["reversals_minor"],
            freed_minor=given["freed_minor"],
            residue_in_micro=given["residue_in_micro"],
            deficit_in_minor=given["deficit_in_minor"],
        )
    }


def _entitlement(given: Inputs) -> Result:
    if given["value"] > given["value_total"]:
        raise StepImpossible("one payee's value is above the sum of all values")
    if given["value_total"] == 0:
        return {"entitlement_micro": 0}
    shared = max(0, given["distributable_micro"])
    return {"entitlement_micro": shared * given["value"] // given["value_total"]}


def _agency(given: Inputs) -> Result:
    parts = [
        floor_ppm(given["entitlement_micro"], ppm=row["split_ppm"]) for row in given["agencies"]
    ]
    if sum(parts) > given["entitlement_micro"]:
        raise StepImpossible("the agencies' parts are more than the award")
    return {"agency_micro": sum(parts), "net_micro": given["entitlement_micro"] - sum(parts)}


def _carry(given: Inputs) -> Result:
    settled = settle_carry(
        entitlements_micro=[given["net_micro"]],
        agency_micro=[0],
        carry_in_micro=[given["carry_in_micro"]],
        minimum_payout_minor=given["minimum_payout_minor"],
    )
    return {
        "paid_minor": int(settled.paid_minor[0]),
        "carry_out_micro": int(settled.carry_out_micro[0]),
    }


def _pay(given: Inputs) -> Result:
    return {"amount_minor": given["paid_minor"], "micro": given["net_micro"]}


def _parts(given: Inputs) -> Result:
    parts = [floor_ppm(row["award_micro"], ppm=row["split_ppm"]) for row in given["awards"]]
    return {"parts_micro": parts, "net_micro": sum(parts)}


AGENCY: Final = Step(
    "agency",
    "agency_micro = sum of floor(entitlement_micro x split_ppm / 10^6); net_micro is the rest",
    {
        "entitlement_micro": COUNT,
        "agencies": Many(Row({"agency_id": ID, "split_ppm": PPM})),
    },
    _agency,
)

CARRY: Final = (
    Step(
        "carry",
        "balance = net_micro + carry_in_micro; paid_minor = floor(balance / 10^6), "
        "0 below minimum_payout_minor; carry_out_micro is the rest",
        {"net_micro": COUNT, "carry_in_micro": COUNT, "minimum_payout_minor": COUNT},
        _carry,
    ),
    Step("amount", "paid_minor", {"paid_minor": COUNT, "net_micro": COUNT}, _pay),
)

POOL: Final = (
    Step(
        "value",
        "per scene floor((quality^a x experience^b x commerce^c)^(1/10)), a b c in tenths",
        {
            "base_rates_from": TEXT,
            "scenes": Many(
                Row(
                    {
                        "scene_id": ID,
                        "viewers_micro": COUNT,
                        "quality_micro": COUNT,
                        "experience_micro": COUNT,
                        "commerce_micro": COUNT,
                    }
                )
            ),
            "quality_tenths": COUNT,
            "experience_tenths": COUNT,
            "commerce_tenths": COUNT,
        },
        _value,
    ),
    Step(
        "weight",
        "value = sum over scenes of floor(value x weight_ppm / 10^6)",
        {"values": Many(COUNT), "scene_weights_ppm": Many(COUNT)},
        _weight,
    ),
    Step(
        "account",
        "(legs + subsidy - reversals + freed - deficit_in) x 10^6 + residue_in_micro",
        {
            "pool_id": ID,
            "legs_minor": COUNT,
            "subsidy_minor": COUNT,
            "reversals_minor": COUNT,
            "freed_minor": COUNT,
            "residue_in_micro": COUNT,
            "deficit_in_minor": COUNT,
        },
        _account,
    ),
    Step(
        "entitlement",
        "floor(max(0, distributable_micro) x value / value_total)",
        {"distributable_micro": NUMBER, "value": COUNT, "value_total": COUNT},
        _entitlement,
    ),
    AGENCY,
    *CARRY,
)
"""A payee's share of a pool."""

AGENCY_AWARDS: Final = (
    Step(
        "parts",
        "net_micro = sum of floor(award_micro x split_ppm / 10^6)",
        {
            "awards": Many(
                Row({"ref_id": ID, "payee_id": ID, "award_micro": COUNT, "split_ppm": PPM})
            )
        },
        _parts,
    ),
    *CARRY,
)
"""An agency's parts of pool shares and awards."""
