"""Evaluate many programmes over many payees; answers the CPU of opening the tables and of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.child import own_cpu_s
from wavepool.engine.incentives import LumpSum, Period, Programmes, evaluate, load_programmes

SEED = 7
DAY_MS = 86_400_000
FIRST_DAY = 19_052  # 1 March 2022
DAYS = 31
ROWS_EACH = 6


def run(*, payees: int, programmes: int) -> dict[str, Any]:
    """Close a month in which every payee is new; budgets never overspent is asserted."""
    document = _document(programmes)
    inputs = _inputs(document, payees)
    cpu = own_cpu_s()
    result = evaluate(document, **inputs, period=_month(), currency="CNY")
    spent = own_cpu_s() - cpu
    cards = result.budget_cards.to_pylist()
    assert len(cards) == programmes
    assert all(row["spent_minor"] <= row["budget_minor"] for row in cards)
    return {
        "cpu_s": spent,
        "awards": result.awards.num_rows,
        "near_misses": result.near_misses.num_rows,
        "scaled": sum(row["is_scaled"] for row in cards),
    }


def _document(count: int) -> Programmes:
    """As many copies of the new anchor cash, each asking for a little more."""
    packaged = load_programmes("incentives_2022")
    model = packaged.get_programme("new_anchor_cash")
    assert isinstance(model.schedule, LumpSum)
    milestone = model.schedule.milestones[0]
    days, hours, received = milestone.conditions
    copies = [
        replace(
            model,
            id=f"copy_{number}",
            lifetime_key=f"copy_{number}",
            schedule=LumpSum(
                (
                    replace(
                        milestone,
                        conditions=(
                            replace(days, at_least=4),
                            replace(hours, at_least=8),
                            replace(received, at_least=250_000 + 10_000 * number),
                        ),
                    ),
                ),
            ),
        )
        for number in range(count)
    ]
    return replace(packaged, programmes=tuple(copies))


def _inputs(document: Programmes, payees: int) -> dict[str, Any]:
    draw = np.random.default_rng(SEED)
    ids = np.arange(payees, dtype=np.int64)
    rows = payees * ROWS_EACH
    starts = draw.integers(0, DAYS - 2 * ROWS_EACH, payees)
    effective = draw.integers(0, 2, rows)
    day = np.repeat(FIRST_DAY + starts, ROWS_EACH) + np.tile(np.arange(ROWS_EACH) * 2, payees)
    nobody = pa.table({"agency_id": pa.array([], pa.int64()), "payee_id": pa.array([], pa.int64())})
    return {
        "creators": pa.table(
            {
                "creator_id": ids,
                "kind": pa.repeat("talent", payees),
                "person_id": ids,
                "first_live_at": (FIRST_DAY + starts) * DAY_MS,
            }
        ),
        "creator_payees_as_of": pa.table({"creator_id": ids, "payee_id": ids}),
        "agencies": nobody,
        "introductions": pa.table(
            {
                name: pa.array([], pa.int64())
                for name in ("agency_id", "creator_id", "introduced_at")
            }
        ),
        "contracts_as_of": None,
        "counters": pa.table(
            {
                "creator_id": np.repeat(ids, ROWS_EACH),
                "day": day,
                "sessions": np.ones(rows, dtype=np.int64),
                "effective_sessions": effective,
                "effective_ms": effective * 7_200_000,
                "received_minor": draw.integers(0, 100_000, rows),
                "fans": draw.integers(0, 9, rows),
            }
        ),
        "budgets": pa.Table.from_pylist(
            [
                {
                    "programme_id": each.id,
                    "period": "2022-03",
                    "currency": "CNY",
                    "budget_minor": payees * 10_000,
                    "traffic_units": payees * 1_000,
                }
                for each in document.programmes
            ]
        ),
        "lifetime_awards": None,
        "held_creators": (),
    }


def _month() -> Period:
    return Period(
        name="2022-03",
        starts_at=FIRST_DAY * DAY_MS,
        ends_at=(FIRST_DAY + DAYS) * DAY_MS,
        first_day=FIRST_DAY,
        last_day_exclusive=FIRST_DAY + DAYS,
    )
