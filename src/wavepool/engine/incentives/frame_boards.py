"""Where every agency stands in a frame, and why each of its anchors counts or does not yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.agency_claims import measure_introduced
from wavepool.engine.incentives.claims import Outcome, Progress, conditions_text
from wavepool.engine.incentives.evaluating import open_facts
from wavepool.engine.incentives.frame_claims import (
    COUNTED,
    FRAME,
    Before,
    count_anchors,
    counting_conditions,
    grade_anchors,
    stand_anchors,
)
from wavepool.engine.incentives.grids import NoFrame
from wavepool.engine.incentives.programmes import Frame, Programme
from wavepool.engine.incentives.roster import BoolArray, Period
from wavepool.engine.incentives.schedules import frame_minor
from wavepool.engine.incentives.windows import Facts, find_eligible

NOT_ELIGIBLE = "not_eligible"
WINDOW_OVER = "window_over"
NOT_LIVE_YET = "not_live_yet"


@dataclass(frozen=True, slots=True)
class FrameBoard:
    """The standing of a frame as a period ends.

    Attributes:
        agencies: agency_id, counts (anchors by grade, lowest first), frame_minor, claimed_minor
            (of it, by the awards given); in the order of agency ids.
        anchors: one row per introduction: creator_id, agency_id, introduced_at, state (counted,
            held, open, refused), reason ("" while open), grade? (its place), best_month_minor,
            until_day? (exclusive), conditions? (JSON: need and have); by creator, time and agency.
    """

    agencies: pa.Table
    anchors: pa.Table


AGENCY_COLUMNS = ("agency_id", "counts", "frame_minor", "claimed_minor")
ANCHOR_COLUMNS = (
    *("creator_id", "agency_id", "introduced_at", "state", "reason", "grade"),
    *("best_month_minor", "until_day", "conditions"),
)


def frame_board(
    programme: Programme,
    *,
    creators: pa.Table,
    agencies: pa.Table,
    introductions: pa.Table,
    contracts_as_of: pa.Table | None,
    counters: pa.Table,
    lifetime_awards: pa.Table | None,
    held_creators: Iterable[object],
    period: Period,
) -> FrameBoard:
    """Say what a frame has come to, by the functions that award it.

    Args:
        programme: one with a frame.
        creators, agencies, introductions, contracts_as_of, counters, held_creators: as `evaluate`
            takes them.
        lifetime_awards: what `evaluate` returned for the same period, or for the one before.
        period: the month up to whose end facts are known.

    Raises:
        NoFrame: the programme has another schedule.
        TableInvalid, CountersInvalid: an input cannot be read.

    Guarantee: where the programme is due, an agency's `frame_minor` is what `evaluate` has
    claimed for it up to and with this period, unless a hold keeps an anchor out.
    """
    schedule = programme.schedule
    if not isinstance(schedule, Frame):
        raise NoFrame(programme.id)
    payees = pa.table({"creator_id": creators["creator_id"], "payee_id": creators["creator_id"]})
    facts, _types = open_facts(
        creators=creators,
        creator_payees_as_of=payees,
        agencies=agencies,
        introductions=introductions,
        contracts_as_of=contracts_as_of,
        counters=counters,
        lifetime_awards=lifetime_awards,
        held_creators=held_creators,
        period=period,
    )
    key = programme.get_milestone_key(COUNTED)
    before = Before(*facts.lifetime.find_counted(key, roster=facts.roster))
    outcome = Outcome(programme)
    graded = grade_anchors(outcome, schedule, facts, before=before)
    standing = stand_anchors(facts, graded, before=before)
    return FrameBoard(
        agencies=_agencies(programme, schedule, facts, standing=standing),
        anchors=_anchors(programme, schedule, facts, outcome=outcome, standing=standing),
    )


def _agencies(programme: Programme, schedule: Frame, facts: Facts, *, standing: Before) -> pa.Table:
    counts = count_anchors(schedule, facts, standing=standing).tolist()
    claimed = facts.lifetime.sum_claims(
        programme.get_milestone_key(FRAME), by=facts.lifetime.agencies, size=len(counts)
    )
    columns = (
        facts.agencies.agency_ids,
        pa.array(counts, pa.list_(pa.int64())),
        pa.array([frame_minor(schedule, each) for each in counts], pa.int64()),
        pa.array(claimed),
    )
    return pa.table(dict(zip(AGENCY_COLUMNS, columns, strict=True)))


def _anchors(
    programme: Programme, schedule: Frame, facts: Facts, *, outcome: Outcome, standing: Before
) -> pa.Table:
    """One row per introduction, in the order of the table of winners."""
    progress, places = measure_introduced(programme, counting_conditions(schedule), facts)
    found = {int(row): place for place, row in enumerate(places)}
    refusals = {
        (int(agency), int(creator)): each.reason
        for each in outcome.refused
        for agency, creator in zip(each.claims.agencies, each.claims.creators, strict=True)
    }
    eligible, _seeming = find_eligible(programme, facts)
    judge = _Judge(facts, standing, eligible=eligible, progress=progress, refusals=refusals)
    texts = conditions_text(progress, np.ones(len(progress), dtype=np.bool_)).to_pylist()
    rows = facts.introductions
    known = np.flatnonzero((rows.creators >= 0) & (rows.agencies >= 0))
    listed = []
    for row, told in zip(known.tolist(), _known_rows(facts), strict=True):
        place = found.get(row)
        state, reason, grade = judge.judge(row, place, reason=told["reason"])
        measured = place is not None
        listed.append(
            {
                **{name: told[name] for name in ANCHOR_COLUMNS[:3]},
                "state": state,
                "reason": reason,
                "grade": grade,
                "best_month_minor": int(progress.haves[-1][place]) if measured else 0,
                "until_day": int(progress.ends[place]) if measured else None,
                "conditions": texts[place] if measured else None,
            }
        )
    return pa.Table.from_pylist(listed, schema=_anchor_schema(facts))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Why an introduction counts, or does not."""

    facts: Facts
    standing: Before
    eligible: BoolArray
    progress: Progress
    refusals: dict[tuple[int, int], str]

    def judge(self, row: int, place: int | None, *, reason: str) -> tuple[str, str, int | None]:
        """Return state, reason and grade of one row of introductions."""
        rows, roster = self.facts.introductions, self.facts.roster
        creator, agency = int(rows.creators[row]), int(rows.agencies[row])
        person = int(roster.persons[creator])
        grade = int(self.standing.grades[person]) if person >= 0 else -1
        if grade >= 0 and self.standing.agencies[person] == agency and rows.is_winner[row]:
            return ("held", "held", grade) if roster.is_held[creator] else ("counted", "", grade)
        refusal = self.refusals.get((agency, creator), "")
        if refusal:
            return ("held" if refusal == "held" else "refused"), refusal, None
        return *self._standing_alone(row, place, reason=reason), None

    def _standing_alone(self, row: int, place: int | None, *, reason: str) -> tuple[str, str]:
        """Return state and reason of a row that no guard stopped and that does not count."""
        if not self.facts.introductions.is_winner[row]:
            return "open" if reason == NOT_LIVE_YET else "refused", reason
        if not self.eligible[self.facts.introductions.creators[row]]:
            return "refused", NOT_ELIGIBLE
        if place is None or self.progress.ends[place] <= self.facts.period.last_day_exclusive:
            return "refused", WINDOW_OVER
        return "open", ""


def _known_rows(facts: Facts) -> list[dict[str, Any]]:
    """The introductions of known creators and agencies, in the order of the columns."""
    table = facts.introductions.table
    mask = pc.and_(
        pc.is_in(table["creator_id"], value_set=facts.roster.creator_ids),
        pc.is_in(table["agency_id"], value_set=facts.agencies.agency_ids),
    )
    return list(table.filter(mask).to_pylist())


def _anchor_schema(facts: Facts) -> pa.Schema:
    types = (
        facts.roster.creator_ids.type,
        facts.agencies.agency_ids.type,
        *(pa.int64(), pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int64(), pa.string()),
    )
    return pa.schema(dict(zip(ANCHOR_COLUMNS, types, strict=True)))
