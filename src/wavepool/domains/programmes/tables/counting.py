"""Counters of a run by creator and local day, summed over a window or by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What one creator did and sold in a window.

    Attributes:
        live_days: local days with an effective session.
        received_minor: sales whose goods were received, less refunds.
    """

    live_days: frozenset[date]
    received_minor: int


def counters_of(rows: pa.Table, *, first: date, end: date) -> dict[int, Counter]:
    """Sum the counters of the days [first, end) by creator."""
    days = rows["day"]
    inside = pc.and_(
        pc.greater_equal(days, (first - _EPOCH).days), pc.less(days, (end - _EPOCH).days)
    )
    found: dict[int, tuple[set[date], int]] = {}
    for row in rows.filter(inside).to_pylist():
        live, received = found.setdefault(row["creator_id"], (set(), 0))
        if row["effective_sessions"]:
            live.add(_EPOCH + timedelta(days=row["day"]))
        found[row["creator_id"]] = (live, received + row["received_minor"])
    return {
        creator: Counter(live_days=frozenset(live), received_minor=received)
        for creator, (live, received) in found.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """What some creators did in a month.

    Attributes:
        creators: who was live.
        sessions: their live sessions.
        received_minor: their received sales, less refunds.
    """

    creators: frozenset[int]
    sessions: int
    received_minor: int


def month_counters(rows: pa.Table, creator_ids: Sequence[int]) -> dict[str, MonthCount]:
    """Sum the counters of some creators by month."""
    kept = rows.filter(pc.is_in(rows["creator_id"], value_set=pa.array(creator_ids, pa.int64())))
    found: dict[str, tuple[set[int], int, int]] = {}
    for row in kept.to_pylist():
        month = (_EPOCH + timedelta(days=row["day"])).strftime("%Y-%m")
        live, sessions, received = found.get(month, (set[int](), 0, 0))
        if row["sessions"]:
            live.add(row["creator_id"])
        found[month] = (live, sessions + row["sessions"], received + row["received_minor"])
    return {
        month: MonthCount(creators=frozenset(live), sessions=sessions, received_minor=received)
        for month, (live, sessions, received) in sorted(found.items())
    }
