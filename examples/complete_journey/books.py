"""What a settlement of the season says, read back from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

Row = Mapping[str, Any]

_TOTALS = """
select
    (select count(*) from credits) as lines,
    (select cast(sum(paid_minor) as bigint) from credits) as paid_minor,
    (select count(*) from credits where outcome <> 'organic') as attributed_lines,
    (select cast(coalesce(sum(commission_minor), 0) as bigint) from credits) as commission_minor,
    (select cast(coalesce(sum(direct_minor), 0) as bigint) from credits) as direct_minor,
    (select cast(coalesce(sum(fee_minor), 0) as bigint) from credits) as fee_minor,
    (select cast(coalesce(sum(pool_minor), 0) as bigint) from credits) as pool_minor,
    (select cast(coalesce(sum(legs_minor), 0) as bigint) from pool_accounts) as pool_in_minor,
    (select cast(coalesce(sum(paid_minor), 0) as bigint) from micro_lines) as pool_paid_minor,
    (select cast(coalesce(sum(carry_micro), 0) as bigint) from last_carries) as carried_micro,
    (select cast(coalesce(sum(residue_micro), 0) as bigint) from last_residues) as residue_micro,
    (select count(*) from last_waiting) as waiting_lines,
    (select count(*) from transfers) as transfers,
    (select cast(sum(balance_minor) as bigint) from last_balances) as balance_minor
"""
_SCENES = """
select
    n.name_en as name,
    (select count(*) from redemptions as r where r.type_no = k.type_no) as redemptions,
    coalesce(l.covered_lines, 0) as covered_lines,
    coalesce(l.other_lines, 0) as other_lines,
    coalesce(l.paid_minor, 0) as paid_minor,
    coalesce(l.commission_minor, 0) as commission_minor
from channels as k
join scenes as n on n.name_en = k.campaign_type
left join (
    select c.scene_id as scene_id,
        count(*) filter (where c.outcome = 'direct') as covered_lines,
        count(*) filter (where c.outcome = 'indirect') as other_lines,
        cast(sum(c.paid_minor) as bigint) as paid_minor,
        cast(sum(c.commission_minor) as bigint) as commission_minor
    from credits as c
    group by c.scene_id
) as l on l.scene_id = n.scene_id
order by k.type_no
"""
_CAMPAIGNS = """
select
    g.campaign_id as campaign_id,
    g.campaign_type as campaign_type,
    (select count(*) from redemptions as r where r.campaign_id = g.campaign_id) as redemptions,
    cast(coalesce(l.paid_minor, 0) as bigint) as paid_minor,
    cast(coalesce(l.pool_minor, 0) as bigint) as by_sales_minor,
    cast(coalesce(p.entitlement_micro, 0) as bigint) as by_value_micro
from campaigns as g
left join (
    select c.piece_id as piece_id, sum(c.paid_minor) as paid_minor, sum(c.pool_minor) as pool_minor
    from credits as c
    group by c.piece_id
) as l on l.piece_id = g.campaign_id
left join (
    select s.payee_id as payee_id, sum(s.entitlement_micro) as entitlement_micro
    from pool_shares as s
    group by s.payee_id
) as p on p.payee_id = g.campaign_id
order by by_value_micro desc, g.campaign_id
"""
_FINEST_LINE = """
select t.line_key as line_key
from statement_lines as t
join credits as c on cast(c.line_id as varchar) = t.ref_id
where t.kind = 'commission' and c.outcome = 'direct'
order by t.amount_minor desc, c.line_id
limit 1
"""


@dataclass(frozen=True, slots=True)
class Books:
    """Sums of a settlement: `totals`, a row per campaign type, a row per campaign, one line's key."""

    totals: Row
    scenes: tuple[Row, ...]
    campaigns: tuple[Row, ...]
    line_key: str

    @property
    def pool_gap_micro(self) -> int:
        """Pool in less pool out, in millionths of a cent: paid, carried by payees, left in the pool."""
        whole_minor = int(self.totals["pool_in_minor"]) - int(self.totals["pool_paid_minor"])
        kept_micro = int(self.totals["carried_micro"]) + int(self.totals["residue_micro"])
        return whole_minor * 1_000_000 - kept_micro


def read_books(season: Path, out: Path, *, last_period: str) -> Books:
    """Read a finished settlement of a season that `write_season` wrote."""
    with duckdb.connect(":memory:") as reader:
        for name in ("redemptions", "channels", "scenes", "campaigns"):
            _scan(reader, name, season / f"{name}.parquet")
        periodic = "credits pool_accounts pool_shares micro_lines statement_lines transfers"
        for name in periodic.split():
            _scan(reader, name, out / "*" / f"{name}.parquet")
        for name in ("carries", "residues", "balances"):
            _scan(reader, f"last_{name}", out / last_period / "state" / f"{name}.parquet")
        waiting = out / last_period / "state" / "credits_waiting.parquet"
        _scan(reader, "last_waiting", waiting)
        return Books(
            totals=_rows(reader, _TOTALS)[0],
            scenes=_rows(reader, _SCENES),
            campaigns=_rows(reader, _CAMPAIGNS),
            line_key=str(_rows(reader, _FINEST_LINE)[0]["line_key"]),
        )


def _scan(reader: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    reader.execute(f"create view {name} as select * from read_parquet('{quoted}')")


def _rows(reader: duckdb.DuckDBPyConnection, sql: str) -> tuple[Row, ...]:
    return tuple(reader.sql(sql).to_arrow_table().to_pylist())
