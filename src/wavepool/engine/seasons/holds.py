"""Holds of a period: money parked with evidence, and rulings that end earlier holds."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa

from wavepool.engine import integrity
from wavepool.engine.policy import Holds
from wavepool.engine.relations import Relations, open_relations
from wavepool.engine.seasons.run import Turn

PPM = 1_000_000
LOCKSTEP_SEED = 7
EXPOSURE = pa.schema(
    [
        ("currency", pa.string()),
        ("class", pa.string()),
        ("is_residual", pa.bool_()),
        ("buyers", pa.int64()),
        ("lines", pa.int64()),
        ("direct_minor", pa.int64()),
        ("pool_minor", pa.int64()),
    ]
)
_GRAPH_INPUTS = {
    "credits": "line_id, buyer_id, payee_id, creator_id, shop_id, session_id, outcome, currency, "
    "paid_at, direct_minor, pool_minor",
    "identity_links": "left_id, right_id, kind, seen_at",
    "contracts": "creator_id, agency_id, valid_from, valid_to",
}


def open_holds(turn: Turn) -> None:
    """Register `holds` (opened now), `hold_parts` (every open part, earlier and new), `exposure`.

    A hold parks what its line gives the payee, and the agency's part of it.
    """
    rel, policy = turn.rel, turn.run.policy
    purchases, rings, exposure = _suspicions(turn)
    holds = integrity.holds_from(
        self_purchases=purchases,
        ring_lines=rings,
        period=turn.period,
        opened_at=turn.row.ends_at,
        terms=integrity.HoldTerms(
            expiry_days=policy.holds.expiry_days,
            self_purchase_default_kept_ppm=policy.holds.self_purchase_default_kept_ppm,
            lockstep_default_kept_ppm=policy.holds.lockstep_default_kept_ppm,
        ),
    )
    rel.put("holds", holds)
    rel.put("exposure", exposure.cast(EXPOSURE))
    rel.table("hold_parts", " union all ".join([*_earlier(turn), *_fresh()]))


def _suspicions(turn: Turn) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Look for self-purchase and, if asked, for rings; on DuckDB, whatever the engine.

    Returns:
        Lines of self-purchases, lines of rings, and what a ring could hide in: the
        residual exposure, empty where nobody looked.
    """
    policy, rel = turn.run.policy, turn.rel
    rel.view("credits", "select * from settling")
    if rel.dialect == "duckdb":
        return _look(rel, turn, policy.holds)
    graph = open_relations("duckdb", scratch=rel.scratch / "graph")
    try:
        for name, fields in _GRAPH_INPUTS.items():
            graph.put(name, rel.fetch(f"select {fields} from {name}"))
        return _look(graph, turn, policy.holds)
    finally:
        graph.close()


def _look(rel: Relations, turn: Turn, rules: Holds) -> tuple[pa.Table, pa.Table, pa.Table]:
    purchases = integrity.find_self_purchases(rel)
    if not turn.run.is_looking_for_rings:
        return purchases, purchases.slice(0, 0), EXPOSURE.empty_table()
    result = integrity.find_lockstep_groups(
        rel,
        bucket_ms=rules.bucket_ms,
        bucket_cap=rules.bucket_cap,
        permutations=rules.permutations,
        seed=LOCKSTEP_SEED,
        contracts="contracts",
    )
    rings = integrity.find_ring_lines(rel, result)
    exposure = integrity.residual_exposure(
        rel,
        result,
        bucket_ms=rules.bucket_ms,
        bucket_cap=rules.bucket_cap,
        contracts="contracts",
    )
    return purchases, rings, exposure


def _earlier(turn: Turn) -> list[str]:
    return ["select * from opening_holds_open"] if turn.open_state("holds_open") else []


def _fresh() -> list[str]:
    shape = (
        "select x.hold_id as hold_id, '{party}' as party, h.{payee} as payee_id, h.creator_id as creator_id, "
        "h.line_id as line_id, x.currency as currency, h.{amount} as amount_minor, x.cause as cause, "
        "x.rule as rule, x.evidence as evidence, x.opened_period as opened_period, "
        "x.expires_at as expires_at, x.default_kept_ppm as default_kept_ppm, "
        "s.pool_id as pool_id, s.shop_id as shop_id "
        "from holds as x join settling_shares as h on h.line_id = x.line_id and h.payee_id = x.payee_id "
        "join settling as s on s.line_id = h.line_id where h.{amount} > 0"
    )
    return [
        shape.format(party="payee", payee="payee_id", amount="kept_minor"),
        shape.format(party="agency", payee="agency_payee_id", amount="agency_minor"),
    ]


def rule_holds(turn: Turn) -> dict[str, int]:
    """Apply rulings and expiries to the earlier holds; registers ruled_parts and holds_open.

    A part's money is what it parked less what refunds of its line took from
    it. `floor(money × kept_ppm / 10^6)` goes to the person, the rest to the
    open pool of the line's scene, or back to the shop where there is none.

    Returns:
        Freed money by pool.
    """
    rel = turn.rel
    rows = rel.fetch(
        "select x.*, coalesce(r.amount_minor, 0) as refunded_minor, "
        "u.kept_ppm as ruled_ppm, u.decided_at as decided_at from hold_parts as x "
        "left join reversals as r on r.line_id = x.line_id and r.part_id = x.creator_id "
        "and r.leg = case when x.party = 'payee' then 'kept' else 'agency' end "
        f"left join rulings as u on u.hold_id = x.hold_id and u.decided_at < {turn.row.ends_at} "
        "order by x.hold_id, x.party, x.payee_id"
    )
    shape = rel.fetch("select * from hold_parts where 1 = 0").schema
    ruled: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    freed: dict[str, int] = defaultdict(int)
    for row in rows.to_pylist():
        row["amount_minor"] -= row.pop("refunded_minor")
        kept_ppm, decided_at = row.pop("ruled_ppm"), row.pop("decided_at")
        if (
            row["opened_period"] != turn.period
            and kept_ppm is None
            and row["expires_at"] <= turn.row.ends_at
        ):
            kept_ppm, decided_at = row["default_kept_ppm"], row["expires_at"]
        if row["opened_period"] == turn.period or kept_ppm is None:
            waiting.append(row)
            continue
        kept = row["amount_minor"] * kept_ppm // PPM
        rest = row["amount_minor"] - kept
        if row["pool_id"] is not None:
            freed[row["pool_id"]] += rest
        ruled.append(
            {
                **row,
                "kept_ppm": kept_ppm,
                "decided_at": decided_at,
                "kept_minor": kept,
                "freed_minor": rest,
                "line_key": f"J:{row['hold_id']}:{row['party']}",
            }
        )
    rel.put("holds_open", pa.Table.from_pylist(waiting, schema=shape))
    extra = [
        pa.field("kept_ppm", pa.int64()),
        pa.field("decided_at", pa.int64()),
        pa.field("kept_minor", pa.int64()),
        pa.field("freed_minor", pa.int64()),
        pa.field("line_key", pa.string()),
    ]
    rel.put("ruled_parts", pa.Table.from_pylist(ruled, schema=pa.schema([*shape, *extra])))
    return dict(freed)


def ruling_transfers(turn: Turn) -> list[dict[str, Any]]:
    """Transfers that end holds: to the person, and the freed rest to the pool or the shop."""
    transfers = []
    for row in turn.rel.fetch("select * from ruled_parts order by hold_id, party").to_pylist():
        escrow = f"escrow:{row['hold_id']}"
        back = f"pool:{row['pool_id']}" if row["pool_id"] is not None else f"shop:{row['shop_id']}"
        common = {"debit": escrow, "currency": row["currency"]}
        transfers.append(
            {
                **common,
                "key": row["line_key"],
                "credit": f"payee:{row['payee_id']}",
                "amount_minor": row["kept_minor"],
            }
        )
        transfers.append(
            {
                **common,
                "key": f"{row['line_key']}:freed",
                "credit": back,
                "amount_minor": row["freed_minor"],
            }
        )
    return transfers
