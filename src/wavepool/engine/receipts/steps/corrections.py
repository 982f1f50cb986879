"""Steps of held money, of the ruling that ends a hold, and of a debt."""

from __future__ import annotations

from typing import Final

from wavepool.engine.receipts.shapes import COUNT, ID, NUMBER, PPM, TEXT, Many, Row
from wavepool.engine.receipts.steps.step import MICRO, Inputs, Result, Step, floor_ppm


def _hold(given: Inputs) -> Result:
    return {"held_minor": sum(row["held_minor"] for row in given["lines"])}


def _keep(given: Inputs) -> Result:
    return {
        "amount_minor": given["held_minor"],
        "micro": given["held_minor"] * MICRO,
        "is_held": True,
    }


def _ruling(given: Inputs) -> Result:
    kept = floor_ppm(given["held_minor"], ppm=given["kept_ppm"])
    return {"ruled_minor": kept, "freed_minor": given["held_minor"] - kept}


def _adjust(given: Inputs) -> Result:
    amount = given["ruled_minor"] - given["paid_before_minor"]
    return {"amount_minor": amount, "micro": amount * MICRO}


def _balance(given: Inputs) -> Result:
    balance = given["lines_minor"] - given["debt_in_minor"]
    return {"payable_minor": max(0, balance), "debt_out_minor": max(0, -balance)}


def _debt(given: Inputs) -> Result:
    amount = given["debt_out_minor"] - given["debt_in_minor"]
    return {"amount_minor": amount, "micro": amount * MICRO}


_HOLD: Final = Step(
    "hold",
    "held_minor = sum over lines",
    {
        "hold_id": ID,
        "cause": TEXT,
        "lines": Many(Row({"line_key": TEXT, "held_minor": COUNT})),
    },
    _hold,
)

HELD: Final = (_HOLD, Step("amount", "held_minor, in escrow", {"held_minor": COUNT}, _keep))
"""Money that was earned as if valid and waits for a ruling."""

ADJUSTMENT: Final = (
    _HOLD,
    Step(
        "ruling",
        "ruled_minor = floor(held_minor x kept_ppm / 10^6); freed_minor is the rest",
        {"held_minor": COUNT, "kept_ppm": PPM, "decided_at": COUNT},
        _ruling,
    ),
    Step(
        "amount",
        "ruled_minor - paid_before_minor",
        {"ruled_minor": COUNT, "paid_before_minor": COUNT},
        _adjust,
    ),
)
"""What a ruling gives back of held money, or takes back of money that was paid."""

DEBT: Final = (
    Step(
        "balance",
        "payable_minor = max(0, lines_minor - debt_in_minor); "
        "debt_out_minor = max(0, debt_in_minor - lines_minor)",
        {"lines_minor": NUMBER, "debt_in_minor": COUNT},
        _balance,
    ),
    Step(
        "amount",
        "debt_out_minor - debt_in_minor",
        {"debt_out_minor": COUNT, "debt_in_minor": COUNT},
        _debt,
    ),
)
"""What is netted now for an earlier debt, or carried on as one."""
