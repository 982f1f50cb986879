"""Stage 1: the period's order lines, their touches, their winners and their cuts."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from wavepool.engine import attribution, commission
from wavepool.engine.seasons.run import DAY_MS, Turn

STAGE = "credits"


def credit_period(turn: Turn) -> None:
    """Write credits, line_touches and shares of the lines paid in the period."""
    made = make_credits(turn)
    turn.keep(STAGE, "credits", order_by="line_id")
    turn.keep(STAGE, "line_touches", order_by="line_id, touch_id")
    turn.keep(STAGE, "shares", order_by="line_id, creator_id")
    for name in made:
        turn.rel.drop(name)


def make_credits(turn: Turn) -> Sequence[str]:
    """Make credits, line_touches and shares of the lines paid in the period.

    Returns:
        The relations to drop when they have been read, each after what it is a view of.
    """
    run, rel, row = turn.run, turn.rel, turn.row
    rules = run.policy.attribution
    window_ms = rules.window_days * DAY_MS
    rel.view(
        "period_lines",
        f"select * from order_lines as l where l.paid_at >= {row.starts_at} and l.paid_at < {row.ends_at}",
    )
    rel.table("period_buyers", "select distinct l.buyer_id as buyer_id from period_lines as l")
    reach = _reach_periods(turn, row.starts_at - window_ms)
    attribution.find_piece_spans(
        rel,
        starts_at=reach,
        ends_at=row.ends_at,
        ai_penalty_ppm=run.policy.value.ai_penalty_ppm,
    )
    decay = attribution.decay_table(
        window_hours=rules.window_days * 24, half_life_hours=rules.half_life_hours
    )
    rel.put("decay", decay)
    suffixes = []
    for number, part in enumerate(run.parts):
        run.say(f"{turn.period}: reaching order lines, part {number + 1} of {len(run.parts)}")
        rel.view("touches_part", f"select * from {part}")
        attribution.reach_lines(
            rel,
            reach_at=reach,
            window_ms=window_ms,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            dwell_min_ms=rules.dwell_min_ms,
            click_dwell_ms=rules.click_dwell_ms,
            suffix=str(number),
        )
        suffixes.append(f"reached_{number}")
    rel.view("reached", " union all ".join(f"select * from {name}" for name in suffixes))
    attribution.pick_winners(rel, period_no=turn.number)
    attribution.weigh_touches(
        rel, rule=rules.rule, last_share_ppm=rules.last_share_ppm, name="rule_weights"
    )
    run.say(f"{turn.period}: cutting commission")
    commission.credit_lines(
        rel,
        fee_ppm=run.policy.commission.fee_ppm,
        rate_lock_days=rules.rate_lock_days,
        after_live_days=rules.after_live_days,
    )
    for name in suffixes:
        rel.drop(name)
    rel.view("credits", "select * from credits_new")
    return ("credits", "credits_new", "winners", "rule_weights", "line_touches", "shares")


def put_scenes(turn: Turn) -> None:
    """Register what the policy says of scenes: scenes_in_force and scene_map."""
    rel, policy = turn.rel, turn.run.policy
    numbers = turn.run.scene_numbers()
    rel.put(
        "scenes_in_force",
        pa.table(
            {
                "scene_no": pa.array(list(numbers.values()), pa.int64()),
                "scene_id": pa.array([scene.id for scene in policy.scenes], pa.string()),
                "pool_id": pa.array([scene.pool for scene in policy.scenes], pa.string()),
                "weight_ppm": pa.array([scene.weight_ppm for scene in policy.scenes], pa.int64()),
                "direct_ppm": pa.array([scene.direct_ppm for scene in policy.scenes], pa.int64()),
            }
        ),
    )


def _reach_periods(turn: Turn, window_at: int) -> int:
    """Register the periods that the window reaches; returns the start of the earliest."""
    run = turn.run
    reached = [
        row for row in run.periods if row.ends_at > window_at and row.starts_at < turn.row.ends_at
    ]
    turn.rel.put(
        "reach_periods",
        pa.table(
            {
                "period_no": pa.array(
                    [run.period_number(row.period) for row in reached], pa.int64()
                ),
                "starts_at": pa.array([row.starts_at for row in reached], pa.int64()),
                "ends_at": pa.array([row.ends_at for row in reached], pa.int64()),
            }
        ),
    )
    return min(row.starts_at for row in reached)
