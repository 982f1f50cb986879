"""How far everyone is with every condition: what the award step measures, for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.agency_claims import ANCHOR, measure_introduced
from wavepool.engine.incentives.claims import Progress, conditions_text, take
from wavepool.engine.incentives.creator_claims import TIER, measure_own
from wavepool.engine.incentives.evaluating import open_facts
from wavepool.engine.incentives.frame_claims import COUNTED, counting_conditions
from wavepool.engine.incentives.programmes import (
    Condition,
    Frame,
    LumpSum,
    PerAnchor,
    Programme,
    Programmes,
    Tiered,
)
from wavepool.engine.incentives.result_tables import Types, stack, take_ids
from wavepool.engine.incentives.roster import NEVER, NOBODY, BoolArray, Period
from wavepool.engine.incentives.schedules import IntArray, tiered_minor
from wavepool.engine.incentives.windows import (
    Facts,
    find_eligible,
    find_ends,
    find_starts,
    is_in_force,
    is_window_open,
    window_days,
)


@dataclass(frozen=True, slots=True)
class _Right:
    """One reward that can be reached, and who is how far with it."""

    milestone: str
    progress: Progress
    reward_minor: IntArray
    traffic_units: int
    is_met: BoolArray


def measure_programmes(
    programmes: Programmes,
    *,
    creators: pa.Table,
    creator_payees_as_of: pa.Table,
    agencies: pa.Table,
    introductions: pa.Table,
    counters: pa.Table,
    lifetime_awards: pa.Table | None,
    period: Period,
    currency: str,
) -> pa.Table:
    """Measure every condition of every reward for everyone who may take part.

    Args:
        lifetime_awards: as the period left them, so that windows which an award of this very
            period opens are there already. The other arguments are those of `evaluate`.

    Returns:
        programme_id, period, once_key, milestone, subject_kind, subject_id, anchor_id, person_id,
        payee_id, currency, reward_minor, traffic_units, start_day, until_day, close_day (both
        exclusive; an earned claim stays open until close_day), is_met, short (conditions that
        are missing), conditions (JSON: need and have, as in `awards`).
        One row per creator and milestone, or per introduced anchor, whose window or days of
        grace share a day with the period, or whose window opens after it; in the order of the
        document, then of ids. A tiered schedule asks for its next bracket.

    Guarantee: `is_met` is the very test of the award step. Whatever is met and due is in
    `awards` or in `refusals`, and nothing else is.

    Raises:
        TableInvalid, CountersInvalid: an input cannot be read.
    """
    facts, types = open_facts(
        creators=creators,
        creator_payees_as_of=creator_payees_as_of,
        agencies=agencies,
        introductions=introductions,
        contracts_as_of=None,
        counters=counters,
        lifetime_awards=lifetime_awards,
        held_creators=(),
        period=period,
    )
    found = [
        _rows(programme, right, facts, types)
        for programme in programmes.programmes
        if programme.currency == currency and is_in_force(programme, period)
        for right in _rights(programme, facts)
    ]
    return stack(found, _schema(types))


def _rights(programme: Programme, facts: Facts) -> Iterator[_Right]:
    match programme.schedule:
        case LumpSum(milestones):
            for each in milestones:
                progress = _own(programme, facts, each.conditions, days=each.within_days)
                reward = np.full(len(progress), each.reward_minor, dtype=np.int64)
                yield _Right(each.id, progress, reward, each.traffic_units, progress.is_met)
        case Tiered() as schedule:
            conditions = (Condition(schedule.counter, at_least=0),)
            progress = _own(programme, facts, conditions, days=window_days(programme))
            earned = tiered_minor(schedule, progress.haves[0])
            yield _Right(TIER, progress, earned, 0, earned > 0)
        case PerAnchor() as schedule:
            progress = _of_winners(programme, facts, schedule.conditions)
            reward = np.full(len(progress), schedule.reward_minor, dtype=np.int64)
            yield _Right(ANCHOR, progress, reward, schedule.traffic_units, progress.is_met)
        case Frame() as schedule:
            progress = _of_winners(programme, facts, counting_conditions(schedule))
            nothing = np.zeros(len(progress), dtype=np.int64)
            yield _Right(COUNTED, progress, nothing, 0, progress.is_met)


def _own(
    programme: Programme, facts: Facts, conditions: tuple[Condition, ...], *, days: int
) -> Progress:
    """Measure creators whose window is open, or opens after the period."""
    eligible, _ = find_eligible(programme, facts)
    starts = find_starts(programme, facts)
    ends = find_ends(programme, facts, starts, days=days)
    waits = (starts >= facts.period.last_day_exclusive) & (starts < NEVER)
    shown = is_window_open(programme, facts, starts=starts, ends=ends) | waits
    creators = np.flatnonzero(eligible & shown)
    return measure_own(facts, conditions, creators=creators, starts=starts, ends=ends)


def _of_winners(programme: Programme, facts: Facts, conditions: tuple[Condition, ...]) -> Progress:
    progress, rows = measure_introduced(programme, conditions, facts)
    return take(progress, facts.introductions.is_winner[rows])


def _rows(programme: Programme, right: _Right, facts: Facts, types: Types) -> pa.Table:
    progress, count = right.progress, len(right.progress)
    creators = take_ids(facts.roster.creator_ids, progress.creators)
    persons = np.append(facts.roster.persons, NOBODY)[progress.creators]
    is_agency = programme.subject == "agency"
    agencies = facts.agencies
    subjects = take_ids(agencies.agency_ids, progress.agencies) if is_agency else creators
    payees = (
        take_ids(agencies.payee_ids, progress.agencies)
        if is_agency
        else take_ids(facts.roster.payee_ids, progress.creators)
    )
    short = np.zeros(count, dtype=np.int64)
    for condition, have in zip(progress.conditions, progress.haves, strict=True):
        short += have < condition.at_least
    columns = {
        "programme_id": types.constants.column(programme.id, count),
        "period": types.constants.column(facts.period.name, count),
        "once_key": types.constants.column(programme.get_milestone_key(right.milestone), count),
        "milestone": types.constants.column(right.milestone, count),
        "subject_kind": types.constants.column(programme.subject, count),
        "subject_id": subjects.cast(types.subject),
        "anchor_id": creators if is_agency else types.constants.nothing(types.creator, count),
        "person_id": take_ids(facts.roster.person_ids, persons),
        "payee_id": payees.cast(types.payee),
        "currency": types.constants.column(programme.currency, count),
        "reward_minor": pa.array(right.reward_minor),
        "traffic_units": types.constants.column(right.traffic_units, count),
        "start_day": pa.array(progress.starts),
        "until_day": pa.array(progress.ends),
        "close_day": pa.array(progress.ends + programme.window.grace_days),
        "is_met": pa.array(right.is_met),
        "short": pa.array(short),
        "conditions": _texts(programme, progress),
    }
    return pa.table(columns).cast(_schema(types))


def _texts(programme: Programme, progress: Progress) -> pa.Array:
    if not isinstance(programme.schedule, Tiered):
        return conditions_text(progress, np.ones(len(progress), dtype=np.bool_))
    above = [each.above for each in programme.schedule.brackets]
    counter = programme.schedule.counter
    texts = []
    for have in progress.haves[0].tolist():
        need = next((each for each in above if each > have), have)
        texts.append(f'[{{"counter":"{counter}","need":{need},"have":{have}}}]')
    return pa.array(texts, type=pa.string())


def _schema(types: Types) -> pa.Schema:
    return pa.schema(
        {
            "programme_id": pa.string(),
            "period": pa.string(),
            "once_key": pa.string(),
            "milestone": pa.string(),
            "subject_kind": pa.string(),
            "subject_id": types.subject,
            "anchor_id": types.creator,
            "person_id": types.person,
            "payee_id": types.payee,
            "currency": pa.string(),
            "reward_minor": pa.int64(),
            "traffic_units": pa.int64(),
            "start_day": pa.int64(),
            "until_day": pa.int64(),
            "close_day": pa.int64(),
            "is_met": pa.bool_(),
            "short": pa.int64(),
            "conditions": pa.string(),
        }
    )
