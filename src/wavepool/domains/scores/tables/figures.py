"""A run's tables of one month as the rows of a draft; everything sorted, so a rerun is the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from wavepool.engine import sharing
from wavepool.engine.policy import Policy

#: So many payees have to stand behind a median, or nobody sees it.
PEERS_MIN: Final = 5
PPM: Final = 1_000_000
SUMS: Final = ("touches", "viewers_micro", "quality_micro", "experience_micro", "commerce_micro")
DIMENSIONS: Final = ("quality", "experience", "commerce")
_FACTORS: Final = (
    "originality_ppm",
    "completeness_ppm",
    "media_quality_ppm",
    "review_ppm",
    "ai_share_ppm",
)
_BASE: Final = ("watch", "save", "share", "follow")
Row = dict[str, Any]
#: Gives the engine's `pieces` of some ids.
PieceFacts = Callable[[Sequence[int]], pa.Table]
#: By creator: handle, name, tier.
Names = Mapping[int, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one kind, in their order."""

    model: Any
    rows: Sequence[Row]


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
    source: RunTables, *, period: str, names: Names, pieces: PieceFacts | None
) -> Iterator[Part]:
    """Every row of a draft of one month, kind by kind.

    Args:
        names: what the platform knows of the run's creators.
        pieces: gives the engine's `pieces` of some ids, with title and public_id where they have
            them, for the factors one by one; None leaves them out.
    """
    policy = source.policy
    payees = source.read("payee_scenes", period=period).to_pylist()
    payees.sort(key=lambda row: (row["scene_id"], row["payee_id"]))
    piece_values = source.read("piece_values", period=period).to_pylist()
    piece_values.sort(
        key=lambda row: (row["piece_id"], row["creator_id"], row["payee_id"], row["scene_id"])
    )
    means = _scene_means(payees)
    payee_rows = _payee_rows(payees, means, policy)
    creator_rows = _creator_rows(piece_values, means, policy, names)
    yield Part(SceneScore, _scene_rows(payee_rows, creator_rows))
    yield Part(PayeeScore, payee_rows)
    yield Part(CreatorScore, creator_rows)
    yield Part(PieceScore, _piece_rows(source, piece_values, period=period, pieces=pieces))
    yield Part(SlotScore, _slot_rows(source, period=period))
    yield Part(BaseRate, _base_rates(source, period=period))


def median(values: Iterable[int]) -> int | None:
    """The lower median, where at least `PEERS_MIN` values stand behind it.

    >>> median([5, 1, 4, 2, 3]), median([1, 2, 3, 4])
    (3, None)
    """
    found = sorted(values)
    return found[(len(found) - 1) // 2] if len(found) >= PEERS_MIN else None


def _shrunken(part_micro: int, viewers_micro: int, *, mean_ppm: int, pull_micro: int) -> int:
    """A rate in ppm, pulled to the mean as if so many more viewers had the mean's rate."""
    weight = viewers_micro + pull_micro
    return (part_micro * PPM + mean_ppm * pull_micro) // weight if weight else 0


def _scene_means(payees: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Mean rate of each dimension in each scene, in ppm."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    for row in payees:
        for name in SUMS:
            sums[row["scene_id"]][name] += row[name]
    return {
        scene: {
            each: total[f"{each}_micro"] * PPM // total["viewers_micro"]
            if total["viewers_micro"]
            else 0
            for each in DIMENSIONS
        }
        for scene, total in sums.items()
    }


def _rates(row: Row, mean: Mapping[str, int], policy: Policy) -> dict[str, int]:
    pull_micro = policy.value.display.shrink_viewers * PPM
    return {
        each: _shrunken(
            row[f"{each}_micro"], row["viewers_micro"], mean_ppm=mean[each], pull_micro=pull_micro
        )
        for each in DIMENSIONS
    }


def _payee_rows(
    payees: Sequence[Row], means: Mapping[str, Mapping[str, int]], policy: Policy
) -> list[Row]:
    rows = []
    for row in payees:
        rates = _rates(row, means[row["scene_id"]], policy)
        names = ("payee_id", "scene_id", "value", *SUMS)
        shown = {f"{each}_ppm": rate for each, rate in rates.items()}
        rows.append({**{name: row[name] for name in names}, **shown})
    return rows


def _creator_rows(
    pieces: Sequence[Row],
    means: Mapping[str, Mapping[str, int]],
    policy: Policy,
    names: Names,
) -> list[Row]:
    sums: dict[tuple[str, int, int], Row] = {}
    for row in pieces:
        key = (row["scene_id"], row["creator_id"], row["payee_id"])
        total = sums.setdefault(key, dict.fromkeys(SUMS, 0))
        for name in SUMS:
            total[name] += row[name]
    rows = []
    for (scene_id, creator_id, payee_id), total in sorted(sums.items()):
        handle, name, tier = names.get(creator_id, ("", "", ""))
        rates = _rates(total, means[scene_id], policy)
        rows.append(
            {
                "creator_id": creator_id,
                "payee_id": payee_id,
                "handle": handle,
                "name": name,
                "tier": tier,
                "scene_id": scene_id,
                **total,
                "value": _root({each: total[f"{each}_micro"] for each in DIMENSIONS}, policy),
                "shown_ppm": _root(rates, policy),
            }
        )
    _rank(rows)
    return rows


def _root(sums: Mapping[str, int], policy: Policy) -> int:
    value = policy.value
    return sharing.root_value(
        quality_micro=sums["quality"],
        experience_micro=sums["experience"],
        commerce_micro=sums["commerce"],
        tenths=(value.quality_tenths, value.experience_tenths, value.commerce_tenths),
    )


def _rank(rows: list[Row]) -> None:
    """Number each scene's creators by shown rate; equals share the better place."""
    scenes: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        scenes[row["scene_id"]].append(row)
    for found in scenes.values():
        found.sort(key=lambda row: -row["shown_ppm"])
        for place, row in enumerate(found, start=1):
            before = found[place - 2] if place > 1 else None
            tied = before is not None and before["shown_ppm"] == row["shown_ppm"]
            row["rank"] = before["rank"] if before is not None and tied else place
            row["ranked"] = len(found)


def _scene_rows(payees: Sequence[Row], creators: Sequence[Row]) -> list[Row]:
    by_scene: dict[str, list[Row]] = defaultdict(list)
    for row in payees:
        by_scene[row["scene_id"]].append(row)
    counts: dict[str, int] = defaultdict(int)
    for row in creators:
        counts[row["scene_id"]] += 1
    return [
        {
            "scene_id": scene,
            "payees": len(found),
            "creators": counts[scene],
            "value_total": sum(row["value"] for row in found),
            **{name: sum(row[name] for row in found) for name in SUMS},
            **{
                f"{each}_median_ppm": median(row[f"{each}_ppm"] for row in found)
                for each in DIMENSIONS
            },
        }
        for scene, found in sorted(by_scene.items())
    ]


def _piece_rows(
    source: RunTables, values: Sequence[Row], *, period: str, pieces: PieceFacts | None
) -> list[Row]:
    policy = source.policy
    factors = {
        row["piece_id"]: row["factor_ppm"]
        for row in source.read("piece_sums", period=period).to_pylist()
    }
    wanted = sorted({row["piece_id"] for row in values})
    known = _known_factors(pieces(wanted)) if pieces else {}
    nothing = dict.fromkeys(_FACTORS)
    return [
        {
            **{name: row[name] for name in ("piece_id", "creator_id", "payee_id", "scene_id")},
            **{name: row[name] for name in SUMS},
            "value": _root({each: row[f"{each}_micro"] for each in DIMENSIONS}, policy),
            "factor_ppm": factors.get(row["piece_id"]),
            **known.get(row["piece_id"], nothing),
        }
        for row in values
    ]


def _known_factors(pieces: pa.Table) -> dict[int, Row]:
    texts = {"title": "title", "piece": "public_id"}
    wished = (*_FACTORS, *texts.values())
    columns = ["piece_id", *(name for name in wished if name in pieces.column_names)]
    usual = {**dict.fromkeys(_FACTORS, PPM), "ai_share_ppm": 0}
    found = {}
    for row in pieces.select(columns).to_pylist():
        given = {name: row[name] for name in _FACTORS if row.get(name) is not None}
        named = {name: (row.get(column) or "")[:200] for name, column in texts.items()}
        found[row["piece_id"]] = {**usual, **given, **named}
    return found


def _slot_rows(source: RunTables, *, period: str) -> list[Row]:
    policy = source.policy
    pull_micro = policy.value.display.shrink_viewers * PPM
    places: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in source.read("slot_sums", period=period).to_pylist():
        places[policy.scenes[row["scene_no"]].id, row["slot"]].append(row)
    rows = []
    for (scene_id, slot), found in sorted(places.items()):
        viewers = sum(row["viewers_micro"] for row in found)
        mean_ppm = sum(row["quality_micro"] for row in found) * PPM // viewers if viewers else 0
        own = {
            row["payee_id"]: _shrunken(
                row["quality_micro"], row["viewers_micro"], mean_ppm=mean_ppm, pull_micro=pull_micro
            )
            for row in found
        }
        middle = median(own.values())
        rows += [
            {
                "payee_id": row["payee_id"],
                "scene_id": scene_id,
                "slot": slot,
                "viewers_micro": row["viewers_micro"],
                "own_ppm": own[row["payee_id"]],
                "peers": len(found),
                "peers_median_ppm": middle,
            }
            for row in sorted(found, key=lambda row: row["payee_id"])
        ]
    return rows


def _base_rates(source: RunTables, *, period: str) -> list[Row]:
    """Rates of the month before by scene and slot; the first month has none of its own."""
    before = source.read_opening("base_rates", period=period)
    if before is None:
        return []
    sums: dict[tuple[str, str], Row] = {}
    for row in before.to_pylist():
        key = (row["scene_id"], row["slot"])
        names = ("touches", "viewers_micro", *(f"{each}_micro" for each in _BASE))
        total = sums.setdefault(key, dict.fromkeys(names, 0))
        for name in names:
            total[name] += row[name]
    return [
        {
            "scene_id": scene_id,
            "slot": slot,
            "touches": total["touches"],
            **{
                f"{each}_ppm": total[f"{each}_micro"] * PPM // total["viewers_micro"]
                for each in _BASE
            },
        }
        for (scene_id, slot), total in sorted(sums.items())
        if total["viewers_micro"]
    ]
