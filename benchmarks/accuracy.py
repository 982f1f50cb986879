"""How near a settled world comes to its truth: attribution, value, bots and rings.

Each function reads a season folder of `wavepool.engine.worlds` and the OUT folder of its
settlement, and returns figures. They compare what the engine wrote; nothing is settled here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from wavepool.engine.policy import Policy, bot_bound_ppm, default_policy

PPM = 1_000_000

_WON = """
create table won as
select t.line_id as line_id, t.true_creator_id as true_creator_id, c.creator_id as creator_id
from truth_lines as t left join credits as c on c.line_id = t.line_id and c.creator_id is not null
where t.true_creator_id is not null and not t.is_self
"""
_ATTRIBUTION = """
with true_shares as (
    select true_creator_id as creator_id, count(*) / (select count(*) from won) as share
    from won group by true_creator_id
),
credited as (
    select creator_id, count(*) / (select count(*) from won where creator_id is not null) as share
    from won where creator_id is not null group by creator_id
)
select sum(abs(coalesce(t.share, 0) - coalesce(c.share, 0))) / 2 as distance,
    (select count(*) from won) as lines,
    (select count(*) from won where creator_id is null) as lines_without_credit,
    coalesce(sum(c.share) filter (where k.cheat_kind = 'sniper'), 0) as sniper_share
from true_shares as t full join credited as c on c.creator_id = t.creator_id
left join truth_creators as k on k.creator_id = coalesce(t.creator_id, c.creator_id)
"""
# Value as the policy shapes it, v = q^.4 x e^.3 x c^.3, with the legs that have an expectation
# replaced by it: quality from the truth; experience and commerce, whose lines have none, per
# viewer as the engine counted them, on the expected viewers.
_VALUES = """
create table judged as
select e.payee_id as payee_id, e.scene_id as scene_id,
    e.quality_micro as quality, t.quality_micro as true_quality,
    e.viewers_micro as viewers, t.viewers_micro as true_viewers,
    pow(e.quality_micro, 0.4) * pow(e.experience_micro, 0.3) * pow(e.commerce_micro, 0.3) as value,
    pow(t.quality_micro, 0.4) * pow(e.experience_micro * (t.viewers_micro / e.viewers_micro), 0.3)
        * pow(e.commerce_micro * (t.viewers_micro / e.viewers_micro), 0.3) as true_value
from payee_scenes as e
join truth_values as t on t.payee_id = e.payee_id and t.scene_id = e.scene_id and t.period = e.out_period
where e.viewers_micro > 0 and t.viewers_micro > 0 and e.scene_id <> 'open'
"""
_DISTANCES = """
with payees as (
    select payee_id, sum({ours}) as ours, sum({true}) as truly from judged group by payee_id
),
ranked as (
    select ours / (select sum(ours) from payees) as our_share,
        truly / (select sum(truly) from payees) as true_share,
        rank() over (order by ours) + (count(*) over (partition by ours) - 1) / 2 as our_rank,
        rank() over (order by truly) + (count(*) over (partition by truly) - 1) / 2 as true_rank
    from payees
)
select sum(abs(our_share - true_share)) / 2 as distance, corr(our_rank, true_rank) as spearman,
    count(*) as payees
from ranked
"""
# What one bot adds to one payee in one scene and month, undone: the value with it less the value
# without it. Bots buy nothing, so their commerce is the floor and their experience is full.
_BOTS = """
with mine as (
    select b.viewer_id as viewer_id, b.kind as kind, v.trust_ppm as trust_ppm, v.tier as tier,
        t.piece_id as piece_id, t.account_id as account_id, t.touched_at as touched_at,
        coalesce(t.slot, '') as slot, (t.touched_at // 3600000 + 8) % 24 // 6 as band,
        strftime(make_timestamp((t.touched_at + 28800000) * 1000), '%Y-%m') as period,
        coalesce(f.scene_id, c.scene_id) as scene_id, t.is_saved as is_saved, t.is_shared as is_shared,
        t.is_followed as is_followed, t.is_disliked as is_disliked, t.dwell_ms as dwell_ms,
        case when t.is_clicked then greatest(t.dwell_ms, {click_dwell_ms}) else t.dwell_ms end as weight_ms
    from truth_viewers as b join viewers as v on v.viewer_id = b.viewer_id
    join touches as t on t.viewer_id = b.viewer_id join pieces as p on p.piece_id = t.piece_id
    left join rules as f on f.format = p.format left join rules as c on c.channel_id = t.channel_id
    where b.kind in ('bot_always', 'bot_burst')
),
loads as (
    select viewer_id, scene_id, period, sum(weight_ms) as load_ms from mine
    where scene_id is not null group by all
),
weighed as (
    select m.*, m.trust_ppm * m.weight_ms / greatest(l.load_ms, coalesce(s.saturation_ms, {bootstrap_ms}))
            as influence,
        (cast(m.dwell_ms >= {watch_ms} as int) * q.watch_ppm + cast(m.is_saved as int) * q.save_ppm
            + cast(m.is_shared as int) * q.share_ppm + cast(m.is_followed as int) * q.follow_ppm)
            / 1e6 * coalesce(r.factor_ppm, 1000000) / 1e6 as signal, o.payee_id as payee_id
    from mine as m
    join loads as l on l.viewer_id = m.viewer_id and l.scene_id = m.scene_id and l.period = m.period
    left join saturations as s on s.scene_id = m.scene_id and s.period = m.period
    join cells as q on q.scene_id = m.scene_id and q.slot = m.slot and q.band = m.band
        and q.tier = m.tier and q.out_period = m.period
    left join (select distinct piece_id, out_period, factor_ppm from piece_sums) as r
        on r.piece_id = m.piece_id and r.out_period = m.period
    join accounts as a on a.account_id = m.account_id
    join creator_payees as o on o.creator_id = a.creator_id and o.valid_from <= m.touched_at
        and o.valid_to > m.touched_at
),
added as (
    select viewer_id, kind, period, scene_id, payee_id, sum(influence) as viewers,
        sum(influence * ({floor} + (1 - {floor}) * signal)) as quality,
        sum(influence * case when is_disliked then {floor} else 1 end) as experience
    from weighed group by all
),
gains as (
    select d.viewer_id as viewer_id, d.kind as kind, d.period as period, d.scene_id as scene_id,
        sum(pow(e.quality_micro, {q}) * pow(e.experience_micro, {e}) * pow(e.commerce_micro, {c})
            - pow(greatest(e.quality_micro - d.quality, 0), {q})
                * pow(greatest(e.experience_micro - d.experience, 0), {e})
                * pow(greatest(e.commerce_micro - {floor} * d.viewers, 0), {c})) as gain
    from added as d join payee_scenes as e
        on e.payee_id = d.payee_id and e.scene_id = d.scene_id and e.out_period = d.period
    group by all
)
select count(distinct case when g.kind = 'bot_always' then g.viewer_id end) as always,
    count(distinct case when g.kind = 'bot_burst' then g.viewer_id end) as burst,
    coalesce(max(case when g.kind = 'bot_always' then g.gain * k.price end), 0) as paid_always,
    coalesce(max(case when g.kind = 'bot_burst' then g.gain * k.price end), 0) as paid_burst,
    coalesce(min(k.price), 0) * {bound_ppm} as bound,
    coalesce(max(g.gain / {bound_ppm}), 0) as most_of_bound
from gains as g join (
    select out_period, sum(distributed_micro) / 1e6 / sum(value_total) as price
    from pool_accounts where value_total > 0 group by out_period
) as k on k.out_period = g.period
"""


class TruthMissing(FileNotFoundError):
    """The world came without `truth/truth_values.parquet`; it is written up to a size only."""

    def __init__(self, season: Path) -> None:
        super().__init__(f"{season}: no truth_values; build a smaller world")
        self.season = season


@dataclass(frozen=True)
class AttributionFigures:
    """Total variation of credited lines to the true causes, and what snipers took.

    Only lines with a true cause count; self-purchases do not. `sniper_share` is the snipers'
    share of the credited lines.
    """

    lines: int
    lines_without_credit: int
    distance: float
    sniper_share: float


@dataclass(frozen=True)
class ValueFigures:
    """Distance and rank correlation of payees' season sums to their expectation."""

    payees: int
    distance: float
    spearman: float
    quality_distance: float
    quality_spearman: float


@dataclass(frozen=True)
class BotFigures:
    """What one bot added to the pool money of those it watched, in one scene and month, at most.

    Amounts are minor units. `bound_minor` is the stated bound in the month in which it is lowest;
    `most_of_bound` is the largest gain as a share of the bound of its own month.
    """

    bots_always: int
    bots_burst: int
    most_paid_always: float
    most_paid_burst: float
    bound_minor: float
    most_of_bound: float


@dataclass(frozen=True)
class RingFigures:
    """Buyers whose lines were held as lockstep, against those of the rings that were drawn."""

    rings: int
    ring_buyers: int
    flagged: int
    flagged_rightly: int
    precision: float
    recall: float
    f1: float


def attribution_accuracy(season: Path, out: Path) -> AttributionFigures:
    """Compare the settled credits with the touch that made each buyer buy.

    Args:
        season: a folder that `build_world` wrote.
        out: its settlement; every period is read.
    """
    db = _open(season, out, tables=("credits",))
    db.execute(_WON)
    distance, lines, uncredited, sniped = _row(db, _ATTRIBUTION)
    return AttributionFigures(int(lines), int(uncredited), distance, sniped)


def value_accuracy(season: Path, out: Path) -> ValueFigures:
    """Compare payees' quality and value over the season with the expectation given who saw what.

    Scenes with a pool only. `truth_values` holds attention and quality; experience and commerce
    come from settled lines on both sides.

    Raises:
        TruthMissing: the world is too large and came without `truth_values`.
    """
    if not (season / "truth" / "truth_values.parquet").exists():
        raise TruthMissing(season)
    db = _open(season, out, tables=("payee_scenes",))
    db.execute(_VALUES)
    distance, spearman, payees = _row(db, _DISTANCES.format(ours="value", true="true_value"))
    of_quality = _row(db, _DISTANCES.format(ours="quality", true="true_quality"))
    return ValueFigures(int(payees), distance, spearman, of_quality[0], of_quality[1])


def ring_accuracy(season: Path, out: Path) -> RingFigures:
    """Compare the buyers of lockstep holds with the ring buyers of the truth."""
    db = _open(season, out, tables=("holds",))
    rings, buyers = _row(
        db,
        "select count(distinct ring_id), count(*) from truth_viewers where kind = 'ring' and "
        "viewer_id in (select buyer_id from order_lines join truth_lines using (line_id) "
        "where is_brushed)",
    )
    flagged, rightly = _row(
        db,
        "select count(distinct o.buyer_id), "
        "count(distinct case when v.kind = 'ring' then o.buyer_id end) from holds as h "
        "join order_lines as o on o.line_id = h.line_id "
        "join truth_viewers as v on v.viewer_id = o.buyer_id where h.cause = 'lockstep'",
    )
    precision = rightly / flagged if flagged else 1.0
    recall = rightly / buyers if buyers else 1.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return RingFigures(int(rings), int(buyers), int(flagged), int(rightly), precision, recall, f1)


def bot_pay(season: Path, out: Path, policy: Policy | None = None) -> BotFigures:
    """Undo every bot and see what its payees would lose.

    Args:
        policy: the one that settled OUT; the default policy if absent.
    """
    policy = policy or default_policy()
    tables = ("cells", "piece_sums", "payee_scenes", "pool_accounts", "state/saturations")
    db = _open(season, out, tables=tables)
    pooled = {scene.id for scene in policy.scenes if scene.pool}
    db.execute("create table rules (format varchar, channel_id bigint, scene_id varchar)")
    for rule in policy.scene_rules:
        if rule.scene in pooled:
            db.execute(
                "insert into rules values (?, ?, ?)", [rule.format, rule.channel, rule.scene]
            )
    value = policy.value
    sql = _BOTS.format(
        click_dwell_ms=policy.attribution.click_dwell_ms,
        bootstrap_ms=value.loads.bootstrap_ms,
        watch_ms=value.signals.watch_ms,
        floor=value.floor_ppm / PPM,
        q=value.quality_tenths / 10,
        e=value.experience_tenths / 10,
        c=value.commerce_tenths / 10,
        bound_ppm=bot_bound_ppm(policy),
    )
    always, burst, paid_always, paid_burst, bound, most = _row(db, sql)
    return BotFigures(int(always), int(burst), paid_always, paid_burst, bound, most)


def _open(season: Path, out: Path, *, tables: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    """Open the season, its truth and some tables of every period as views.

    A period is the name of the folder; `out_period` holds it.
    """
    db = duckdb.connect()
    for path in (*season.glob("*.parquet"), *season.glob("truth/*.parquet")):
        db.execute(f"create view {path.stem} as from read_parquet('{path}')")
    if (season / "touches").is_dir():
        db.execute(f"create view touches as from read_parquet('{season}/touches/*.parquet')")
    for table in tables:
        place = len(out.parts) + 1
        db.execute(
            f"create view {table.split('/')[-1]} as "
            f"select * exclude (filename), split_part(filename, '/', {place}) as out_period "
            f"from read_parquet('{out.as_posix()}/*/{table}.parquet', filename = true, union_by_name = true)"
        )
    return db


def _row(db: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, ...]:
    row = db.execute(sql).fetchone()
    assert row is not None
    return tuple(float(each or 0) for each in row)
