"""How near a settled world comes to its truth: attribution, value, bots and rings.

Each function reads a season folder of `wavepool.engine.worlds` and the OUT folder of its
settlement, and returns figures. They compare what the engine wrote; nothing is settled here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

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
join truth_values as t on t.payee_id = e.payee_id and t.scene_id = e.scene_id and t.period = e.period
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
_BOTS = """
with weighed as (
    select t.viewer_id as viewer_id, v.kind as kind, p.payee_id as payee_id, s.period as period,
        s.scene_id as scene_id,
        sum(t.viewers_micro) as viewers_micro
    from bot_touches as t
)
select 1
"""


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
    """What one bot added to its payees' pool money, at most, beside the stated bound.

    Amounts are minor units of the season's currency in the month in which the bot gained most.
    """

    bots_always: int
    bots_burst: int
    most_paid_always: float
    most_paid_burst: float
    bound_minor: float


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
    return RingFigures(
        int(rings), int(buyers), int(flagged), int(rightly), precision, recall, f1
    )
