"""The season behind the demonstration's marketplace: facts that a generator made up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.cli.terminal import Say
from wavepool.engine.worlds import WorldPlan, build_world

START: Final = "2026-09"
MONTHS: Final = 3
SEED: Final = 7


_SHOWN: Final = """
select s.piece_id, list(s.item_id order by s.seen desc, s.item_id)[1:6] as item_ids
from (select piece_id, item_id, count(*) as seen from '{folder}/touches/*.parquet'
      where item_id is not null group by all) as s
group by s.piece_id
"""
_SOLD: Final = """
with paid as (
  select o.line_id, o.paid_minor, a.creator_id,
         row_number() over (partition by o.line_id order by t.touched_at desc, t.touch_id) as place
  from '{folder}/order_lines.parquet' as o
  join '{folder}/touches/*.parquet' as t on t.viewer_id = o.buyer_id and t.item_id = o.item_id
   and t.touched_at <= o.paid_at and t.touched_at > o.paid_at - 15 * 86400000
   and (t.dwell_ms >= 5000 or t.is_clicked)
  join '{folder}/accounts.parquet' as a on a.account_id = t.account_id)
select c.creator_id, cast(coalesce(sum(p.paid_minor), 0) as bigint) as paid_minor
from '{folder}/creators.parquet' as c left join paid as p
  on p.creator_id = c.creator_id and p.place = 1
group by c.creator_id
order by c.creator_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a market is generated."""

    touches: int
    creators: int
    shops: int


WHOLE: Final = Size(touches=40_000, creators=120, shops=40)
SMALL: Final = Size(touches=20_000, creators=40, shops=30)


@dataclass(frozen=True, slots=True)
class Season:
    """A season's folder, and its tables as rows."""

    tables: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of an input table, in the order of its first column."""
        return _rows(f"select * from '{self.tables / table}.parquet' order by all")

    def table(self, name: str) -> pa.Table:
        """An input table as it lies on disk, in one file or several."""
        return pq.read_table(path if (path := self.tables / name).is_dir() else f"{path}.parquet")

    def shown(self) -> dict[int, list[int]]:
        """The goods that viewers of each piece came upon, the commonest first, six at most."""
        rows = _rows(_SHOWN.format(folder=self.tables))
        return {row["piece_id"]: row["item_ids"] for row in rows}

    def sold(self) -> dict[int, int]:
        """What buyers paid after a creator was the last whom they really watched, in minor units.

        A rough figure for casting roles; what is paid is up to the platform's own settlement.
        """
        rows = _rows(_SOLD.format(folder=self.tables))
        return {row["creator_id"]: row["paid_minor"] for row in rows}


def make_season(folder: Path, *, size: Size, say: Say) -> Season:
    """Generate `folder/season`; a finished one is taken."""
    season = Season(folder / "season")
    if not season.tables.exists():
        plan = WorldPlan(
            touches=size.touches,
            creators=size.creators,
            shops=size.shops,
            seed=SEED,
            start=START,
            months=MONTHS,
            truth_values_max_touches=0,
        )
        build_world(season.tables, plan, progress=say)
    return season


def _rows(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.sql(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
