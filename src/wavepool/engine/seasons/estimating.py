"""Estimates of fresh order lines: the credit stage over a few rows in memory, written nowhere."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from wavepool.engine import columns
from wavepool.engine.policy import Policy
from wavepool.engine.relations import open_relations
from wavepool.engine.seasons import credit_stage, evidence_stage
from wavepool.engine.seasons.out_folder import PeriodFolder
from wavepool.engine.seasons.plan import NothingToSettle, Plan
from wavepool.engine.seasons.run import Turn
from wavepool.engine.seasons.settle import known_to, open_run

_RESULTS = ("credits", "shares", "line_touches")
_REJECTS = "select * from rejects order by table_name, row_key, rule, column_name, row_no"


@dataclass(frozen=True)
class Estimates:
    """What the lines of a micro-batch would be credited, if the month ended now.

    Attributes:
        credits, shares, line_touches: the tables of OUT/<period>/, all periods together.
        rejects: rows that were left out, as `check_frames` tells them.
    """

    credits: pa.Table
    shares: pa.Table
    line_touches: pa.Table
    rejects: pa.Table


def estimate_lines(
    frames: Mapping[str, pa.Table], *, policy: Policy, threads: int = 1, memory_mb: int = 500
) -> Estimates:
    """Credit the order lines of a micro-batch by the SQL that settles a season.

    Args:
        frames: every table of the contract that is not optional. `order_lines` holds the
            lines to estimate; `touches` at least those of their buyers within the window;
            every other table at least the rows that these refer to.

    Returns:
        For each line the row that a settlement of the whole season has in `credits`, and
        its rows of `shares`. Of `line_touches` all but `influence` and `is_experience`,
        which count a whole month, is the same too.

    Raises:
        MissingTable, MissingColumn, WrongType, UnknownFrame: as `load_frames`.
    """
    with tempfile.TemporaryDirectory(prefix="wavepool-") as scratch:
        place = Path(scratch)
        rel = open_relations("duckdb", scratch=place, threads=threads, memory_mb=memory_mb)
        try:
            loaded = columns.load_frames(rel, frames)
            checked = columns.check(rel, loaded, known=known_to(policy))
            rejects = rel.fetch(_REJECTS)
            plan = Plan(season=place / "season", out=place / "out", policy=policy)
            try:
                run = open_run(rel, plan, checked, say=lambda _: None)
            except NothingToSettle:
                return Estimates(_NOTHING, _NOTHING, _NOTHING, rejects)
            found: dict[str, list[pa.Table]] = {name: [] for name in _RESULTS}
            for row in run.periods:
                folder = PeriodFolder(plan.out / row.period)
                turn = Turn(run=run, row=row, folder=folder, opening=None)
                credit_stage.put_scenes(turn)
                evidence_stage.put_saturation(turn)
                made = credit_stage.make_credits(turn)
                for name in _RESULTS:
                    found[name].append(rel.fetch(f"select * from {name}"))
                for name in made:
                    rel.drop(name)
        finally:
            rel.close()
    credits, shares, line_touches = (pa.concat_tables(found[name]) for name in _RESULTS)
    return Estimates(credits, shares, line_touches, rejects)


_NOTHING = pa.table({})
