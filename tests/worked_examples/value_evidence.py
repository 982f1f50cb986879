"""Worked tables of docs/algorithms/value.md: from touches to the three sums, by the real steps."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.scoring.small_engine import engine
from engine.scoring.small_evidence import PPM, Line, Look, Market, Month, run
from wavepool.engine.policy import bot_bound_ppm, default_policy
from wavepool.engine.scoring import (
    CellKey,
    CellRules,
    Evidence,
    LoadBin,
    cell_weights,
    solve_saturation,
)
from wavepool.engine.sharing import root_value

WHOLE_MS = 60_000


def influences(
    dwells_ms: Sequence[int], trust_ppm: int, saturation_ms: int = WHOLE_MS
) -> list[int]:
    """One viewer's touches in one scene and month, each on a piece of its own."""
    looks = [Look(1, 101 + place, dwell) for place, dwell in enumerate(dwells_ms)]
    market = Market(looks, viewers={1: (trust_ppm, "all")}, saturation_ms=saturation_ms)
    (month,) = _months(market, 1)
    return [month.pieces[look.piece].n for look in looks]


def saturation(loads_ms: Sequence[int], saturation_ppm: int) -> int:
    """The saturation load of viewers with these loads."""
    bins = [LoadBin(load, 1, load) for load in loads_ms]
    return solve_saturation(bins, saturation_ppm=saturation_ppm)


def watch_weights(touches: Sequence[int], rates_ppm: Sequence[int]) -> list[int]:
    """Weights of watching in the cells of one scene, each in a slot of its own."""
    keys = [CellKey("headlines", str(place), 0, "all") for place in range(len(touches))]
    earlier = {
        key: Evidence(count, PPM, (rate, 0, 0, 0))
        for key, count, rate in zip(keys, touches, rates_ppm, strict=True)
    }
    rules = CellRules((400_000, 200_000, 200_000, 200_000), 200, 200)
    weights = cell_weights(earlier, keys, rules)
    return [weights[key][0] for key in keys]


def quality(
    *, dwell_ms: int, is_saved: bool, is_shared: bool, is_followed: bool, originality_ppm: int
) -> dict[str, int]:
    """One viewer's only touch of the month."""
    look = Look(1, 101, dwell_ms, is_saved=is_saved, is_shared=is_shared, is_followed=is_followed)
    market = Market([look], pieces={101: {"originality_ppm": originality_ppm}})
    (month,) = _months(market, 1)
    (sums,) = month.evidence["piece_sums"]
    return {
        "influence": month.pieces[101].n,
        "signal": sums["signal_micro"],
        "quality": month.pieces[101].q,
    }


def experience(
    viewers: int, disliking: int, complaints: int, buying: int, refunded_ppm: int
) -> dict[str, int]:
    """A piece's whole viewers: some dislike it, some buy and are refunded a part next month."""
    looks = [Look(each, 101, WHOLE_MS) for each in range(1, viewers + 1)]
    for place in range(disliking):
        looks[place] = replace(looks[place], is_disliked=True)
    buyers = range(viewers - buying + 1, viewers + 1)
    lines = [Line(each, {each: 1}, bad_ppm=refunded_ppm, settles=1) for each in buyers]
    market = Market(looks, lines=lines, feedback=[(0, 101, PPM)] * complaints)
    now, later = _months(market, 2)
    return {"now": now.pieces[101].x, "later": later.pieces[101].x if buying else 0}


def commerce(net_minor: Sequence[int]) -> list[int]:
    """One whole viewer's touch: the floor, then what its lines give, one month after the other."""
    lines = [
        Line(month, {1: 1}, net_minor=net, settles=month) for month, net in enumerate(net_minor, 1)
    ]
    months = _months(Market([Look(1, 101, WHOLE_MS)], lines=lines), len(net_minor) + 1)
    return [month.pieces[101].c for month in months]


def spread(net_minor: int, decayed_ms: Sequence[int]) -> list[int]:
    """A line's commission over its touches, latest last, as parts of a cap that none reaches."""
    looks = [Look(1 + place, 101, WHOLE_MS, hour=place) for place in range(len(decayed_ms))]
    line = Line(1, dict(enumerate(decayed_ms, 1)), net_minor=net_minor)
    (month,) = _months(Market(looks, lines=[line], floor_ppm=0, cap_minor=PPM), 1)
    return [month.lifts[touch][1] for touch in range(1, len(looks) + 1)]


def bot_bound(floor_ppm: int) -> int:
    """The bound of one more viewer, in millionths of a viewer, with weights of 4, 3, 3 tenths."""
    policy = default_policy()
    return bot_bound_ppm(replace(policy, value=replace(policy.value, floor_ppm=floor_ppm)))


def one_more_viewer(quality_micro: int, experience_micro: int, commerce_micro: int) -> int:
    """What one more viewer, perfect in all three, adds to a value."""
    sums = {
        "quality_micro": quality_micro,
        "experience_micro": experience_micro,
        "commerce_micro": commerce_micro,
    }
    return root_value(**{name: each + PPM for name, each in sums.items()}) - root_value(**sums)


def _months(market: Market, months: int) -> list[Month]:
    with tempfile.TemporaryDirectory() as scratch, engine(Path(scratch)) as rel:
        return run(rel, market, months=months)
