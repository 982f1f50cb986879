"""Build and settle the demonstration's season, or take the one that the folder holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from wavepool.cli.rules import DEFAULT_POLICY, binding_policy, binding_programmes
from wavepool.cli.terminal import Say
from wavepool.engine.incentives import Programmes
from wavepool.engine.seasons import Plan, Settled, settle_season
from wavepool.engine.worlds import WorldPlan, build_world

START: Final = "2022-09"
MONTHS: Final = 3
_WORLD_FILE: Final = "world.json"


@dataclass(frozen=True)
class Staged:
    """A settled demonstration: the folder, its season and results, and what it was made by."""

    folder: Path
    season: Path
    out: Path
    settled: Settled
    documents: tuple[Programmes, ...]
    world: WorldPlan


def stage_season(folder: Path, *, touches: int, seed: int, say: Say) -> Staged:
    """Make `folder/season` and `folder/settled`; an interrupted or finished run goes on.

    The months lead up to Double 11; the month after them settles what is still open,
    and its end is the day on which the agencies' annual frame is evaluated.

    Raises:
        WorldFolderNotEmpty: the folder holds another season.
        and as `settle_season`.
    """
    season, out = folder / "season", folder / "settled"
    world = WorldPlan(
        touches=touches,
        seed=seed,
        start=START,
        months=MONTHS,
        truth_values_max_touches=0,
    )
    plan_text = json.dumps(asdict(world), indent=1) + "\n"
    made = folder / _WORLD_FILE
    if not (made.exists() and made.read_text(encoding="utf-8") == plan_text):
        build_world(season, world, progress=say)
        made.write_text(plan_text, encoding="utf-8")
    policy = binding_policy(DEFAULT_POLICY)
    documents = binding_programmes(policy, beside=DEFAULT_POLICY)
    plan = Plan(
        season=season,
        out=out,
        policy=policy,
        programmes=documents,
        is_looking_for_rings=True,
    )
    return Staged(folder, season, out, settle_season(plan, say=say), documents, world)
