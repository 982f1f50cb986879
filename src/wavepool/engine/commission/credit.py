"""Credits: what each order line paid in the period owes, and to whom."""

from __future__ import annotations

import pyarrow as pa

from wavepool.engine.relations import Relations, step_sql

DAY_MS = 86_400_000
PLAN_KINDS = (
    "exclusive",
    "task",
    "targeted_item",
    "targeted_category",
    "campaign",
    "item",
    "category",
    "shop",
)


def plan_kind_table() -> pa.Table:
    """Precedence of plan kinds, best first; a campaign is reached by its own link only.

    Columns: kind, precedence (1 is best), needs_link (1 or 0).
    """
    return pa.table(
        {
            "kind": pa.array(PLAN_KINDS, pa.string()),
            "precedence": pa.array(range(1, len(PLAN_KINDS) + 1), pa.int64()),
            "needs_link": pa.array([int(kind == "campaign") for kind in PLAN_KINDS], pa.int64()),
        }
    )


def credit_lines(
    rel: Relations, *, fee_ppm: int, rate_lock_days: int, after_live_days: int
) -> None:
    """Make `credits_new` (one row per line of the period) and `shares` (its direct leg by creator).

    Reads period_lines, winners, line_touches, rule_weights, items, plans,
    plan_kinds, payees, creator_payees, contracts, agencies, sessions,
    scenes_in_force.

    `credits_new.outcome` is direct, indirect (another item of the same shop),
    host (a shop's own host: no commission), no_plan (no plan applies) or
    organic (no winner). Commission = direct + fee + pool in every row. Plan,
    fee, scene, payee and contract are those in force at `paid_at`; a rate that
    was better at the click holds for `rate_lock_days`.

    Guarantee: the parts of `shares` add up to the line's direct leg, and each
    is within one minor unit of its exact part (largest remainder).
    """
    rel.put("plan_kinds", plan_kind_table())
    rel.table(
        "plan_choices",
        step_sql(
            __package__, "plan_choices", dialect=rel.dialect, rate_lock_ms=rate_lock_days * DAY_MS
        ),
    )
    rel.table(
        "credits_new",
        step_sql(
            __package__,
            "credits",
            dialect=rel.dialect,
            fee_ppm=fee_ppm,
            after_live_ms=after_live_days * DAY_MS,
        ),
    )
    rel.table("shares", step_sql(__package__, "shares", dialect=rel.dialect))
    rel.drop("plan_choices")
