"""The annual frame of an agency: quantity and quality of its new anchors, stacked."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.agency_claims import is_unbound, measure_introduced
from wavepool.engine.incentives.claims import (
    Claims,
    Counted,
    Forecast,
    NearMisses,
    Outcome,
    conditions_text,
    file_claims,
    stop,
)
from wavepool.engine.incentives.programmes import MICRO, Condition, Frame, Programme
from wavepool.engine.incentives.roster import NOBODY
from wavepool.engine.incentives.schedules import IntArray, frame_minor
from wavepool.engine.incentives.windows import Facts, find_eligible, is_due

COUNTED = "counted"
FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Before:
    """With which agency and grade each person was counted earlier, -1 where never."""

    agencies: IntArray
    grades: IntArray


@dataclass(frozen=True, slots=True)
class Graded:
    """The anchors that meet the conditions now; shape (n,)."""

    creators: IntArray
    agencies: IntArray
    grades: IntArray


def claim_frames(programme: Programme, schedule: Frame, facts: Facts) -> Outcome:
    """Find what each agency's frame has grown by since its last claim.

    An anchor that was counted stays counted, with its best grade, so that the claims of a
    programme add up to its frame. While a person is held, its anchor counts for nothing.

    Guarantee: monotone in every anchor and grade; two agencies never claim more than the one
    that introduced all of their anchors, as long as no hold is open.
    """
    outcome = Outcome(programme)
    counted_key = programme.get_milestone_key(COUNTED)
    before = Before(*facts.lifetime.find_counted(counted_key, roster=facts.roster))
    graded = grade_anchors(outcome, schedule, facts, before=before)
    counts = count_anchors(schedule, facts, standing=stand_anchors(facts, graded, before=before))
    frames = np.array([frame_minor(schedule, each) for each in counts.tolist()], dtype=np.int64)
    claims = _frame_claims(programme, schedule, facts, counts=counts, frames=frames)
    no_payee = ~facts.agencies.has_payee[claims.agencies]
    passed, refused = stop(claims, (("no_payee", no_payee),))
    file_claims(outcome, claims.keep(passed), refused, facts)
    if is_due(programme, facts.period):
        outcome.counted.append(_newly_counted(counted_key, facts, graded=graded, before=before))
    if programme.to_day > facts.period.last_day_exclusive:
        outcome.near_misses.append(_next_bracket(programme, schedule, counts=counts))
        high = _frame_forecast(programme, schedule, facts, counts=counts, frames=frames)
        outcome.forecast = outcome.forecast.plus(high)
    return outcome


def grade_anchors(outcome: Outcome, schedule: Frame, facts: Facts, *, before: Before) -> Graded:
    """Grade the anchors by their best month, and refuse those that a guard stops."""
    programme = outcome.programme
    progress, rows = measure_introduced(programme, counting_conditions(schedule), facts)
    met = progress.is_met
    nothing = np.zeros(int(met.sum()), dtype=np.int64)
    anchors = Claims(
        once_key=programme.get_milestone_key(COUNTED),
        creators=progress.creators[met],
        agencies=progress.agencies[met],
        claim_minor=nothing,
        traffic_units=nothing,
        until_days=progress.ends[met],
        conditions=conditions_text(progress, met),
    )
    persons = facts.roster.persons[anchors.creators]
    counted = np.append(before.grades, NOBODY)[persons] >= 0
    elsewhere = counted & (np.append(before.agencies, NOBODY)[persons] != anchors.agencies)
    passed, refused = stop(
        anchors,
        (
            ("lost_introduction", ~facts.introductions.is_winner[rows[met]]),
            ("no_person", persons < 0),
            ("already_counted_for_life", elsewhere),
            ("held", facts.roster.is_held[anchors.creators]),
            ("no_contract", is_unbound(programme, rows[met], facts) & ~counted),
        ),
    )
    outcome.refused += refused
    thresholds = np.array([each.at_least_minor for each in schedule.grades], dtype=np.int64)
    grades = np.searchsorted(thresholds, progress.haves[-1][met][passed], side="right") - 1
    return Graded(
        anchors.creators[passed], anchors.agencies[passed], np.asarray(grades, dtype=np.int64)
    )


def counting_conditions(schedule: Frame) -> tuple[Condition, ...]:
    """Return what a frame asks of an anchor: its conditions, and the month of its lowest grade."""
    lowest = schedule.grades[0].at_least_minor
    return (*schedule.conditions, Condition("best_month_received_minor", lowest))


def stand_anchors(facts: Facts, graded: Graded, *, before: Before) -> Before:
    """Put the grades of now beside those counted earlier; the better one stays."""
    agencies, grades = before.agencies.copy(), before.grades.copy()
    persons = facts.roster.persons[graded.creators]
    agencies[persons] = graded.agencies
    np.maximum.at(grades, persons, graded.grades)
    return Before(agencies, grades)


def count_anchors(schedule: Frame, facts: Facts, *, standing: Before) -> IntArray:
    """Count each agency's anchors by grade but for held persons; shape (agencies, grades)."""
    roster = facts.roster
    grades = standing.grades.copy()
    grades[roster.persons[roster.is_held & (roster.persons >= 0)]] = NOBODY
    counted = (grades >= 0) & (standing.agencies >= 0)
    counts = np.zeros((len(facts.agencies.agency_ids), len(schedule.grades)), dtype=np.int64)
    np.add.at(counts, (standing.agencies[counted], grades[counted]), 1)
    return counts


def _frame_claims(
    programme: Programme, schedule: Frame, facts: Facts, *, counts: IntArray, frames: IntArray
) -> Claims:
    once_key = programme.get_milestone_key(FRAME)
    prior = facts.lifetime.sum_claims(
        once_key, by=facts.lifetime.agencies, size=len(facts.agencies.agency_ids)
    )
    claim = np.maximum(frames - prior, 0)
    claimants = np.flatnonzero(claim)
    texts = [
        _text(
            schedule, counts=counts[each].tolist(), frame=int(frames[each]), prior=int(prior[each])
        )
        for each in claimants
    ]
    return Claims(
        once_key=once_key,
        creators=np.full(len(claimants), NOBODY, dtype=np.int64),
        agencies=claimants,
        claim_minor=claim[claimants],
        traffic_units=np.zeros(len(claimants), dtype=np.int64),
        until_days=np.full(len(claimants), programme.to_day, dtype=np.int64),
        conditions=pa.array(texts, type=pa.string()),
    )


def _text(schedule: Frame, *, counts: list[int], frame: int, prior: int) -> str:
    rows: list[dict[str, object]] = [{"counter": "anchors", "need": 1, "have": sum(counts)}]
    rows += [
        {"counter": "anchors_of_grade", "grade": grade.id, "have": count}
        for grade, count in zip(schedule.grades, counts, strict=True)
    ]
    rows.append({"counter": "frame_minor", "have": frame, "claimed_before_minor": prior})
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _newly_counted(once_key: str, facts: Facts, *, graded: Graded, before: Before) -> Counted:
    better = graded.grades > before.grades[facts.roster.persons[graded.creators]]
    return Counted(
        once_key, graded.creators[better], graded.agencies[better], graded.grades[better]
    )


def _next_bracket(programme: Programme, schedule: Frame, *, counts: IntArray) -> NearMisses:
    """Find the agencies that are near the number from which one more anchor is worth more."""
    kinks = sorted({each.above for grade in schedule.grades for each in grade.brackets})
    have = counts.sum(axis=1)
    place = np.searchsorted(np.array(kinks, dtype=np.int64), have, side="left")
    need = np.array([*kinks, 0], dtype=np.int64)[place] + 1
    near = (place < len(kinks)) & (have > 0) & (have >= -(-need * programme.near_ppm // MICRO))
    count = int(near.sum())
    return NearMisses(
        programme.get_milestone_key(FRAME),
        "anchors",
        np.full(count, NOBODY, dtype=np.int64),
        np.flatnonzero(near),
        have[near],
        need[near],
        np.full(count, programme.to_day, dtype=np.int64),
    )


def _frame_forecast(
    programme: Programme, schedule: Frame, facts: Facts, *, counts: IntArray, frames: IntArray
) -> Forecast:
    """Forecast that every verified anchor introduced so far reaches the top grade."""
    rows = facts.introductions
    eligible, _ = find_eligible(programme, facts)
    anchors = rows.creators[rows.is_winner]
    agencies = rows.agencies[rows.is_winner]
    able = eligible[anchors] & (facts.roster.persons[anchors] >= 0)
    numbers = np.zeros(len(facts.agencies.agency_ids), dtype=np.int64)
    np.add.at(numbers, agencies[able], 1)
    numbers = np.maximum(numbers, counts.sum(axis=1))
    low_grades = [0] * (len(schedule.grades) - 1)
    tops = [frame_minor(schedule, (*low_grades, number)) for number in numbers.tolist()]
    high = sum(max(top - frame, 0) for top, frame in zip(tops, frames.tolist(), strict=True))
    below_top = int((numbers - counts[:, -1]).sum())
    return Forecast(open_subjects=below_top, high_minor=high)
