"""Stage 2: the period's touches as evidence of value."""

from __future__ import annotations

import pyarrow as pa

from wavepool.engine import attribution, scoring
from wavepool.engine.scoring import CellKey, CellRules, CellShape, Evidence, LoadBin
from wavepool.engine.seasons.run import Turn

STAGE = "evidence"
BASE_RATES = pa.schema(
    [
        ("scene_id", pa.string()),
        ("slot", pa.string()),
        ("band", pa.int64()),
        ("tier", pa.string()),
        ("touches", pa.int64()),
        ("viewers_micro", pa.int64()),
        ("watch_micro", pa.int64()),
        ("save_micro", pa.int64()),
        ("share_micro", pa.int64()),
        ("follow_micro", pa.int64()),
    ]
)
SATURATIONS = pa.schema(
    [("period", pa.string()), ("scene_id", pa.string()), ("saturation_ms", pa.int64())]
)


def weigh_period(turn: Turn) -> None:
    """Write piece_sums, slot_sums, fan_days and the frozen rates that the next period uses."""
    run, rel, row = turn.run, turn.rel, turn.row
    value = run.policy.value
    attribution.find_piece_spans(
        rel, starts_at=row.starts_at, ends_at=row.ends_at, ai_penalty_ppm=value.ai_penalty_ppm
    )
    scoring.number_spans(rel)
    slots, tiers = _codes(turn, "slot"), _codes(turn, "tier")
    shape = CellShape(len(slots), len(value.cells.hour_bands), len(tiers))
    keys = [
        CellKey(scene.id, slot, band, tier)
        for scene in run.scenes
        for slot in slots
        for band in range(shape.bands)
        for tier in tiers
    ]
    weights = scoring.cell_weights(base_rates(turn), keys, _cell_rules(turn))
    cells = scoring.cell_table(
        weights, shape=shape, scenes=run.scene_numbers(), slots=slots, tiers=tiers
    )
    rel.put("cells_given", cells)
    rel.table("cells", "select * from cells_given")
    for number, part in enumerate(run.parts):
        run.say(f"{turn.period}: weighing touches, part {number + 1} of {len(run.parts)}")
        rel.view("touches_part", f"select * from {part}")
        scoring.weigh_part(
            rel,
            period_no=turn.number,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            watch_ms=value.signals.watch_ms,
            click_dwell_ms=run.policy.attribution.click_dwell_ms,
            shape=shape,
            suffix=str(number),
        )
    scoring.add_up_parts(rel, suffixes=[str(number) for number in range(len(run.parts))])
    _freeze_rates(turn)
    turn.keep(STAGE, "piece_sums", order_by="piece_id, creator_id, payee_id, scene_no")
    turn.keep(STAGE, "slot_sums", order_by="payee_id, scene_no, slot")
    turn.keep(STAGE, "fan_days", order_by="creator_id, day")
    turn.keep(STAGE, "cells", order_by="cell_no")
    turn.keep(STAGE, "base_rates", order_by="scene_id, slot, band, tier", state=True)
    turn.keep(STAGE, "saturations", order_by="period, scene_id", state=True)
    for name in (
        "piece_sums",
        "slot_sums",
        "fan_days",
        "cells",
        "base_rates",
        "saturations",
        "spans",
        "span_keys",
    ):
        rel.drop(name)


def put_saturation(turn: Turn) -> None:
    """Register `saturation`: L* of each scene in this period and in those before it."""
    run = turn.run
    rows = turn.opening_rows("saturations", SATURATIONS).to_pylist()
    known = {(row["period"], row["scene_id"]): int(row["saturation_ms"]) for row in rows}
    bootstrap = run.policy.value.loads.bootstrap_ms
    periods = sorted({row.period for row in run.periods} | {period for period, _ in known})
    table = [
        (run.period_number(period), number, known.get((period, scene), bootstrap))
        for period in periods
        if period <= turn.period
        for scene, number in run.scene_numbers().items()
    ]
    columns = list(zip(*table, strict=True))
    names = ("period_no", "scene_no", "saturation_ms")
    turn.rel.put(
        "saturation",
        pa.table(
            {
                name: pa.array(column, pa.int64())
                for name, column in zip(names, columns, strict=True)
            }
        ),
    )


def base_rates(turn: Turn) -> dict[CellKey, Evidence]:
    """Read the base rates frozen from the earlier period; empty in the first."""
    rows = turn.opening_rows("base_rates", BASE_RATES).to_pylist()
    return {
        CellKey(row["scene_id"], row["slot"], row["band"], row["tier"]): Evidence(
            row["touches"],
            row["viewers_micro"],
            (row["watch_micro"], row["save_micro"], row["share_micro"], row["follow_micro"]),
        )
        for row in rows
    }


def _cell_rules(turn: Turn) -> CellRules:
    value = turn.run.policy.value
    signals = value.signals
    return CellRules(
        weights_ppm=(signals.watch_ppm, signals.save_ppm, signals.share_ppm, signals.follow_ppm),
        cell_min_touches=value.cells.cell_min_touches,
        slot_min_touches=value.cells.slot_min_touches,
    )


def _codes(turn: Turn, name: str) -> dict[str, int]:
    rows = turn.rel.fetch(f"select {name}, {name}_no from {name}_codes").to_pylist()
    return {row[name]: row[f"{name}_no"] for row in sorted(rows, key=lambda row: row[f"{name}_no"])}


def _freeze_rates(turn: Turn) -> None:
    rel = turn.rel
    rel.table(
        "base_rates",
        "select c.scene_id as scene_id, c.slot as slot, c.band as band, c.tier as tier, "
        "s.touches as touches, s.viewers_micro as viewers_micro, s.watch_micro as watch_micro, "
        "s.save_micro as save_micro, s.share_micro as share_micro, s.follow_micro as follow_micro "
        "from cell_sums as s join cells as c on c.cell_no = s.cell_no",
    )
    rows = turn.opening_rows("saturations", SATURATIONS).to_pylist()
    histogram = rel.fetch(
        "select scene_no, load_s, viewers, load_ms from load_histogram"
    ).to_pylist()
    following = _next_period(turn.period)
    current = {
        row["scene_id"]: row["saturation_ms"] for row in rows if row["period"] == turn.period
    }
    loads = turn.run.policy.value.loads
    for scene, number in turn.run.scene_numbers().items():
        bins = [
            LoadBin(row["load_s"], row["viewers"], row["load_ms"])
            for row in histogram
            if row["scene_no"] == number
        ]
        solved = scoring.solve_saturation(bins, saturation_ppm=loads.saturation_ppm)
        kept = solved or current.get(scene, loads.bootstrap_ms)
        rows.append({"period": following, "scene_id": scene, "saturation_ms": kept})
    rel.drop("cell_sums")
    rel.drop("load_histogram")
    rel.put("saturations", pa.Table.from_pylist(rows, schema=SATURATIONS))


def _next_period(period: str) -> str:
    year, month = (int(part) for part in period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
