"""A run's month as the board of an annual frame, by the engine's own functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wavepool.domains.programmes.tables.runs import month_of
from wavepool.engine.incentives import Period, Programme, frame_board
from wavepool.engine.policy import Policy

#: Reads a table of the run's month by its name.
Read = Callable[[str], pa.Table]
_CREATORS: Final = ("creator_id", "kind", "person_id", "first_live_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFrame:
    """One agency's place in a frame.

    Attributes:
        counts: its counted anchors by grade, the lowest first.
        frame_minor: what they come to.
        claimed_minor: of it, what awards have claimed.
    """

    counts: tuple[int, ...]
    frame_minor: int
    claimed_minor: int

    @property
    def anchors(self) -> int:
        """How many anchors count."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A frame as a run's month leaves it.

    Attributes:
        programme: the programme whose frame it is.
        base: the programme that pays for each introduced anchor, if there is one.
        agencies: each agency's place, by its id.
        anchors: rows of `frame_board`'s anchors, by agency and creator.
        claims: quarter claims by agency: month, claimed and awarded minor units.
        paid: what the base reward paid, by agency and creator: month and minor units.
    """

    programme: Programme
    base: Programme | None
    agencies: Mapping[int, AgencyFrame]
    anchors: Mapping[tuple[int, int], Mapping[str, Any]]
    claims: Mapping[int, tuple[tuple[str, int, int], ...]]
    paid: Mapping[tuple[int, int], tuple[str, int]]


def read_board(
    programme: Programme,
    base: Programme | None,
    read: Read,
    *,
    season: Path,
    policy: Policy,
    period: str,
) -> Board:
    """Compute a frame's board from what a run read and wrote.

    Args:
        programme: one with a frame.
        base: one that pays per anchor, or None.
        read: gives the tables of the run's month.
        season: the folder that the run read.
        policy: the run's; its zone says when the month begins.
        period: the month.
    """
    month = month_of(policy, period)
    held = [
        each
        for name in ("state/holds_open", "ruled_parts")
        for each in _held(read(name)).to_pylist()
    ]
    lifetime = read("state/lifetime_awards")
    found = frame_board(
        programme,
        creators=_season(season, "creators").select(_CREATORS),
        agencies=_season(season, "agencies").select(("agency_id", "payee_id")),
        introductions=read("introduction_winners").select(
            ("agency_id", "creator_id", "introduced_at")
        ),
        contracts_as_of=_contracts(season, month),
        counters=read("state/counters"),
        lifetime_awards=lifetime,
        held_creators=held,
        period=month,
    )
    agencies = {
        row["agency_id"]: AgencyFrame(
            counts=tuple(row["counts"]),
            frame_minor=row["frame_minor"],
            claimed_minor=row["claimed_minor"],
        )
        for row in found.agencies.to_pylist()
    }
    anchors = {(row["agency_id"], row["creator_id"]): row for row in found.anchors.to_pylist()}
    awards = lifetime.to_pylist()
    return Board(
        programme=programme,
        base=base,
        agencies=agencies,
        anchors=anchors,
        claims=_claims(awards, programme),
        paid=_paid(awards, base),
    )


def _claims(
    awards: list[dict[str, Any]], programme: Programme
) -> dict[int, tuple[tuple[str, int, int], ...]]:
    key, found = programme.get_milestone_key("frame"), dict[int, list[tuple[str, int, int]]]()
    for row in awards:
        if row["once_key"] == key:
            claim = (row["period"], row["claim_minor"], row["award_minor"])
            found.setdefault(int(row["subject_id"]), []).append(claim)
    return {agency: tuple(sorted(rows)) for agency, rows in found.items()}


def _paid(
    awards: list[dict[str, Any]], base: Programme | None
) -> dict[tuple[int, int], tuple[str, int]]:
    if base is None:
        return {}
    key = base.get_milestone_key("anchor")
    return {
        (int(row["subject_id"]), int(row["anchor_id"])): (row["period"], row["award_minor"])
        for row in awards
        if row["once_key"] == key
    }


def _held(rows: pa.Table) -> pa.ChunkedArray:
    """Whose hold was open when the month's programmes were evaluated."""
    return rows.filter(pc.not_equal(rows["opened_period"], ""))["creator_id"].unique()


def _contracts(season: Path, month: Period) -> pa.Table:
    rows = _season(season, "contracts")
    begun = pc.less(rows["valid_from"], month.ends_at)
    lasts = pc.or_kleene(
        pc.is_null(rows["valid_to"]), pc.greater_equal(rows["valid_to"], month.ends_at)
    )
    return rows.filter(pc.and_(begun, lasts)).select(("creator_id", "agency_id"))


def _season(season: Path, name: str) -> pa.Table:
    """A season's table; times as the engine has them, in whole milliseconds UTC."""
    rows = pq.read_table(season / f"{name}.parquet")
    for place, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            whole = rows.column(place).cast(pa.timestamp("ms", tz="UTC")).cast(pa.int64())
            rows = rows.set_column(place, field.name, whole)
    return rows
