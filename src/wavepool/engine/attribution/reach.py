"""From touches and order lines to the evidence of each line: who was seen, and who wins."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql

HOUR_MS = 3_600_000
NEVER_AT = 4_102_444_800_000


def find_piece_spans(rel: Relations, *, starts_at: int, ends_at: int, ai_penalty_ppm: int) -> None:
    """Make `piece_spans`: each piece with its owner and quality factor over a stretch of time.

    Reads pieces, accounts, creators, creator_payees. Columns: piece_id,
    account_id, creator_id, host_shop_id, payee_id, valid_from, valid_to,
    format, factor_ppm (1 … 10^6).
    """
    sql = step_sql(
        __package__,
        "piece_spans",
        dialect=rel.dialect,
        starts_at=starts_at,
        ends_at=ends_at,
        never=NEVER_AT,
        ai_penalty_ppm=ai_penalty_ppm,
    )
    rel.table("piece_spans", sql)


def reach_lines(
    rel: Relations,
    *,
    reach_at: int,
    window_ms: int,
    starts_at: int,
    ends_at: int,
    dwell_min_ms: int,
    click_dwell_ms: int,
    suffix: str,
) -> None:
    """Make `reached_<suffix>`: the touches inside the window of the period's lines.

    Reads touches_part, touch_items, items, viewers, period_lines, period_buyers, piece_spans,
    scene_map, reach_periods, saturation, decay. One viewer's touches must all
    be in `touches_part`; parts by viewer may be reached one after the other.
    """
    dialect = rel.dialect
    rows = step_sql(__package__, "buyer_rows", dialect=dialect, reach_at=reach_at, ends_at=ends_at)
    rel.table("buyer_rows", rows)
    loads = step_sql(__package__, "buyer_loads", dialect=dialect, click_dwell_ms=click_dwell_ms)
    rel.table("buyer_loads", loads)
    matched = step_sql(
        __package__,
        "matched_touches",
        dialect=dialect,
        window_ms=window_ms,
        reach_window_at=starts_at - window_ms,
    )
    rel.table("matched_touches", matched)
    touches = step_sql(
        __package__,
        "line_touches",
        dialect=dialect,
        dwell_min_ms=dwell_min_ms,
        click_dwell_ms=click_dwell_ms,
    )
    rel.table(f"reached_{suffix}", touches)
    for name in ("buyer_rows", "buyer_loads", "matched_touches"):
        rel.drop(name)


def pick_winners(rel: Relations, *, period_no: int) -> None:
    """Make `winners` (one row per line that has one) and `line_touches` (its evidence).

    The winner is the latest qualified touch (dwell of at least τ, or a click)
    of the best class: same item in a live room, same item elsewhere, same
    shop; ties go to the lower touch id. A line without a qualified touch has
    no winner and keeps no evidence.

    Source: docs/algorithms/attribution.md.
    """
    rel.table("winners", step_sql(__package__, "winners", dialect=rel.dialect))
    rel.table(
        "line_touches",
        step_sql(__package__, "evidence", dialect=rel.dialect, period_no=period_no),
    )
