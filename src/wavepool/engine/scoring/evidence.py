"""The period's touches as evidence: one part of the viewers after the other."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql

SUMS = ("piece_sums", "cell_sums", "load_histogram", "slot_sums", "fan_days")


def weigh_part(
    rel: Relations,
    *,
    period_no: int,
    starts_at: int,
    ends_at: int,
    watch_ms: int,
    click_dwell_ms: int,
    floor_ppm: int,
    suffix: str,
) -> None:
    """Make `<sum>_<suffix>` for every name in `SUMS` from one part of the touches.

    Reads touches_part, viewers, piece_spans, scene_map, hours, saturation,
    cells. All touches of a viewer must be in one part. Influence is
    `trust_ppm · w // max(L_u, L*)` micro-viewers; evidence sums are integers,
    so parts add up in any order.

    Source: engine.md 2; docs/algorithms/value.md.
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
    rel.table("weighed", step_sql(__package__, "weighed", dialect=dialect))
    rel.table(
        f"piece_sums_{suffix}",
        step_sql(__package__, "piece_sums", dialect=dialect, floor_ppm=floor_ppm),
    )
    for name in SUMS[1:]:
        rel.table(f"{name}_{suffix}", step_sql(__package__, name, dialect=dialect))
    for name in ("seen", "loads", "weighed"):
        rel.drop(name)


def add_up_parts(rel: Relations, *, suffixes: list[str]) -> None:
    """Make the relations named in `SUMS` from those of the parts."""
    keys = {
        "piece_sums": ("piece_id", "creator_id", "payee_id", "scene_no"),
        "cell_sums": ("cell_no",),
        "load_histogram": ("scene_no", "load_s"),
        "slot_sums": ("payee_id", "scene_no", "slot"),
        "fan_days": ("creator_id", "day"),
    }
    for name, key in keys.items():
        sums = [column for column in rel.columns(f"{name}_{suffixes[0]}") if column not in key]
        group = ", ".join(f"p.{column} as {column}" for column in key)
        added = ", ".join(f"cast(sum(p.{column}) as bigint) as {column}" for column in sums)
        parts = " union all ".join(f"select * from {name}_{suffix}" for suffix in suffixes)
        by = ", ".join(f"p.{column}" for column in key)
        rel.table(name, f"select {group}, {added} from ({parts}) as p group by {by}")
        for suffix in suffixes:
            rel.drop(f"{name}_{suffix}")


def lift_touches(rel: Relations, *, floor_ppm: int, cap_minor: int) -> None:
    """Make `lifts`: what the lines that settle now add to the touches behind them.

    Reads open_touches (line_touches of unsettled lines) and settling, with
    net_commission_minor. Over all periods a touch's commerce lift never
    exceeds its influence, whatever the number of lines.
    """
    sql = step_sql(
        __package__, "lifts", dialect=rel.dialect, floor_ppm=floor_ppm, cap_minor=cap_minor
    )
    rel.table("lifts", sql)


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
