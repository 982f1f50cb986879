"""Compare what two sides say was paid, key by key."""

from __future__ import annotations

from dataclasses import dataclass

from wavepool.engine.relations import Relations, step_sql


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Keys that are on both sides but differ, and keys on one side only."""

    differing: int
    only_left: int
    only_right: int


def reconcile(rel: Relations, *, left: str, right: str, tolerance_minor: int = 0) -> Reconciled:
    """Find the keys whose amounts differ by more than a tolerance; registers `breaks`.

    Args:
        left: a relation with key (any one type), amount_minor (int64); keys may
            repeat and are summed. No null keys.
        right: the same, from the other side.
        tolerance_minor: a difference up to here, either way, is no break.

    Returns:
        How many of each; `breaks` has key (unique), left_minor, right_minor,
        difference_minor (left - right, absent = 0), cause (differs, only left,
        only right).
    """
    rel.view("reconcile_left", f"select key, amount_minor from {left}")
    rel.view("reconcile_right", f"select key, amount_minor from {right}")
    sql = step_sql(__package__, "reconcile", dialect=rel.dialect, tolerance_minor=tolerance_minor)
    rel.table("breaks", sql)
    rows = rel.fetch("select cause, count(*) as n from breaks group by cause").to_pylist()
    counts = {row["cause"]: int(row["n"]) for row in rows}
    return Reconciled(
        counts.get("differs", 0), counts.get("only left", 0), counts.get("only right", 0)
    )
