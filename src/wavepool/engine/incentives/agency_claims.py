"""Claims of agencies for each anchor that they introduced and that became effective."""

import numpy as np

from wavepool.engine.incentives.claims import (
    Claims,
    Forecast,
    Outcome,
    Progress,
    conditions_text,
    file_claims,
    find_near,
    mark_of,
    measure_progress,
    stop,
    take,
)
from wavepool.engine.incentives.programmes import Condition, PerAnchor, Programme
from wavepool.engine.incentives.roster import BoolArray
from wavepool.engine.incentives.schedules import IntArray
from wavepool.engine.incentives.windows import (
    Facts,
    find_eligible,
    find_ends,
    find_starts,
    is_window_open,
    window_days,
)

ANCHOR = "anchor"


def claim_per_anchor(programme: Programme, schedule: PerAnchor, facts: Facts) -> Outcome:
    """Find the introduced anchors that became effective, each once in life.

    Guarantee: additive over anchors, so an agency gains nothing by splitting or merging.
    """
    outcome = Outcome(programme)
    progress, rows = measure_introduced(programme, schedule.conditions, facts)
    once_key = programme.get_milestone_key(ANCHOR)
    met = progress.is_met
    count = int(met.sum())
    claims = Claims(
        once_key=once_key,
        creators=progress.creators[met],
        agencies=progress.agencies[met],
        claim_minor=np.full(count, schedule.reward_minor, dtype=np.int64),
        traffic_units=np.full(count, schedule.traffic_units, dtype=np.int64),
        until_days=progress.ends[met] + programme.window.grace_days,
        conditions=conditions_text(progress, met),
    )
    paid = facts.lifetime.find_paid_persons(once_key, roster=facts.roster)
    passed, refused = stop(claims, _guards(programme, claims, rows[met], facts, paid=paid))
    file_claims(outcome, claims.keep(passed), refused, facts)
    persons = facts.roster.persons[progress.creators]
    unpaid = facts.introductions.is_winner[rows] & ~mark_of(paid, persons)
    outcome.near_misses += find_near(programme, take(progress, unpaid), once_key)
    reachable = take(progress, unpaid & ~met & (persons >= 0))
    outcome.forecast = outcome.forecast.plus(_anchor_forecast(schedule, reachable, facts))
    return outcome


def measure_introduced(
    programme: Programme, conditions: tuple[Condition, ...], facts: Facts
) -> tuple[Progress, IntArray]:
    """Measure every introduction that came in time, the lost ones as well.

    Returns:
        The progress, and the row of introductions behind each of its subjects.
    """
    eligible, _ = find_eligible(programme, facts)
    starts = find_starts(programme, facts)
    ends = find_ends(programme, facts, starts, days=window_days(programme))
    is_open = is_window_open(programme, facts, starts=starts, ends=ends)
    met = facts.introductions
    rows = np.flatnonzero(met.is_rival | met.is_winner)
    rows = rows[(eligible & is_open)[met.creators[rows]]]
    creators = met.creators[rows]
    progress = measure_progress(
        facts,
        conditions,
        creators=creators,
        agencies=met.agencies[rows],
        starts=starts[creators],
        ends=ends[creators],
    )
    return progress, rows


def _guards(
    programme: Programme, claims: Claims, rows: IntArray, facts: Facts, *, paid: BoolArray
) -> tuple[tuple[str, BoolArray], ...]:
    roster = facts.roster
    persons = roster.persons[claims.creators]
    return (
        ("lost_introduction", ~facts.introductions.is_winner[rows]),
        ("no_person", persons < 0),
        ("already_paid_for_life", mark_of(paid, persons)),
        ("held", roster.is_held[claims.creators]),
        ("no_contract", is_unbound(programme, rows, facts)),
        ("no_payee", ~facts.agencies.has_payee[claims.agencies]),
    )


def is_unbound(programme: Programme, rows: IntArray, facts: Facts) -> BoolArray:
    """Mark introductions without the contract that the programme asks for; shape of `rows`."""
    if not programme.eligibility.requires_contract:
        return np.zeros(len(rows), dtype=np.bool_)
    return ~facts.has_contract[rows]


def _anchor_forecast(schedule: PerAnchor, progress: Progress, facts: Facts) -> Forecast:
    until = facts.period.last_day_exclusive
    is_open = progress.ends > until
    every = int(is_open.sum())
    on_pace = int((is_open & progress.is_on_pace(until)).sum())
    return Forecast(
        open_subjects=every,
        on_pace_minor=on_pace * schedule.reward_minor,
        high_minor=every * schedule.reward_minor,
        on_pace_traffic=on_pace * schedule.traffic_units,
        high_traffic=every * schedule.traffic_units,
    )
