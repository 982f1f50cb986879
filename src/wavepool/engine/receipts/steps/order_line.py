"""Steps of what one order line pays: to the person, to the agency, and back on a refund."""

from __future__ import annotations

from typing import Final

from wavepool.engine.money import reversed_so_far, split_minor
from wavepool.engine.receipts.shapes import (
    COUNT,
    FLAG,
    ID,
    MAYBE_FLAG,
    MAYBE_ID,
    PPM,
    TEXT,
    Many,
    Row,
)
from wavepool.engine.receipts.steps.step import (
    MICRO,
    Inputs,
    Result,
    Step,
    StepImpossible,
    floor_ppm,
)

_DAY_MS: Final = 86_400_000


def _winner(given: Inputs) -> Result:
    age_ms = given["paid_at"] - given["touched_at"]
    if not 0 <= age_ms < given["window_days"] * _DAY_MS:
        raise StepImpossible(f"a touch {age_ms} ms before paying is outside the window")
    is_watched = given["weight_ms"] >= given["dwell_min_ms"]
    if not (is_watched or given["is_clicked"]):
        raise StepImpossible("the touch is neither watched long enough nor clicked")
    return {"age_ms": age_ms, "is_watched": is_watched}


def _fee_base(given: Inputs) -> Result:
    base = (
        given["paid_minor"]
        + given["platform_coupon_minor"]
        - given["shipping_minor"]
        - given["tax_minor"]
    )
    return {"fee_base_minor": max(0, base)}


def _commission(given: Inputs) -> Result:
    return {"commission_minor": floor_ppm(given["fee_base_minor"], ppm=given["rate_ppm"])}


def _direct(given: Inputs) -> Result:
    commission = given["commission_minor"]
    if given["pool_id"] is None:
        return {"direct_minor": commission - floor_ppm(commission, ppm=given["fee_ppm"])}
    return {"direct_minor": floor_ppm(commission, ppm=given["direct_ppm"])}


def _fee(given: Inputs) -> Result:
    return {"fee_minor": floor_ppm(given["commission_minor"], ppm=given["fee_ppm"])}


def _pool(given: Inputs) -> Result:
    rest = given["commission_minor"] - given["direct_minor"] - given["fee_minor"]
    if rest < 0:
        raise StepImpossible("direct leg and fee are more than the commission")
    return {"pool_minor": rest}


def _share(given: Inputs) -> Result:
    owners = [row["party"] for row in given["weights"]]
    if owners.count(given["party"]) != 1:
        raise StepImpossible(f"party {given['party']!r} does not stand in the weights once")
    shares = split_minor(given["direct_minor"], [row["weight"] for row in given["weights"]])
    return {"share_minor": shares[owners.index(given["party"])]}


def _agency_split(given: Inputs) -> Result:
    agency = floor_ppm(given["share_minor"], ppm=given["split_ppm"])
    return {"agency_minor": agency, "kept_minor": given["share_minor"] - agency}


def _reversal(leg: str, given: Inputs) -> Result:
    before = _reversed(given[leg], given, suffix="_before")
    now = _reversed(given[leg], given, suffix="")
    if now < before:
        raise StepImpossible("the refunds so far are below the refunds before")
    return {"reversed_before_minor": before, "reversed_minor": now, "due_minor": now - before}


def _reversed(leg_minor: int, given: Inputs, *, suffix: str) -> int:
    if given[f"is_cancelled{suffix}"]:
        return leg_minor
    refunded = given[f"refunded{suffix}_minor"]
    if refunded == 0:
        return 0
    return reversed_so_far(leg_minor, refunded_minor=refunded, paid_minor=given["paid_minor"])


def _reverse_kept(given: Inputs) -> Result:
    return _reversal("kept_minor", given)


def _reverse_agency(given: Inputs) -> Result:
    return _reversal("agency_minor", given)


def _pay_kept(given: Inputs) -> Result:
    return {"amount_minor": given["kept_minor"], "micro": given["kept_minor"] * MICRO}


def _pay_agency(given: Inputs) -> Result:
    return {"amount_minor": given["agency_minor"], "micro": given["agency_minor"] * MICRO}


def _take_back(given: Inputs) -> Result:
    return {"amount_minor": -given["due_minor"], "micro": -given["due_minor"] * MICRO}


WINNER: Final = Step(
    "winner",
    "age_ms = paid_at - touched_at, 0 <= age_ms < window_days x 86400000; "
    "watched (weight_ms >= dwell_min_ms) or clicked",
    {
        "touch_id": MAYBE_ID,
        "piece_id": MAYBE_ID,
        "winner_party": ID,
        "class_no": COUNT,
        "touched_at": COUNT,
        "paid_at": COUNT,
        "window_days": COUNT,
        "weight_ms": COUNT,
        "is_clicked": MAYBE_FLAG,
        "dwell_min_ms": COUNT,
    },
    _winner,
)

_CUTS: Final = (
    Step(
        "fee_base",
        "max(0, paid_minor + platform_coupon_minor - shipping_minor - tax_minor)",
        {
            "line_id": ID,
            "paid_minor": COUNT,
            "platform_coupon_minor": COUNT,
            "shipping_minor": COUNT,
            "tax_minor": COUNT,
        },
        _fee_base,
    ),
    Step(
        "commission",
        "floor(fee_base_minor x rate_ppm / 10^6)",
        {"fee_base_minor": COUNT, "plan_id": MAYBE_ID, "rate_ppm": PPM},
        _commission,
    ),
    Step(
        "direct",
        "with a pool: floor(commission_minor x direct_ppm / 10^6); "
        "without: commission_minor - floor(commission_minor x fee_ppm / 10^6)",
        {
            "commission_minor": COUNT,
            "scene_id": MAYBE_ID,
            "pool_id": MAYBE_ID,
            "direct_ppm": PPM,
            "fee_ppm": PPM,
        },
        _direct,
    ),
    Step(
        "fee",
        "floor(commission_minor x fee_ppm / 10^6)",
        {"commission_minor": COUNT, "fee_ppm": PPM},
        _fee,
    ),
    Step(
        "pool",
        "commission_minor - direct_minor - fee_minor",
        {"commission_minor": COUNT, "direct_minor": COUNT, "fee_minor": COUNT},
        _pool,
    ),
    Step(
        "share",
        "direct_minor split by weights, largest remainder, ties to the earlier row",
        {
            "direct_minor": COUNT,
            "rule": TEXT,
            "weights": Many(Row({"party": ID, "weight": COUNT})),
            "party": ID,
        },
        _share,
    ),
    Step(
        "agency_split",
        "agency_minor = floor(share_minor x split_ppm / 10^6); kept_minor is the rest",
        {"share_minor": COUNT, "agency_id": MAYBE_ID, "split_ppm": PPM},
        _agency_split,
    ),
)

_REFUNDS: Final = {
    "paid_minor": COUNT,
    "refunded_before_minor": COUNT,
    "is_cancelled_before": FLAG,
    "refunded_minor": COUNT,
    "is_cancelled": FLAG,
}


def _reversal_text(leg: str) -> str:
    return (
        f"reversed = floor({leg} x refunded_minor / paid_minor), all of it when cancelled; "
        "due_minor = reversed_minor - reversed_before_minor"
    )


COMMISSION: Final = (
    WINNER,
    *_CUTS,
    Step("amount", "kept_minor", {"kept_minor": COUNT}, _pay_kept),
)
"""The commission of one order line, to the person whose content won it."""

AGENCY_COMMISSION: Final = (
    *_CUTS,
    Step("amount", "agency_minor", {"agency_minor": COUNT}, _pay_agency),
)
"""The agency's part of one order line."""

REFUND: Final = (
    *_CUTS,
    Step(
        "reversal", _reversal_text("kept_minor"), {"kept_minor": COUNT, **_REFUNDS}, _reverse_kept
    ),
    Step("amount", "-due_minor", {"due_minor": COUNT}, _take_back),
)
"""What a refund takes back from the person."""

AGENCY_REFUND: Final = (
    *_CUTS,
    Step(
        "agency_reversal",
        _reversal_text("agency_minor"),
        {"agency_minor": COUNT, **_REFUNDS},
        _reverse_agency,
    ),
    Step("amount", "-due_minor", {"due_minor": COUNT}, _take_back),
)
"""What a refund takes back from the agency."""
