"""Ring lines: the order lines that a lockstep hold is about, each with its evidence."""

from __future__ import annotations

import json

import pyarrow as pa

from wavepool.engine.integrity.lockstep import LockstepResult
from wavepool.engine.relations import Relations, step_sql

_BOUGHT = """
select distinct c.buyer_id as buyer_id, c.payee_id as payee_id, r.group_id as group_id
from credits c
join integrity_ring_buyers b on b.buyer_id = c.buyer_id
join integrity_ring_payees r on r.group_id = b.group_id and r.payee_id = c.payee_id
where r.is_held order by c.buyer_id, c.payee_id
"""
_OF_BUYER = ("core", "null_max", "partners", "co_sessions", "payees", "houses")
_OF_PAYEE = ("ring_purchases", "purchases", "met_pairs", "expected_micro")


def find_ring_lines(rel: Relations, result: LockstepResult) -> pa.Table:
    """List flagged buyers' order lines at the payees where their group met beyond chance.

    Reads `credits`. Lines of flagged buyers at other payees are camouflage at somebody
    else's expense and are not listed.

    Returns:
        line_id, buyer_id, payee_id, currency, direct_minor, pool_minor, group_id,
        evidence (compact JSON object of integers and ids); sorted by line_id.
    """
    rel.put("integrity_ring_buyers", result.evidence)
    rel.put("integrity_ring_payees", result.payees)
    bought = rel.fetch(_BOUGHT)
    rel.put("integrity_ring_evidence", _with_evidence(bought, result))
    return rel.fetch(step_sql(__package__, "ring_lines", dialect=rel.dialect))


def _with_evidence(bought: pa.Table, result: LockstepResult) -> pa.Table:
    buyers = {row["buyer_id"]: row for row in result.evidence.to_pylist()}
    payees = {(row["group_id"], row["payee_id"]): row for row in result.payees.to_pylist()}
    texts = [
        json.dumps(
            {"buyer_id": row["buyer_id"], "group_id": row["group_id"]}
            | {name: buyers[row["buyer_id"]][name] for name in _OF_BUYER}
            | {
                f"payee_{name}": payees[row["group_id"], row["payee_id"]][name]
                for name in _OF_PAYEE
            },
            separators=(",", ":"),
            ensure_ascii=False,
        )
        for row in bought.to_pylist()
    ]
    return bought.append_column("evidence", pa.array(texts, type=pa.string()))
