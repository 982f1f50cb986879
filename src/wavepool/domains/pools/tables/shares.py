"""A run's pools of one month as rows; everything sorted, so a rerun is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from wavepool.domains.pools.models import PoolDraft, PoolScene, Share
from wavepool.domains.scores.queries import Part, RunTables, Workbench

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
_IN_POOL: Final = "pool_id is not null and pool_id <> '' and payee_id is not null"


def draft_parts(source: RunTables, *, period: str) -> Iterator[Part]:
    """Every pool, scene and share of one month, kind by kind."""
    bench = Workbench(
        pools=_pools_of(source),
        scenes=_scenes_of(source),
        accounts=source.read("pool_accounts", period=period),
        shares=source.read("pool_shares", period=period),
        payee_scenes=source.read("payee_scenes", period=period),
        moved=source.read("micro_lines", period=period, where="kind = 'pool'"),
        agency_parts=source.read("agency_parts", period=period, where="ref_id like 'P:%'"),
        carries=source.read("state/carries", period=period),
    )
    _put_sales(bench, source, period)
    yield Part(PoolDraft, bench.read(_POOLS))
    yield Part(PoolScene, bench.read(_SCENES))
    yield Part(Share, bench.read(_SHARES))


_POOLS: Final = f"""
    select a.pool_id, p.name_zh, p.name_en, a.currency, {", ".join(f"a.{each}" for each in _ACCOUNT)},
        (select count(*) from shares s where s.pool_id = a.pool_id and s.value > 0) as payees
    from accounts a left join pools p using (pool_id)
    order by a.pool_id
"""
# Pool legs by scene, and what each payee's sales gave directly and would have given alone. Lines
# count in the month in which they are final; what refunds take back counts in the month in which it
# is taken, at whoever got it. Lines outside every pool's scenes pay the same either way and are
# left out.
_RETURNED: Final = """
    select b.line_id, b.leg, b.part_id, b.amount_minor, l.pool_id, l.scene_id, l.payee_id
    from back b join settled l using (line_id)
"""
_SALES: Final = """
    with owners as (
        select line_id, creator_id, any_value(payee_id) as payee_id
        from settled_shares group by line_id, creator_id
    ), flows as (
        select pool_id, payee_id, 0 as direct_minor, direct_minor + pool_minor as alone_minor
        from lines
        union all
        select l.pool_id, s.payee_id, s.direct_minor, 0
        from line_shares s join lines l using (line_id)
        union all
        select pool_id, payee_id, 0, -amount_minor from returned
        union all
        select r.pool_id, o.payee_id, -r.amount_minor, 0
        from returned r left join owners o on o.line_id = r.line_id and o.creator_id = r.part_id
        where r.leg <> 'pool'
    )
    select pool_id, payee_id, sum(direct_minor)::bigint as direct_minor,
        sum(alone_minor)::bigint as alone_minor
    from flows group by pool_id, payee_id
"""
_SCENES: Final = """
    with counted as (
        select v.scene_id, count(*) as payees,
            sum(v.value::hugeint * s.weight_ppm // 1000000)::bigint as value
        from payee_scenes v join scenes s using (scene_id) group by v.scene_id
    ), sold as (
        select scene_id, sum(pool_minor)::bigint as minor from lines group by scene_id
    ), taken as (
        select scene_id, sum(amount_minor)::bigint as minor
        from returned where leg = 'pool' group by scene_id
    )
    select s.pool_id, s.scene_id, s.name_zh, s.name_en, s.weight_ppm,
        coalesce(counted.payees, 0) as payees, coalesce(counted.value, 0) as value,
        coalesce(sold.minor, 0) as legs_minor, coalesce(taken.minor, 0) as reversals_minor
    from scenes s
    left join counted using (scene_id)
    left join sold using (scene_id)
    left join taken using (scene_id)
    order by s.place
"""
# Nothing moved: what was carried in is carried on.
_SHARES: Final = """
    with kept as (
        select p.pool_id, c.payee_id, c.carry_micro from carries c join pools p using (currency)
    ), agencies as (
        select substr(ref_id, 3) as pool_id, payee_id, sum(part_micro)::bigint as part_micro
        from agency_parts group by ref_id, payee_id
    ), keys as (
        select pool_id, payee_id from shares union select pool_id, payee_id from sales
    )
    select k.pool_id, k.payee_id, coalesce(s.value, 0) as value,
        coalesce(s.entitlement_micro, 0) as entitlement_micro,
        coalesce(a.part_micro, 0) as agency_micro,
        coalesce(m.carry_in_micro, c.carry_micro, 0) as carry_in_micro,
        coalesce(m.paid_minor, 0) as paid_minor,
        coalesce(m.carry_out_micro, c.carry_micro, 0) as carry_out_micro,
        coalesce(sold.direct_minor, 0) as direct_minor,
        coalesce(sold.alone_minor, 0) as sales_only_minor
    from keys k
    left join shares s using (pool_id, payee_id)
    left join agencies a using (pool_id, payee_id)
    left join moved m on m.ref_id = k.pool_id and m.payee_id = k.payee_id
    left join kept c using (pool_id, payee_id)
    left join sales sold using (pool_id, payee_id)
    order by k.pool_id, k.payee_id
"""


def _put_sales(bench: Workbench, source: RunTables, period: str) -> None:
    """Lay `lines`, `returned` and `sales` of the month on the bench."""
    back = _columns(
        source,
        "reversals",
        period,
        "leg in ('pool', 'kept', 'agency') and amount_minor <> 0",
        ("line_id", "leg", "part_id", "amount_minor"),
    )
    bench.put(
        lines=_columns(
            source,
            "settling",
            period,
            _IN_POOL,
            ("line_id", "pool_id", "scene_id", "payee_id", "direct_minor", "pool_minor"),
        ),
        line_shares=_columns(
            source, "settling_shares", period, "true", ("line_id", "payee_id", "direct_minor")
        ),
        back=back,
        settled=_columns(
            source,
            "state/settled",
            period,
            _IN_POOL,
            ("line_id", "pool_id", "scene_id", "payee_id"),
        ),
        settled_shares=_columns(
            source,
            "state/settled_shares",
            period,
            "true",
            ("line_id", "creator_id", "payee_id"),
        ),
    )
    bench.keep("returned", _RETURNED)
    bench.keep("sales", _SALES)
    bench.take("line_shares", "back", "settled", "settled_shares")


def _columns(
    source: RunTables, table: str, period: str, where: str, names: Sequence[str]
) -> pa.Table:
    return source.read(table, period=period, where=where).select(list(names))


def _pools_of(source: RunTables) -> pa.Table:
    pools = source.policy.pools
    return pa.table(
        {
            "pool_id": pa.array([each.id for each in pools], pa.string()),
            "name_zh": pa.array([each.name_zh for each in pools], pa.string()),
            "name_en": pa.array([each.name_en for each in pools], pa.string()),
            "currency": pa.array([each.currency for each in pools], pa.string()),
        }
    )


def _scenes_of(source: RunTables) -> pa.Table:
    """Scenes that have a pool, in the policy's order."""
    scenes = [each for each in source.policy.scenes if each.pool]
    return pa.table(
        {
            "place": pa.array(range(len(scenes)), pa.int64()),
            "pool_id": pa.array([each.pool for each in scenes], pa.string()),
            "scene_id": pa.array([each.id for each in scenes], pa.string()),
            "name_zh": pa.array([each.name_zh for each in scenes], pa.string()),
            "name_en": pa.array([each.name_en for each in scenes], pa.string()),
            "weight_ppm": pa.array([each.weight_ppm for each in scenes], pa.int64()),
        }
    )
