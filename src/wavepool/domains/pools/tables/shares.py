"""A run's pools of one month as rows; everything sorted, so a rerun is the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.domains.pools.models import PoolDraft, PoolScene, Share
from wavepool.domains.scores.queries import RunTables

PPM: Final = 1_000_000
Row = dict[str, Any]
_ACCOUNT: Final = (
    "legs_minor",
    "subsidy_minor",
    "freed_minor",
    "reversals_minor",
    "deficit_in_minor",
    "residue_in_micro",
    "distributable_micro",
    "value_total",
    "distributed_micro",
    "residue_out_micro",
    "deficit_out_minor",
)
_DIRECT: Final = ("kept", "agency")
_IN_POOL: Final = "pool_id is not null and pool_id <> '' and payee_id is not null"


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one kind, in their order."""

    model: Any
    rows: Sequence[Row]


def draft_parts(source: RunTables, *, period: str) -> Iterator[Part]:
    """Every pool, scene and share of one month, kind by kind."""
    accounts = source.read("pool_accounts", period=period).to_pylist()
    shares = source.read("pool_shares", period=period).to_pylist()
    names = {pool.id: (pool.name_zh, pool.name_en) for pool in source.policy.pools}
    counts: dict[str, int] = defaultdict(int)
    for row in shares:
        counts[row["pool_id"]] += row["value"] > 0
    yield Part(
        PoolDraft,
        [
            {
                "pool_id": row["pool_id"],
                "name_zh": names[row["pool_id"]][0],
                "name_en": names[row["pool_id"]][1],
                "currency": row["currency"],
                **{name: row[name] for name in _ACCOUNT},
                "payees": counts[row["pool_id"]],
            }
            for row in sorted(accounts, key=lambda row: row["pool_id"])
        ],
    )
    sales = _Sales(source, period)
    yield Part(PoolScene, _scene_rows(source, sales, period=period))
    yield Part(Share, _share_rows(source, shares, sales, period=period))


class _Sales:
    """Pool legs by scene, and what each payee's sales gave directly and would have given alone.

    Lines count in the month in which they are final; what refunds take back counts in the month
    in which it is taken, at whoever got it. Lines outside every pool's scenes pay the same either
    way and are left out.
    """

    def __init__(self, source: RunTables, period: str) -> None:
        self.legs: dict[str, int] = defaultdict(int)
        self.reversals: dict[str, int] = defaultdict(int)
        self.direct: dict[tuple[str, int], int] = defaultdict(int)
        self.alone: dict[tuple[str, int], int] = defaultdict(int)
        lines = _columns(
            source,
            "settling",
            period,
            _IN_POOL,
            ("line_id", "pool_id", "scene_id", "payee_id", "direct_minor", "pool_minor"),
        )
        sums = lines.group_by(["pool_id", "scene_id", "payee_id"]).aggregate(
            [("direct_minor", "sum"), ("pool_minor", "sum")]
        )
        for row in sums.to_pylist():
            legs = row["pool_minor_sum"]
            self.legs[row["scene_id"]] += legs
            self.alone[row["pool_id"], row["payee_id"]] += row["direct_minor_sum"] + legs
        shares = _columns(
            source, "settling_shares", period, "true", ("line_id", "payee_id", "direct_minor")
        )
        mine = shares.join(lines.select(["line_id", "pool_id"]), "line_id", join_type="inner")
        parts = mine.group_by(["pool_id", "payee_id"]).aggregate([("direct_minor", "sum")])
        for row in parts.to_pylist():
            self.direct[row["pool_id"], row["payee_id"]] += row["direct_minor_sum"]
        self._take_back(source, period)

    def _take_back(self, source: RunTables, period: str) -> None:
        legs = ", ".join(f"'{leg}'" for leg in ("pool", *_DIRECT))
        back = _columns(
            source,
            "reversals",
            period,
            f"leg in ({legs}) and amount_minor <> 0",
            ("line_id", "leg", "part_id", "amount_minor"),
        )
        refunded = back.column("line_id")
        settled = _columns(
            source,
            "state/settled",
            period,
            _IN_POOL,
            ("line_id", "pool_id", "scene_id", "payee_id"),
        )
        settled = settled.filter(pc.is_in(settled.column("line_id"), value_set=refunded))
        lines = {row["line_id"]: row for row in settled.to_pylist()}
        shares = _columns(
            source,
            "state/settled_shares",
            period,
            "true",
            ("line_id", "creator_id", "payee_id"),
        )
        shares = shares.filter(pc.is_in(shares.column("line_id"), value_set=refunded))
        owners = {
            (row["line_id"], row["creator_id"]): row["payee_id"] for row in shares.to_pylist()
        }
        for row in back.to_pylist():
            line = lines.get(row["line_id"])
            if line is None:
                continue
            self.alone[line["pool_id"], line["payee_id"]] -= row["amount_minor"]
            if row["leg"] == "pool":
                self.reversals[line["scene_id"]] += row["amount_minor"]
            else:
                owner = owners[row["line_id"], row["part_id"]]
                self.direct[line["pool_id"], owner] -= row["amount_minor"]


def _columns(
    source: RunTables, table: str, period: str, where: str, names: Sequence[str]
) -> pa.Table:
    return source.read(table, period=period, where=where).select(list(names))


def _scene_rows(source: RunTables, sales: _Sales, *, period: str) -> list[Row]:
    values: dict[str, list[int]] = defaultdict(list)
    for row in source.read("payee_scenes", period=period).to_pylist():
        values[row["scene_id"]].append(row["value"])
    return [
        {
            "pool_id": scene.pool,
            "scene_id": scene.id,
            "name_zh": scene.name_zh,
            "name_en": scene.name_en,
            "weight_ppm": scene.weight_ppm,
            "payees": len(values[scene.id]),
            "value": sum(value * scene.weight_ppm // PPM for value in values[scene.id]),
            "legs_minor": sales.legs[scene.id],
            "reversals_minor": sales.reversals[scene.id],
        }
        for scene in source.policy.scenes
        if scene.pool
    ]


def _share_rows(
    source: RunTables, shares: Sequence[Row], sales: _Sales, *, period: str
) -> list[Row]:
    currencies = {pool.id: pool.currency for pool in source.policy.pools}
    found = {(row["pool_id"], row["payee_id"]): row for row in shares}
    agencies = _agency_parts(source, period)
    moved = {
        (row["ref_id"], row["payee_id"]): row
        for row in source.read("micro_lines", period=period, where="kind = 'pool'").to_pylist()
    }
    carries = _carries(source.read("state/carries", period=period))
    rows = []
    for pool_id, payee_id in sorted({*found, *sales.direct, *sales.alone}):
        key = (pool_id, payee_id)
        share, move = found.get(key), moved.get(key)
        # Nothing moved: what was carried in is carried on.
        kept = carries.get((payee_id, currencies[pool_id]), 0)
        rows.append(
            {
                "pool_id": pool_id,
                "payee_id": payee_id,
                "value": share["value"] if share else 0,
                "entitlement_micro": share["entitlement_micro"] if share else 0,
                "agency_micro": agencies[key],
                "carry_in_micro": move["carry_in_micro"] if move else kept,
                "paid_minor": move["paid_minor"] if move else 0,
                "carry_out_micro": move["carry_out_micro"] if move else kept,
                "direct_minor": sales.direct[key],
                "sales_only_minor": sales.alone[key],
            }
        )
    return rows


def _agency_parts(source: RunTables, period: str) -> dict[tuple[str, int], int]:
    parts: dict[tuple[str, int], int] = defaultdict(int)
    for row in source.read("agency_parts", period=period, where="ref_id like 'P:%'").to_pylist():
        parts[row["ref_id"].removeprefix("P:"), row["payee_id"]] += row["part_micro"]
    return parts


def _carries(table: pa.Table) -> Mapping[tuple[int, str], int]:
    return {(row["payee_id"], row["currency"]): row["carry_micro"] for row in table.to_pylist()}
