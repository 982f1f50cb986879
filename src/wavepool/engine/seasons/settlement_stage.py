"""Stage 3: lines that become final, refunds, and the value that both give to content."""

from __future__ import annotations

from wavepool.engine import commission, scoring
from wavepool.engine.relations import step_sql
from wavepool.engine.seasons.run import DAY_MS, Turn

STAGE = "settlement"
_SETTLED = (
    "line_id, order_id, shop_id, buyer_id, currency, paid_minor, platform_coupon_minor, "
    "shipping_minor, tax_minor, paid_at, creator_id, payee_id, scene_id, pool_id, plan_id, "
    "rate_ppm, direct_ppm, fee_ppm, commission_minor, direct_minor, fee_minor, pool_minor"
)


def settle_period(turn: Turn) -> None:
    """Write settling, settling_shares, reversals, piece_values, payee_evidence and their state."""
    rel, policy = turn.rel, turn.run.policy
    turn.run.say(f"{turn.period}: settling lines")
    _gather(turn)
    commission.settle_lines(
        rel,
        ends_at=turn.row.ends_at,
        default_hold_days=policy.settlement.default_hold_days,
        rating_bad_below_ppm=policy.value.rating_bad_below_ppm,
    )
    _join_settled(turn)
    rel.table(
        "refund_changes",
        "select s.line_id as line_id, s.reversed_num as before_num, s.reversed_den as before_den, "
        "r.refunded_num as now_num, r.refunded_den as now_den from settled as s "
        "join refund_totals as r on r.line_id = s.line_id "
        "where not (s.reversed_num = r.refunded_num and s.reversed_den = r.refunded_den)",
    )
    commission.reverse_refunds(rel)
    rel.table("settling_rows", "select * from settling")
    rel.table(
        "settling",
        "select s.*, s.commission_minor - coalesce(r.amount_minor, 0) as net_commission_minor "
        "from settling_rows as s "
        "left join reversals as r on r.line_id = s.line_id and r.leg = 'commission'",
    )
    _value(turn)
    _count(turn)
    turn.keep(STAGE, "settling", order_by="line_id")
    turn.keep(STAGE, "settling_shares", order_by="line_id, creator_id")
    turn.keep(STAGE, "refund_changes", order_by="line_id")
    turn.keep(STAGE, "reversals", order_by="line_id, leg, part_id")
    turn.keep(STAGE, "piece_values", order_by="piece_id, creator_id, payee_id, scene_id")
    turn.keep(STAGE, "payee_evidence", order_by="payee_id, scene_id")
    turn.keep(STAGE, "creator_days", order_by="creator_id, day")
    _leave_state(turn)


def _gather(turn: Turn) -> None:
    rel = turn.rel
    won = "select * from credits where payee_id is not null"
    turn.stack("credits_waiting", _with_opening(turn, "credits_waiting", won))
    turn.stack("open_touches", _with_opening(turn, "touches_waiting", "select * from line_touches"))
    nobody = (
        "select touch_id, touched_at, settled_before_minor as settled_minor from line_touches "
        "where 1 = 0"
    )
    turn.stack("lifted_before", _with_opening(turn, "lifted_touches", nobody))
    turn.stack("open_shares", _with_opening(turn, "shares_waiting", "select * from shares"))
    known = ["select line_id, paid_minor from credits_waiting"]
    if turn.open_state("settled"):
        known.append("select line_id, paid_minor from opening_settled")
    rel.view("known_lines", " union all ".join(known))


def _with_opening(turn: Turn, state: str, fresh: str) -> list[str]:
    return [f"select * from opening_{state}", fresh] if turn.open_state(state) else [fresh]


def _join_settled(turn: Turn) -> None:
    rel = turn.rel
    rel.table(
        "settling_shares",
        "select h.* from open_shares as h join settling as s on s.line_id = h.line_id",
    )
    ruled = turn.open_state("ruled_parts")
    fresh = (
        f"select {_SETTLED}, '{turn.period}' as settled_period, "
        "cast(0 as bigint) as reversed_num, cast(1 as bigint) as reversed_den from settling"
    )
    shares = ["select * from settling_shares"]
    lines = [fresh]
    if turn.open_state("settled"):
        turn.open_state("settled_shares")
        lines.insert(0, _opening(turn, "settled", ruled=ruled))
        shares.insert(0, _opening(turn, "settled_shares", ruled=ruled))
    turn.stack("settled", lines)
    turn.stack("settled_shares", shares)


def _opening(turn: Turn, state: str, *, ruled: bool) -> str:
    """What was settled before, with what rulings made of its legs since."""
    if not ruled:
        return f"select * from opening_{state}"
    return step_sql(__package__, f"{state}_after_rulings", dialect=turn.rel.dialect)


def _value(turn: Turn) -> None:
    rel, value, row = turn.rel, turn.run.policy.value, turn.row
    turn.run.say(f"{turn.period}: valuing pieces")
    scoring.lift_touches(rel, floor_ppm=value.floor_ppm, cap_minor=value.commerce_cap_minor)
    rel.view("new_touches", "select * from line_touches")
    rel.view(
        "piece_feedback",
        "select f.piece_id as piece_id, case when f.kind <> 'rating' then 1000000 "
        f"when coalesce(f.score_ppm, 1000000) >= {value.rating_bad_below_ppm} then 0 "
        "else 1000000 - f.score_ppm end as bad_ppm from feedback as f "
        f"where f.piece_id is not null and f.given_at >= {row.starts_at} and f.given_at < {row.ends_at}",
    )
    scoring.value_pieces(rel, floor_ppm=value.floor_ppm)


def _count(turn: Turn) -> None:
    sql = step_sql(
        __package__,
        "creator_days",
        dialect=turn.rel.dialect,
        starts_at=turn.row.starts_at,
        ends_at=turn.row.ends_at,
    )
    turn.rel.table("creator_days", sql)


def _leave_state(turn: Turn) -> None:
    rel = turn.rel
    window_ms = turn.run.policy.attribution.window_days * DAY_MS
    scoring.remember_lifts(rel, reach_at=turn.row.ends_at - window_ms)
    rel.table("touches_waiting", step_sql(__package__, "touches_waiting", dialect=rel.dialect))
    waiting = (
        "from {0} as t left join settling as s on s.line_id = t.line_id where s.line_id is null"
    )
    rel.table("shares_waiting", "select t.* " + waiting.format("open_shares"))
    rel.table("credits_next", "select t.* " + waiting.format("credits_waiting"))
    rel.table("credits_waiting", "select * from credits_next")
    rel.table("settled_rows", "select * from settled")
    rel.table(
        "settled",
        f"select {', '.join('s.' + name for name in _SETTLED.split(', '))}, s.settled_period, "
        "coalesce(r.refunded_num, s.reversed_num) as reversed_num, "
        "coalesce(r.refunded_den, s.reversed_den) as reversed_den "
        "from settled_rows as s left join refund_totals as r on r.line_id = s.line_id",
    )
    turn.stack("counters", _with_opening(turn, "counters", "select * from creator_days"))
    orders = {
        "credits_waiting": "line_id",
        "touches_waiting": "line_id, touch_id",
        "lifted_touches": "touch_id",
        "shares_waiting": "line_id, creator_id",
        "settled": "line_id",
        "settled_shares": "line_id, creator_id",
        "counters": "creator_id, day",
    }
    for name, order in orders.items():
        turn.keep(STAGE, name, order_by=order, state=True)
    for name in (
        "credits_next",
        "settled_rows",
        "settling_rows",
        "open_touches",
        "lifted_before",
        "open_shares",
    ):
        rel.drop(name)
