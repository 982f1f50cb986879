"""The common core: the reduced steps that every peer computes, and the engine's own figures.

1. Each order line to its latest qualified touch of the best class inside the window.
2. The commission of each line cut into direct leg, fee and pool leg; which plan binds is given.
3. Influence of each touch, capped per viewer and scene, summed by payee and scene, with signals.
4. A pool shared among payees in proportion to their influence, floored in micro-units.

What the peers leave out, and the engine does in the same stages: choice of plans, rate locks,
dwell-decay weights of every touch, agencies' splits, cells and slots, state for the next period.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from wavepool.engine.policy import default_policy, periods, scene_table

POOL_MICRO = 10**15
SIGNALS = ("watch", "save", "share", "follow")
Totals = dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """What the policy says, and the month that is computed, as plain numbers."""

    starts_at: int
    ends_at: int
    window_ms: int
    dwell_min_ms: int
    click_dwell_ms: int
    watch_ms: int
    bootstrap_ms: int
    fee_ppm: int
    scenes: tuple[tuple[int, str, int], ...]
    pool_scenes: frozenset[int]


def read_terms(season: Path, period: str) -> Terms:
    """Read the default policy's terms for one period of a season."""
    policy = default_policy()
    numbers = {scene.id: number for number, scene in enumerate(policy.scenes)}
    with duckdb.connect() as connection:
        channels = _column(connection, f"select channel_id from '{season}/channels.parquet'")
        formats = _column(connection, f"select distinct format from '{season}/pieces.parquet'")
        first, last = connection.execute(
            f"select min(touched_at), max(touched_at) from '{season}/touches/*.parquet'"
        ).fetchall()[0]
    row = next(row for row in periods(policy, first, last) if row.period == period)
    table = scene_table(policy, channels, formats)
    return Terms(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        window_ms=policy.attribution.window_days * 86_400_000,
        dwell_min_ms=policy.attribution.dwell_min_ms,
        click_dwell_ms=policy.attribution.click_dwell_ms,
        watch_ms=policy.value.signals.watch_ms,
        bootstrap_ms=policy.value.loads.bootstrap_ms,
        fee_ppm=policy.commission.fee_ppm,
        scenes=tuple((int(r.channel_id), r.format, numbers[r.scene_id]) for r in table),
        pool_scenes=frozenset(numbers[scene.id] for scene in policy.scenes if scene.pool),
    )


def engine_totals(out: Path, period: str) -> Totals:
    """The engine's figures of a settled period, in the form of `totals`."""
    folder = out / period
    with duckdb.connect() as connection:
        won = connection.execute(
            f"select count(touch_id), sum(touch_id), sum(commission_minor), sum(direct_minor), "
            f"sum(fee_minor), sum(pool_minor) from '{folder}/credits.parquet'"
        ).fetchall()[0]
        influence = connection.execute(
            f"select payee_id, scene_no, sum(viewers_micro) from '{folder}/piece_sums.parquet' "
            "group by all order by all"
        ).fetchall()
        signals = connection.execute(
            "select "
            + ", ".join(f"sum({name}_micro)" for name in SIGNALS)
            + f" from '{folder}/state/base_rates.parquet'"
        ).fetchall()[0]
    policy = default_policy()
    pool_scenes = frozenset(n for n, scene in enumerate(policy.scenes) if scene.pool)
    return totals(won=won, influence=influence, signals=signals, pool_scenes=pool_scenes)


def totals(
    *,
    won: Sequence[Any],
    influence: Sequence[Sequence[Any]],
    signals: Sequence[Any],
    pool_scenes: frozenset[int],
) -> Totals:
    """Lay a peer's figures out for comparison.

    Args:
        won: lines with a winner, sum of the winners' touch ids, and the sums of commission,
            direct leg, fee and pool leg.
        influence: rows of payee, scene number and micro-viewers, sorted.
        signals: influence with each of `SIGNALS`.
    """
    rows = [(int(payee), int(scene), int(micro)) for payee, scene, micro in influence]
    names = ("lines_won", "touch_ids", "commission", "direct", "fee", "pool")
    found: Totals = {name: int(value) for name, value in zip(names, won, strict=True)}
    found |= {f"{name}_micro": int(v) for name, v in zip(SIGNALS, signals, strict=True)}
    found["viewers_micro"] = sum(micro for _, _, micro in rows)
    found["influence_digest"] = _digest(rows)
    found["shares_digest"] = _digest(sorted(share_out(rows, pool_scenes).items()))
    return found


def share_out(
    rows: Sequence[tuple[int, int, int]], pool_scenes: frozenset[int]
) -> Mapping[int, int]:
    """Step 4, in Python's own integers: the products do not fit 64 bits."""
    values: dict[int, int] = {}
    for payee, scene, micro in rows:
        if scene in pool_scenes:
            values[payee] = values.get(payee, 0) + micro
    total = sum(values.values())
    return {payee: POOL_MICRO * value // total for payee, value in values.items()}


def _digest(rows: Sequence[Sequence[int]]) -> str:
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return [row[0] for row in connection.execute(sql).fetchall()]
