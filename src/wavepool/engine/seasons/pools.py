"""Pools of a period: evidence to value, value to entitlements, agencies' parts out of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wavepool.engine import sharing
from wavepool.engine.policy import Pool
from wavepool.engine.seasons.run import Turn

PPM = 1_000_000
RESIDUES = pa.schema(
    [("pool_id", pa.string()), ("currency", pa.string()), ("residue_micro", pa.int64())]
)
DEFICITS = pa.schema(
    [("pool_id", pa.string()), ("currency", pa.string()), ("deficit_minor", pa.int64())]
)
ACCOUNTS = pa.schema(
    [
        ("pool_id", pa.string()),
        ("currency", pa.string()),
        ("legs_minor", pa.int64()),
        ("subsidy_minor", pa.int64()),
        ("reversals_minor", pa.int64()),
        ("freed_minor", pa.int64()),
        ("residue_in_micro", pa.int64()),
        ("deficit_in_minor", pa.int64()),
        ("distributable_micro", pa.int64()),
        ("value_total", pa.int64()),
        ("distributed_micro", pa.int64()),
        ("residue_out_micro", pa.int64()),
        ("deficit_out_minor", pa.int64()),
    ]
)


@dataclass(frozen=True)
class SharedPool:
    """One pool after sharing: its account, and a row for each payee with value."""

    account: dict[str, str | int]
    payee_ids: np.ndarray
    values: np.ndarray
    entitlements_micro: np.ndarray


def value_payees(turn: Turn) -> pa.Table:
    """Add `value`, the integer root of the three sums, to payee_evidence; registers payee_scenes."""
    tenths = turn.run.policy.value
    evidence = turn.rel.fetch("select * from payee_evidence order by payee_id, scene_id")
    values = sharing.root_values(
        quality_micro=evidence.column("quality_micro").to_numpy(),
        experience_micro=evidence.column("experience_micro").to_numpy(),
        commerce_micro=evidence.column("commerce_micro").to_numpy(),
        tenths=(tenths.quality_tenths, tenths.experience_tenths, tenths.commerce_tenths),
    )
    scenes = evidence.append_column("value", pa.array(values, pa.int64()))
    turn.rel.put("payee_scenes", scenes)
    return scenes


def share_pools(
    turn: Turn, payee_scenes: pa.Table, freed_minor: dict[str, int]
) -> list[SharedPool]:
    """Share every pool of the policy by value; registers pool_accounts, residues, deficits.

    Args:
        payee_scenes: payee_id, scene_id, value, as `value_payees` returns.
        freed_minor: what rulings of this period set free, by pool.
    """
    policy = turn.run.policy
    combined = sharing.combine_scenes(
        payee_ids=payee_scenes.column("payee_id").to_numpy(zero_copy_only=False),
        scene_ids=payee_scenes.column("scene_id").to_numpy(zero_copy_only=False),
        values=payee_scenes.column("value").to_numpy(),
        scenes={
            scene.id: sharing.SceneRow(scene.pool, scene.weight_ppm) for scene in policy.scenes
        },
    )
    legs = _sums(
        turn,
        "select pool_id, sum(pool_minor) as amount from settling "
        "where pool_id is not null group by pool_id",
    )
    reversals = _sums(
        turn,
        "select s.pool_id as pool_id, sum(r.amount_minor) as amount from reversals as r "
        "join settled as s on s.line_id = r.line_id "
        "where r.leg = 'pool' and s.pool_id is not null group by s.pool_id",
    )
    subsidies = _sums(
        turn,
        "select pool_id, sum(subsidy_minor) as amount from subsidies "
        f"where period = '{turn.period}' group by pool_id",
    )
    residues = {
        row["pool_id"]: row["residue_micro"]
        for row in turn.opening_rows("residues", RESIDUES).to_pylist()
    }
    deficits = {
        row["pool_id"]: row["deficit_minor"]
        for row in turn.opening_rows("deficits", DEFICITS).to_pylist()
    }
    shared = []
    for pool in policy.pools:
        flows = {
            "legs_minor": legs.get(pool.id, 0),
            "subsidy_minor": subsidies.get(pool.id, 0),
            "reversals_minor": reversals.get(pool.id, 0),
            "freed_minor": freed_minor.get(pool.id, 0),
            "residue_in_micro": residues.get(pool.id, 0),
            "deficit_in_minor": deficits.get(pool.id, 0),
        }
        none = sharing.PoolValues(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        shared.append(_share(pool, flows, combined.get(pool.id, none)))
    _put_accounts(turn, shared)
    return shared


def _share(pool: Pool, flows: dict[str, int], valued: sharing.PoolValues) -> SharedPool:
    distributable = sharing.distributable_micro(**flows)
    shares = sharing.share_pool(distributable, valued.values)
    entitled = shares.entitlements_micro
    account: dict[str, str | int] = {
        "pool_id": pool.id,
        "currency": pool.currency,
        **flows,
        "distributable_micro": distributable,
        "value_total": int(valued.values.sum()) if len(valued.values) else 0,
        "distributed_micro": int(entitled.sum()) if len(entitled) else 0,
        "residue_out_micro": shares.residue_micro,
        "deficit_out_minor": shares.deficit_minor,
    }
    return SharedPool(account, valued.payee_ids, valued.values, entitled)


def split_with_agencies(
    turn: Turn, shared: list[SharedPool]
) -> dict[str, dict[object, list[tuple[object, object, int]]]]:
    """Find the agencies of each payee with a pool share, as of the period's end.

    A payee's creators count by their evidence in the pool (the sum of the
    three dimensions): an agency's effective rate on the payee's share is
    `floor(creator's evidence × split_ppm / payee's evidence)`.

    Returns:
        By pool and payee: (agency_id, agency's payee_id, effective split_ppm), by agency.
    """
    rows = turn.rel.fetch(
        "with points as (select n.pool_id as pool_id, v.payee_id as payee_id, v.creator_id as creator_id, "
        "cast(sum(v.quality_micro + v.experience_micro + v.commerce_micro) as bigint) as points "
        "from piece_values as v join scenes_in_force as n on n.scene_id = v.scene_id "
        "where n.pool_id <> '' group by n.pool_id, v.payee_id, v.creator_id), "
        "totals as (select p.pool_id as pool_id, p.payee_id as payee_id, cast(sum(p.points) as bigint) as total "
        "from points as p group by p.pool_id, p.payee_id) "
        "select p.pool_id as pool_id, p.payee_id as payee_id, k.agency_id as agency_id, "
        "a.payee_id as agency_payee_id, k.split_ppm as split_ppm, p.points as points, t.total as total "
        "from points as p join totals as t on t.pool_id = p.pool_id and t.payee_id = p.payee_id "
        "join contracts as k on k.creator_id = p.creator_id and k.income_type = 'pool' "
        f"and k.valid_from < {turn.row.ends_at} and (k.valid_to is null or k.valid_to >= {turn.row.ends_at}) "
        "join agencies as a on a.agency_id = k.agency_id "
        "order by p.pool_id, p.payee_id, k.agency_id, p.creator_id"
    ).to_pylist()
    found: dict[str, dict[object, list[tuple[object, object, int]]]] = {
        str(pool.account["pool_id"]): defaultdict(list) for pool in shared
    }
    for row in rows:
        if row["total"] == 0 or row["pool_id"] not in found:
            continue
        rate = row["points"] * row["split_ppm"] // row["total"]
        found[row["pool_id"]][row["payee_id"]].append(
            (row["agency_id"], row["agency_payee_id"], rate)
        )
    return found


def _sums(turn: Turn, sql: str) -> dict[str, int]:
    return {row["pool_id"]: int(row["amount"]) for row in turn.rel.fetch(sql).to_pylist()}


def _put_accounts(turn: Turn, shared: list[SharedPool]) -> None:
    accounts = [pool.account for pool in shared]
    turn.rel.put("pool_accounts", pa.Table.from_pylist(accounts, schema=ACCOUNTS))
    turn.rel.put(
        "residues",
        pa.Table.from_pylist(
            [{**row, "residue_micro": row["residue_out_micro"]} for row in accounts],
            schema=RESIDUES,
        ),
    )
    turn.rel.put(
        "deficits",
        pa.Table.from_pylist(
            [{**row, "deficit_minor": row["deficit_out_minor"]} for row in accounts],
            schema=DEFICITS,
        ),
    )
