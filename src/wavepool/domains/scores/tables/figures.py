"""A run's tables of one month as the rows of a draft; everything sorted, so a rerun is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.scores.models import (
    BaseRate,
    CreatorScore,
    PayeeScore,
    PieceScore,
    SceneScore,
    SlotScore,
)
from wavepool.domains.scores.tables.runs import RunTables
from wavepool.domains.scores.tables.workbench import Part, Workbench
from wavepool.engine import sharing
from wavepool.engine.policy import Policy

#: So many payees have to stand behind a median, or nobody sees it.
PEERS_MIN: Final = 5
PPM: Final = 1_000_000
SUMS: Final = ("touches", "viewers_micro", "quality_micro", "experience_micro", "commerce_micro")
DIMENSIONS: Final = ("quality", "experience", "commerce")
#: Gives the engine's `pieces` of some ids.
PieceFacts = Callable[[Sequence[int]], pa.Table]
#: What the platform knows of creators.
NAMES: Final = pa.schema(
    [
        ("creator_id", pa.int64()),
        ("handle", pa.string()),
        ("name", pa.string()),
        ("tier", pa.string()),
    ]
)
_FACTORS: Final = (
    "originality_ppm",
    "completeness_ppm",
    "media_quality_ppm",
    "review_ppm",
    "ai_share_ppm",
)
_FACTS: Final = pa.schema(
    [
        ("piece_id", pa.int64()),
        ("title", pa.string()),
        ("public_id", pa.string()),
        *((name, pa.int64()) for name in _FACTORS),
    ]
)
_BASE: Final = ("watch", "save", "share", "follow")
_RATES_KEPT: Final = pa.schema(
    [
        ("scene_id", pa.string()),
        ("slot", pa.string()),
        *((name, pa.int64()) for name in ("touches", *(f"{each}_ppm" for each in _BASE))),
    ]
)
_SUMS: Final = ", ".join(SUMS)
_ADDED: Final = ", ".join(f"sum({name})::bigint as {name}" for name in SUMS)
# A part of its viewers; nobody has no part.
_MEAN: Final = (
    "case when sum(viewers_micro) = 0 then 0"
    " else sum({0}_micro) * 1000000 // sum(viewers_micro) end::bigint as {0}"
)
# A rate is pulled to the mean as if so many more viewers had the mean's rate.
_PULLED: Final = (
    "case when s.viewers_micro + $pull_micro = 0 then 0 else"
    " (s.{0}_micro::hugeint * 1000000 + mean.{0}::hugeint * $pull_micro)"
    " // (s.viewers_micro::hugeint + $pull_micro) end::bigint as {1}"
)
_RATES: Final = ", ".join(_PULLED.format(each, f"{each}_ppm") for each in DIMENSIONS)


def terms_of(policy: Policy) -> dict[str, Any]:
    """What of a policy the pages name beside a draft."""
    value = policy.value
    return {
        "tenths": [value.quality_tenths, value.experience_tenths, value.commerce_tenths],
        "shrink_viewers": value.display.shrink_viewers,
        "scenes": [
            {
                "id": each.id,
                "name_zh": each.name_zh,
                "name_en": each.name_en,
                "pool": each.pool,
                "weight_ppm": each.weight_ppm,
                "direct_ppm": each.direct_ppm,
            }
            for each in policy.scenes
        ],
        "pools": [
            {
                "id": each.id,
                "name_zh": each.name_zh,
                "name_en": each.name_en,
                "currency": each.currency,
            }
            for each in policy.pools
        ],
    }


def draft_parts(
    source: RunTables, *, period: str, names: pa.Table, pieces: PieceFacts | None
) -> Iterator[Part]:
    """Every row of a draft of one month, kind by kind.

    Args:
        names: what the platform knows of the run's creators, in the columns of `NAMES`.
        pieces: gives the engine's `pieces` of some ids, with title and public_id where they have
            them, for the factors one by one; None leaves them out.
    """
    policy = source.policy
    pull_micro = policy.value.display.shrink_viewers * PPM
    bench = Workbench(
        payee_scenes=source.read("payee_scenes", period=period),
        piece_values=source.read("piece_values", period=period),
        names=names,
    )
    means = ", ".join(_MEAN.format(each) for each in DIMENSIONS)
    bench.keep("means", f"select scene_id, {means} from payee_scenes group by scene_id")
    payees = bench.keep("payees", _PAYEES, pull_micro=pull_micro)
    creators = _creators(bench, policy, pull_micro=pull_micro)
    yield Part(SceneScore, bench.read(_SCENES, peers_min=PEERS_MIN))
    yield Part(PayeeScore, payees)
    yield Part(CreatorScore, creators)
    bench.take("payee_scenes", "payees", "creators", "names")
    yield Part(PieceScore, _pieces(bench, source, period=period, pieces=pieces))
    bench.take("piece_values")
    yield Part(SlotScore, _slots(source, period=period, pull_micro=pull_micro))
    yield Part(BaseRate, _base_rates(source, period=period))


_PAYEES: Final = f"""
    select s.payee_id, s.scene_id, s.value, {", ".join(f"s.{name}" for name in SUMS)}, {_RATES}
    from payee_scenes s join means mean using (scene_id)
    order by s.scene_id, s.payee_id
"""
_CREATORS: Final = f"""
    with s as (
        select scene_id, creator_id, payee_id, {_ADDED}
        from piece_values group by scene_id, creator_id, payee_id
    )
    select s.creator_id, s.payee_id, coalesce(n.handle, '') as handle, coalesce(n.name, '') as name,
        coalesce(n.tier, '') as tier, s.scene_id, {", ".join(f"s.{name}" for name in SUMS)},
        {_RATES}
    from s
    left join means mean using (scene_id)
    left join names n using (creator_id)
    order by s.scene_id, s.creator_id, s.payee_id
"""
# Equals share the better place.
_RANKED: Final = f"""
    select creator_id, payee_id, handle, name, tier, scene_id, {_SUMS}, value, shown_ppm,
        rank() over (partition by scene_id order by shown_ppm desc) as rank,
        count(*) over (partition by scene_id) as ranked
    from valued order by scene_id, creator_id, payee_id
"""
_MEDIANS: Final = ", ".join(
    f"case when count(*) >= $peers_min then quantile_disc({each}_ppm, 0.5) end as {each}_median_ppm"
    for each in DIMENSIONS
)
_SCENES: Final = f"""
    with made as (select scene_id, count(*) as creators from creators group by scene_id)
    select scene_id, count(*) as payees, coalesce(any_value(made.creators), 0) as creators,
        sum(value)::bigint as value_total, {_ADDED}, {_MEDIANS}
    from payees left join made using (scene_id)
    group by scene_id order by scene_id
"""
_FACTOR: Final = "case when f.piece_id is not null then coalesce(f.{0}, {1}) end as {0}"
_PIECES: Final = f"""
    with sums as (select piece_id, max(factor_ppm) as factor_ppm from piece_sums group by piece_id)
    select v.piece_id, coalesce(left(f.title, 200), '') as title,
        coalesce(left(f.public_id, 200), '') as piece,
        v.creator_id, v.payee_id, v.scene_id, {", ".join(f"v.{name}" for name in SUMS)},
        sums.factor_ppm,
        {", ".join(_FACTOR.format(each, 0 if each.startswith("ai_") else PPM) for each in _FACTORS)}
    from piece_values v left join sums using (piece_id) left join facts f using (piece_id)
    order by v.piece_id, v.creator_id, v.payee_id, v.scene_id
"""
_SLOTS: Final = f"""
    with s as (
        select sums.*, scenes.scene_id from slot_sums sums join scenes using (scene_no)
    ), mean as (
        select scene_id, slot, {_MEAN.format("quality")} from s group by scene_id, slot
    ), own as (
        select s.payee_id, s.scene_id, s.slot, s.viewers_micro, {_PULLED.format("quality", "own_ppm")}
        from s join mean using (scene_id, slot)
    ), peers as (
        select scene_id, slot, count(*) as peers,
            case when count(*) >= $peers_min then quantile_disc(own_ppm, 0.5) end
                as peers_median_ppm
        from own group by scene_id, slot
    )
    select own.*, peers.peers, peers.peers_median_ppm
    from own join peers using (scene_id, slot)
    order by own.scene_id, own.slot, own.payee_id
"""
_BASE_RATES: Final = f"""
    select scene_id, slot, sum(touches)::bigint as touches,
        {
    ", ".join(
        f"(sum({each}_micro) * 1000000 // sum(viewers_micro))::bigint as {each}_ppm"
        for each in _BASE
    )
}
    from base_rates group by scene_id, slot having sum(viewers_micro) > 0
    order by scene_id, slot
"""


def _creators(bench: Workbench, policy: Policy, *, pull_micro: int) -> pa.Table:
    """Creators in each scene with their value, ranked by what is shown; on the bench, too."""
    found = bench.read(_CREATORS, pull_micro=pull_micro)
    valued = _with_root(found, "value", [f"{each}_micro" for each in DIMENSIONS], policy)
    bench.put(
        valued=_with_root(valued, "shown_ppm", [f"{each}_ppm" for each in DIMENSIONS], policy)
    )
    ranked = bench.keep("creators", _RANKED)
    bench.take("valued")
    return ranked


def _pieces(
    bench: Workbench, source: RunTables, *, period: str, pieces: PieceFacts | None
) -> pa.Table:
    facts = _FACTS.empty_table()
    if pieces is not None:
        wanted = bench.read("select distinct piece_id from piece_values order by piece_id")
        facts = _complete(pieces(wanted.column("piece_id").to_pylist()))
    bench.put(piece_sums=source.read("piece_sums", period=period), facts=facts)
    found = bench.read(_PIECES)
    return _with_root(found, "value", [f"{each}_micro" for each in DIMENSIONS], source.policy)


def _complete(facts: pa.Table) -> pa.Table:
    """Facts with every column, those that are not told without a value."""
    columns = [
        facts.column(field.name).cast(field.type)
        if field.name in facts.column_names
        else pa.nulls(facts.num_rows, field.type)
        for field in _FACTS
    ]
    return pa.table(columns, schema=_FACTS)


def _with_root(table: pa.Table, name: str, columns: Sequence[str], policy: Policy) -> pa.Table:
    """The table with the weighted root of three of its columns."""
    value = policy.value
    quality, experience, commerce = (table.column(each).to_numpy() for each in columns)
    roots = sharing.root_values(
        quality_micro=quality,
        experience_micro=experience,
        commerce_micro=commerce,
        tenths=(value.quality_tenths, value.experience_tenths, value.commerce_tenths),
    )
    return table.append_column(name, pa.array(roots, pa.int64()))


def _slots(source: RunTables, *, period: str, pull_micro: int) -> pa.Table:
    scenes = [each.id for each in source.policy.scenes]
    bench = Workbench(
        slot_sums=source.read("slot_sums", period=period),
        scenes=pa.table({"scene_no": list(range(len(scenes))), "scene_id": scenes}),
    )
    return bench.read(_SLOTS, pull_micro=pull_micro, peers_min=PEERS_MIN)


def _base_rates(source: RunTables, *, period: str) -> pa.Table:
    """Rates of the month before by scene and slot; the first month has none of its own."""
    before = source.read_opening("base_rates", period=period)
    if before is None:
        return _RATES_KEPT.empty_table()
    return Workbench(base_rates=before).read(_BASE_RATES)
