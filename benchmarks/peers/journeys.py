"""Journeys of settled lines, credited by other rules, and their distance to the truth.

A journey is a line's touches inside the window, as the settlement wrote them (`line_touches`);
lines are those with a true cause. Distances compare shares of lines by creator, as
`benchmarks.accuracy` does for the engine's own credits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import duckdb

MARKOV_ORDER = 1
_JOURNEYS = """
create table journeys as
select t.line_id as line_id, t.touch_id as touch_id, t.touched_at as touched_at,
    t.creator_id as creator_id, l.true_creator_id as true_creator_id
from read_parquet('{out}/*/line_touches.parquet') as t
join read_parquet('{season}/truth/truth_lines.parquet') as l on l.line_id = t.line_id
where l.true_creator_id is not null and not l.is_self
"""
_LAST = """
select j.creator_id as creator_id, count(*) as lines from (
    select *, row_number() over (partition by line_id order by touched_at desc, touch_id) as place
    from journeys
) as j where j.place = 1 group by j.creator_id
"""
_PATHS = """
select string_agg(cast(creator_id as varchar), ' > ' order by touched_at, touch_id) as path,
    1 as conversions, 0 as nulls
from journeys group by line_id order by line_id
"""


@dataclass(frozen=True)
class Distance:
    """Total variation to the true causes, and the snipers' share of what is credited."""

    distance: float
    sniper_share: float


def last_touch(season: Path, out: Path) -> Distance:
    """Credit the latest touch of each line, watched or not."""
    with _opened(season, out) as database:
        credited = dict(database.execute(_LAST).fetchall())
        return _distance(database, season, credited)


def markov(season: Path, out: Path) -> Distance:
    """Credit removal effects of ChannelAttribution's Markov chain, with creators as channels."""
    package = import_module("ChannelAttribution")
    with _opened(season, out) as database:
        paths = database.execute(_PATHS).df()
        found = package.markov_model(
            paths,
            "path",
            "conversions",
            var_null="nulls",
            order=MARKOV_ORDER,
            seed=7,
            verbose=False,
            flg_pro=False,
        )
        frame = found["result"] if isinstance(found, dict) else found
        amounts = frame["total_conversions" if "total_conversions" in frame else frame.columns[1]]
        names = [int(name) for name in frame["channel_name"]]
        credited = dict(zip(names, amounts.tolist(), strict=True))
        return _distance(database, season, credited)


def _opened(season: Path, out: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(_JOURNEYS.format(season=season, out=out))
    return database


def _distance(
    database: duckdb.DuckDBPyConnection, season: Path, credited: Mapping[int, float]
) -> Distance:
    truly = dict(
        database.execute(
            "select true_creator_id, count(distinct line_id) from journeys group by all"
        ).fetchall()
    )
    snipers = {
        row[0]
        for row in database.execute(
            f"select creator_id from '{season}/truth/truth_creators.parquet' "
            "where cheat_kind = 'sniper'"
        ).fetchall()
    }
    all_true, all_credited = sum(truly.values()), sum(credited.values())
    apart = sum(
        abs(truly.get(name, 0) / all_true - credited.get(name, 0) / all_credited)
        for name in truly.keys() | credited.keys()
    )
    sniped = sum(credited.get(name, 0) for name in snipers) / all_credited
    return Distance(apart / 2, sniped)
