"""Incentive programmes of a period: what is awarded, nearly reached, refused and owed."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from wavepool.engine import incentives
from wavepool.engine.seasons.run import DAY_MS, Turn

TABLES = (
    "awards",
    "near_misses",
    "refusals",
    "liabilities",
    "budget_cards",
    "introduction_winners",
)


def award_period(turn: Turn) -> pa.Table:
    """Evaluate every programme document; registers the tables named in `TABLES`.

    Returns:
        The awards, as `incentives.evaluate` describes them.
    """
    rel = turn.rel
    held = rel.fetch("select distinct creator_id from hold_parts where opened_period <> '' ")
    spans = (
        f"valid_from < {turn.row.ends_at} and (valid_to is null or valid_to >= {turn.row.ends_at})"
    )
    inputs: dict[str, Any] = {
        "creators": rel.fetch("select creator_id, kind, person_id, first_live_at from creators"),
        "creator_payees_as_of": rel.fetch(
            f"select creator_id, payee_id from creator_payees where {spans}"
        ),
        "agencies": rel.fetch("select agency_id, payee_id from agencies"),
        "introductions": rel.fetch(
            "select agency_id, creator_id, introduced_at from introductions "
            f"where introduced_at < {turn.row.ends_at}"
        ),
        "contracts_as_of": rel.fetch(
            f"select distinct creator_id, agency_id from contracts where {spans}"
        ),
        "counters": rel.fetch("select * from counters order by creator_id, day"),
        "budgets": rel.fetch(
            "select programme_id, period, currency, budget_minor, traffic_units from budgets"
        ),
    }
    found: dict[str, list[pa.Table]] = {name: [] for name in (*TABLES, "lifetime_awards")}
    lifetime = (
        rel.fetch("select * from opening_lifetime_awards")
        if turn.open_state("lifetime_awards")
        else None
    )
    for document in turn.run.programmes:
        result = incentives.evaluate(
            document,
            **inputs,
            lifetime_awards=lifetime,
            held_creators=held.column("creator_id").to_pylist(),
            period=_period(turn),
            currency=turn.run.policy.currency,
        )
        for name in TABLES:
            found[name].append(getattr(result, name))
        lifetime = result.lifetime_awards
        found["lifetime_awards"] = [lifetime]
    for name, tables in found.items():
        if tables:
            rel.put(name, pa.concat_tables(tables))
    return pa.concat_tables(found["awards"]) if found["awards"] else pa.table({})


def _period(turn: Turn) -> incentives.Period:
    days = turn.rel.fetch(
        "select min(day) as first_day, max(day) as last_day from hours "
        f"where quarter >= {turn.row.starts_at // 900_000} and quarter < {turn.row.ends_at // 900_000}"
    ).to_pylist()[0]
    assert turn.row.ends_at - turn.row.starts_at >= 27 * DAY_MS
    return incentives.Period(
        name=turn.period,
        starts_at=turn.row.starts_at,
        ends_at=turn.row.ends_at,
        first_day=days["first_day"],
        last_day_exclusive=days["last_day"] + 1,
    )
