"""Rings: which suspects and which payees met beyond chance, so that others are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from wavepool.engine.integrity.chance import MICRO, exceeds_chance, expected_micro
from wavepool.engine.relations import Relations, step_sql

DEVIATIONS = 3
BUYER_SPARE_PAIRS = 1
PAYEE_SPARE_PAIRS = 3
FEWEST_RING_PURCHASES = 5

_OF_PAYEE = ("ring_purchases", "purchases", "met_pairs", "expected_micro")


def suspect_meetings(rel: Relations) -> pa.Table:
    """Count for each suspect the houses where it met other suspects beyond chance.

    Reads `integrity_flagged` and the bucket tables. A heavy honest buyer lies in a
    ring's core because it meets everybody, a bystander because it was twice in the
    wrong room; a member of the ring keeps step at house after house.

    Returns:
        buyer_no, houses; sorted by buyer_no.
    """
    _make(rel, "stratum_ways")
    strata = rel.fetch(step_sql(__package__, "suspect_strata", dialect=rel.dialect)).to_pylist()
    met: dict[tuple[int, int], tuple[int, int]] = {}
    for stratum in strata:
        key = (stratum["buyer_no"], stratum["house_no"])
        pairs, expected = met.get(key, (0, 0))
        chance = expected_micro(
            pairs=stratum["own"] * stratum["others"],
            purchases=stratum["purchases"],
            ways=stratum["ways"],
        )
        met[key] = (pairs + stratum["met"], expected + chance)
    houses: dict[int, int] = {}
    for (buyer_no, _), (pairs, expected) in met.items():
        beyond = exceeds_chance(
            met=pairs, expected=expected, deviations=DEVIATIONS, spare=BUYER_SPARE_PAIRS
        )
        houses[buyer_no] = houses.get(buyer_no, 0) + int(beyond)
    columns = {"buyer_no": list(houses), "houses": list(houses.values())}
    return pa.table(columns, schema=pa.schema([(name, pa.int64()) for name in columns]))


def ring_payees(rel: Relations) -> pa.Table:
    """Compare each flagged group's meetings at each payee with what chance expects.

    Reads what `suspect_meetings` made. A group's camouflage at an honest payee meets
    about as often as chance says, and that payee is left alone.

    Returns:
        group_id, payee_id, ring_purchases, purchases, met_pairs, expected_micro,
        is_held; sorted by group_id and payee_id.
    """
    _make(rel, "payee_totals")
    strata = rel.fetch(step_sql(__package__, "ring_strata", dialect=rel.dialect))
    ids = [strata.schema.field("group_id"), strata.schema.field("payee_id")]
    counts = [(name, pa.int64()) for name in _OF_PAYEE]
    schema = pa.schema([*ids, *counts, ("is_held", pa.bool_())])
    return pa.Table.from_pylist(_payee_rows(strata.to_pylist()), schema=schema)


def _payee_rows(strata: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows: dict[tuple[Any, Any], dict[str, Any]] = {}
    for stratum in strata:
        ids = {"group_id": stratum["group_id"], "payee_id": stratum["payee_id"]}
        row = rows.setdefault(tuple(ids.values()), ids | dict.fromkeys(_OF_PAYEE, 0))
        row["ring_purchases"] += stratum["ring_purchases"]
        row["purchases"] = stratum["payee_purchases"]
        row["met_pairs"] += stratum["met"] // 2
        row["expected_micro"] += expected_micro(
            pairs=stratum["pairs"] // 2, purchases=stratum["purchases"], ways=stratum["ways"]
        )
    return [{**row, "is_held": _is_held(row)} for row in rows.values()]


def _is_held(row: Mapping[str, Any]) -> bool:
    # Where the group is most of the trade there is nobody else to meet by chance.
    is_most_of_the_trade: bool = (
        row["ring_purchases"] >= FEWEST_RING_PURCHASES
        and 2 * row["ring_purchases"] >= row["purchases"]
    )
    # At a large payee a small shift of habits is beyond chance; half again as many is not small.
    is_marked = 2 * row["met_pairs"] * MICRO >= 3 * row["expected_micro"]
    return is_most_of_the_trade or (
        is_marked
        and exceeds_chance(
            met=row["met_pairs"],
            expected=row["expected_micro"],
            deviations=DEVIATIONS,
            spare=PAYEE_SPARE_PAIRS,
        )
    )


def _make(rel: Relations, step: str) -> None:
    rel.table(f"integrity_{step}", step_sql(__package__, step, dialect=rel.dialect))
