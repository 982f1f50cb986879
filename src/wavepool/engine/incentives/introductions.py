"""Which agency introduced an anchor: one winner per verified person, the rest with a reason."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.roster import (
    NEVER,
    NOBODY,
    Agencies,
    BoolArray,
    Period,
    Roster,
    check_columns,
    places_of,
)
from wavepool.engine.incentives.schedules import IntArray

WON = "won"
REASONS = (
    WON,
    "earlier_introduction",
    "after_first_live",
    "not_live_yet",
    "unknown_creator",
    "unknown_agency",
    "after_period",
)


@dataclass(frozen=True, slots=True)
class Introductions:
    """Introductions as columns; rows of unknown ids have place -1.

    A rival is a row that came in time and lost to another agency.
    """

    table: pa.Table
    creators: IntArray
    agencies: IntArray
    is_winner: BoolArray
    is_rival: BoolArray


def judge_introductions(
    introductions: pa.Table, *, roster: Roster, agencies: Agencies, period: Period
) -> Introductions:
    """Find the winner of every anchor.

    The anchor is the verified person, so that a second account is not a second anchor. The
    earliest introduction before the person's first live session wins; a tie goes to the lower
    agency id, then to the lower creator id.

    Args:
        introductions: agency_id, creator_id, introduced_at (ms UTC), evidence?; rows may repeat.

    Returns:
        table: creator_id, agency_id, introduced_at, first_live_at?, is_winner, reason (one of
        REASONS); as many rows as came in.

    Raises:
        TableInvalid: a column is missing or null.
    """
    needed = ("agency_id", "creator_id", "introduced_at")
    check_columns(introductions, needed, table="introductions", without_nulls=needed)
    creators = places_of(introductions["creator_id"], roster.creator_ids)
    houses = places_of(introductions["agency_id"], agencies.agency_ids)
    at = np.asarray(introductions["introduced_at"].cast(pa.int64()).to_numpy(), dtype=np.int64)
    order = np.lexsort((houses, at, creators))
    creators, houses, at = creators[order], houses[order], at[order]
    live = np.full(len(at), NEVER, dtype=np.int64)
    live[creators >= 0] = roster.first_live_at[creators[creators >= 0]]
    reasons = np.zeros(len(at), dtype=np.int64)
    faults = (
        (at >= period.ends_at, "after_period"),
        (houses == NOBODY, "unknown_agency"),
        (creators == NOBODY, "unknown_creator"),
        (live == NEVER, "not_live_yet"),
        (live <= at, "after_first_live"),
    )
    for fault, reason in reversed(faults):
        reasons[fault] = REASONS.index(reason)
    valid = reasons == 0
    is_winner = pick_winners(
        valid=valid, anchors=_anchors(roster, creators), at=at, agencies=houses, creators=creators
    )
    reasons[valid & ~is_winner] = REASONS.index("earlier_introduction")
    ordered = introductions.take(pa.array(order))
    table = pa.table(
        {
            "creator_id": ordered["creator_id"],
            "agency_id": ordered["agency_id"],
            "introduced_at": pa.array(at),
            "first_live_at": pa.array(live, mask=live == NEVER),
            "is_winner": pa.array(is_winner),
            "reason": pa.array(np.array(REASONS)[reasons], type=pa.string()),
        }
    ).sort_by(
        [("creator_id", "ascending"), ("introduced_at", "ascending"), ("agency_id", "ascending")]
    )
    pairs = creators * len(agencies.agency_ids) + houses
    is_rival = valid & ~is_winner & ~np.isin(pairs, pairs[is_winner])
    return Introductions(table, creators, houses, is_winner, is_rival)


def find_contracts(
    contracts_as_of: pa.Table | None, rows: Introductions, *, roster: Roster, agencies: Agencies
) -> BoolArray:
    """Say which introductions have a contract of the same creator and agency behind them.

    Args:
        contracts_as_of: creator_id, agency_id; rows may repeat. None proves no contract.
    """
    if contracts_as_of is None:
        return np.zeros(len(rows.creators), dtype=np.bool_)
    check_columns(contracts_as_of, ("creator_id", "agency_id"), table="contracts_as_of")
    creators = places_of(contracts_as_of["creator_id"], roster.creator_ids)
    houses = places_of(contracts_as_of["agency_id"], agencies.agency_ids)
    known = (creators >= 0) & (houses >= 0)
    size = len(agencies.agency_ids)
    signed = creators[known] * size + houses[known]
    asked = (rows.creators >= 0) & (rows.agencies >= 0)
    return asked & np.isin(rows.creators * size + rows.agencies, signed)


def pick_winners(
    *, valid: BoolArray, anchors: IntArray, at: IntArray, agencies: IntArray, creators: IntArray
) -> BoolArray:
    """Mark the first valid row of each anchor, by time, agency and creator; all shape (n,)."""
    order = np.lexsort((creators, agencies, at, anchors))
    order = order[valid[order]]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = anchors[order][1:] != anchors[order][:-1]
    winners = np.zeros(len(at), dtype=np.bool_)
    winners[order[first]] = True
    return winners


def _anchors(roster: Roster, creators: IntArray) -> IntArray:
    """Return one code per person; unverified creators are each their own anchor."""
    persons = np.where(creators >= 0, roster.persons[creators], NOBODY) if len(roster) else creators
    return np.where(persons >= 0, persons, len(roster.person_ids) + np.maximum(creators, 0))
