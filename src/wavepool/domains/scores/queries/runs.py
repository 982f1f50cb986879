"""A run of credits as scores and pools take it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from wavepool.domains.content import queries as content
from wavepool.domains.credits import queries as credits
from wavepool.domains.scores.queries.drafts import periods_to_take
from wavepool.domains.scores.tables import FolderTables


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRun:
    """A run that is done: its tables, up to when it knows facts, and which months are taken in."""

    run_id: str
    as_of: datetime
    tables: FolderTables
    months: tuple[str, ...]


def run_of(run_id: str) -> TakenRun:
    """A run by its public id, ready to be taken in.

    A final run settles its own month only.

    Raises:
        NotFound: there is none.
        NotASettlement: its folder holds no finished settlement.
    """
    run = credits.get_run(run_id)
    opening = credits.run_folder(run.opening) if run.opening else None
    tables = FolderTables(credits.run_folder(run), opening=opening)
    months = periods_to_take(tables.periods, policy=tables.policy, as_of=run.as_of)
    wanted = (run.period,) if run.period else months
    return TakenRun(
        run_id=run_id,
        as_of=run.as_of,
        tables=tables,
        months=tuple(each for each in wanted if each in tables.periods),
    )


def facts_of_pieces(piece_ids: Sequence[int]) -> pa.Table:
    """Title, public id and factors of some pieces, as columns of the engine's `pieces`."""
    return content.piece_facts_table(piece_ids)
