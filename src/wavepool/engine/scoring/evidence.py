"""The period's touches as evidence: one part of the viewers after the other."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql
from wavepool.engine.scoring.cells import CellShape

SUMS = {
    "piece_sums": ("span_no", "scene_no"),
    "cell_sums": ("cell_no",),
    "load_histogram": ("scene_no", "load_s"),
    "slot_sums": ("payee_no", "scene_no", "slot_no"),
    "fan_days": ("span_no", "day"),
}
NAMED = ("piece_sums", "slot_sums", "fan_days")


def number_spans(rel: Relations) -> None:
    """Make payee_codes, spans and span_keys: piece spans by dense numbers.

    Reads piece_spans and format_codes. Touches then carry a few integers
    through every join, and numbers become ids again after they are added up.
    """
    rel.table("payee_codes", step_sql(__package__, "payee_codes", dialect=rel.dialect))
    rel.table("spans", step_sql(__package__, "spans", dialect=rel.dialect))
    rel.table(
        "span_keys",
        "select s.piece_id as piece_id, s.valid_from as valid_from, s.valid_to as valid_to, "
        "s.span_no as span_no, s.payee_no as payee_no, s.format_no as format_no from spans as s",
    )


def weigh_part(
    rel: Relations,
    *,
    period_no: int,
    starts_at: int,
    ends_at: int,
    watch_ms: int,
    click_dwell_ms: int,
    shape: CellShape,
    suffix: str,
) -> None:
    """Make `<sum>_<suffix>` for every name in `SUMS` from one part of the touches.

    Reads touches_part, viewers, span_keys, scene_codes, slot_codes, tier_codes,
    hours, saturation, cells. All touches of a viewer must be in one part.
    Influence is `trust_ppm · w // max(L_u, L*)` micro-viewers; evidence sums are
    integers, so parts add up in any order.

    Source: docs/algorithms/value.md.
    """
    dialect = rel.dialect
    rel.table(
        "seen",
        step_sql(
            __package__,
            "seen",
            dialect=dialect,
            starts_at=starts_at,
            ends_at=ends_at,
            watch_ms=watch_ms,
            click_dwell_ms=click_dwell_ms,
        ),
    )
    rel.table("loads", step_sql(__package__, "loads", dialect=dialect, period_no=period_no))
    weighed = step_sql(
        __package__,
        "weighed",
        dialect=dialect,
        slots=shape.slots,
        bands=shape.bands,
        tiers=shape.tiers,
    )
    rel.table("weighed", weighed)
    for name in SUMS:
        rel.table(f"{name}_{suffix}", step_sql(__package__, name, dialect=dialect))
    for name in ("seen", "loads", "weighed"):
        rel.drop(name)


def add_up_parts(rel: Relations, *, suffixes: list[str]) -> None:
    """Make the relations named in `SUMS` from those of the parts, by id again."""
    for name, key in SUMS.items():
        sums = [column for column in rel.columns(f"{name}_{suffixes[0]}") if column not in key]
        group = ", ".join(f"p.{column} as {column}" for column in key)
        added = ", ".join(f"cast(sum(p.{column}) as bigint) as {column}" for column in sums)
        parts = " union all ".join(f"select * from {name}_{suffix}" for suffix in suffixes)
        by = ", ".join(f"p.{column}" for column in key)
        coded = f"{name}_coded" if name in NAMED else name
        rel.table(coded, f"select {group}, {added} from ({parts}) as p group by {by}")
        for suffix in suffixes:
            rel.drop(f"{name}_{suffix}")
    for name in NAMED:
        rel.table(name, step_sql(__package__, f"named_{name}", dialect=rel.dialect))
        rel.drop(f"{name}_coded")


def lift_touches(rel: Relations, *, floor_ppm: int, cap_minor: int) -> None:
    """Make `lifts`: what the lines that settle now add to the touches behind them.

    Reads open_touches (line_touches of unsettled lines), settling, with
    net_commission_minor, and lifted_before (touch_id, touched_at, settled_minor of
    touches that earlier periods lifted). Over all periods a touch's commerce lift never
    exceeds its influence, whatever the number of lines.
    """
    sql = step_sql(
        __package__, "lifts", dialect=rel.dialect, floor_ppm=floor_ppm, cap_minor=cap_minor
    )
    rel.table("lifts", sql)


def remember_lifts(rel: Relations, *, reach_at: int) -> None:
    """Make `lifted_touches`: what later periods must know of touches already lifted.

    Reads lifted_before and lifts. Keeps the touches after `reach_at`, the start
    of the window of the next period's first line.
    """
    sql = step_sql(__package__, "lifted_touches", dialect=rel.dialect, reach_at=reach_at)
    rel.table("lifted_touches", sql)


def value_pieces(rel: Relations, *, floor_ppm: int) -> None:
    """Make `piece_values` and `payee_evidence` from piece_sums, new_touches, piece_feedback, lifts.

    `piece_values`: one row per piece, owner and scene; `payee_evidence`: the
    same sums per payee and scene. Columns viewers_micro (n), quality_micro,
    experience_micro, commerce_micro: each between m·n and n, apart from lifts
    of earlier periods' touches.
    """
    sql = step_sql(__package__, "piece_values", dialect=rel.dialect, floor_ppm=floor_ppm)
    rel.table("piece_values", sql)
    rel.table("payee_evidence", step_sql(__package__, "payee_evidence", dialect=rel.dialect))
