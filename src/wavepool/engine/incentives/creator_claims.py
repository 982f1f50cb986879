"""Claims of creators: one-time lump sums, and marginal schedules on one counter."""

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.claims import (
    Claims,
    Forecast,
    NearMisses,
    Outcome,
    Progress,
    Refused,
    conditions_text,
    file_claims,
    find_near,
    mark_of,
    measure_progress,
    stop,
    take,
)
from wavepool.engine.incentives.programmes import (
    MICRO,
    Condition,
    LumpSum,
    Milestone,
    Programme,
    Tiered,
)
from wavepool.engine.incentives.roster import NOBODY, BoolArray
from wavepool.engine.incentives.schedules import IntArray, tiered_minor
from wavepool.engine.incentives.windows import (
    Facts,
    find_eligible,
    find_ends,
    find_starts,
    is_window_open,
    window_days,
)

TIER = "tier"


def claim_lump_sums(programme: Programme, schedule: LumpSum, facts: Facts) -> Outcome:
    """Find who reached which milestone for the first time in life.

    Guarantee: at most one claim per milestone and verified person, whatever the number of its
    accounts, periods and earlier editions with the same lifetime key.
    """
    outcome = Outcome(programme)
    eligible, seems_new = find_eligible(programme, facts)
    starts = find_starts(programme, facts)
    for milestone in schedule.milestones:
        _claim_milestone(outcome, milestone, facts, eligible=eligible, starts=starts)
        _refuse_old_persons(outcome, milestone, facts, seems_new=seems_new)
    return outcome


def measure_own(
    facts: Facts,
    conditions: tuple[Condition, ...],
    *,
    creators: IntArray,
    starts: IntArray,
    ends: IntArray,
) -> Progress:
    """Measure creators for themselves; `starts` and `ends` hold every creator's window."""
    return measure_progress(
        facts,
        conditions,
        creators=creators,
        agencies=np.full(len(creators), NOBODY),
        starts=starts[creators],
        ends=ends[creators],
    )


def _claim_milestone(
    outcome: Outcome, milestone: Milestone, facts: Facts, *, eligible: BoolArray, starts: IntArray
) -> None:
    programme = outcome.programme
    once_key = programme.get_milestone_key(milestone.id)
    ends = find_ends(programme, facts, starts, days=milestone.within_days)
    is_open = is_window_open(programme, facts, starts=starts, ends=ends)
    progress = measure_own(
        facts,
        milestone.conditions,
        creators=np.flatnonzero(eligible & is_open),
        starts=starts,
        ends=ends,
    )
    met = progress.is_met
    paid = facts.lifetime.find_paid_persons(once_key, roster=facts.roster)
    claims = _lump_claims(programme, milestone, progress, met)
    passed, refused = stop(claims, _guards(claims, facts, paid=paid))
    file_claims(outcome, claims.keep(passed), refused, facts)
    unpaid = ~mark_of(paid, facts.roster.persons[progress.creators])
    outcome.near_misses += find_near(programme, take(progress, unpaid), once_key)
    claimed = facts.roster.persons[claims.keep(passed).creators]
    outcome.forecast = outcome.forecast.plus(
        _forecast(milestone, take(progress, unpaid & ~met), facts, claimed=claimed)
    )


def _lump_claims(
    programme: Programme, milestone: Milestone, progress: Progress, met: BoolArray
) -> Claims:
    count = int(met.sum())
    return Claims(
        once_key=programme.get_milestone_key(milestone.id),
        creators=progress.creators[met],
        agencies=progress.agencies[met],
        claim_minor=np.full(count, milestone.reward_minor, dtype=np.int64),
        traffic_units=np.full(count, milestone.traffic_units, dtype=np.int64),
        until_days=progress.ends[met] + programme.window.grace_days,
        conditions=conditions_text(progress, met),
    )


def _guards(claims: Claims, facts: Facts, *, paid: BoolArray) -> tuple[tuple[str, BoolArray], ...]:
    roster, creators = facts.roster, claims.creators
    persons = roster.persons[creators]
    stopped = (persons < 0) | mark_of(paid, persons)
    stopped |= roster.is_held[creators] | ~roster.has_payee[creators]
    return (
        ("no_person", persons < 0),
        ("already_paid_for_life", mark_of(paid, persons)),
        ("held", roster.is_held[creators]),
        ("no_payee", ~roster.has_payee[creators]),
        ("another_account_claims", ~pick_one_per_person(persons, claims, among=~stopped)),
    )


def pick_one_per_person(persons: IntArray, claims: Claims, *, among: BoolArray) -> BoolArray:
    """Mark each person's largest claim; a tie goes to the lower creator id."""
    order = np.lexsort((claims.creators, -claims.claim_minor, persons))
    order = order[among[order]]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = persons[order][1:] != persons[order][:-1]
    picked = np.zeros(len(persons), dtype=np.bool_)
    picked[order[first]] = True
    return picked


def _refuse_old_persons(
    outcome: Outcome, milestone: Milestone, facts: Facts, *, seems_new: BoolArray
) -> None:
    """List the new accounts of people who were live before the programme counts as new."""
    programme = outcome.programme
    if programme.window.opens != "first_live" or not seems_new.any():
        return
    starts = facts.roster.own_first_days + programme.window.from_day
    ends = starts + milestone.within_days
    is_open = is_window_open(programme, facts, starts=starts, ends=ends)
    progress = measure_own(
        facts,
        milestone.conditions,
        creators=np.flatnonzero(seems_new & is_open),
        starts=starts,
        ends=ends,
    )
    claims = _lump_claims(programme, milestone, progress, progress.is_met)
    if len(claims):
        outcome.refused.append(Refused("person_not_new", claims))


def _forecast(
    milestone: Milestone, progress: Progress, facts: Facts, *, claimed: IntArray
) -> Forecast:
    """Forecast the milestone over open windows of verified persons who did not claim it."""
    until = facts.period.last_day_exclusive
    persons = facts.roster.persons[progress.creators]
    size = len(facts.roster.person_ids)
    claiming = np.zeros(size, dtype=np.bool_)
    claiming[claimed] = True
    is_open = (progress.ends > until) & (persons >= 0) & ~mark_of(claiming, persons)
    every = _count_persons(persons[is_open], size)
    on_pace = _count_persons(persons[is_open & progress.is_on_pace(until)], size)
    return Forecast(
        open_subjects=every,
        on_pace_minor=on_pace * milestone.reward_minor,
        high_minor=every * milestone.reward_minor,
        on_pace_traffic=on_pace * milestone.traffic_units,
        high_traffic=every * milestone.traffic_units,
    )


def _count_persons(persons: IntArray, size: int) -> int:
    seen = np.zeros(size, dtype=np.bool_)
    seen[persons] = True
    return int(seen.sum())


def claim_tiers(programme: Programme, schedule: Tiered, facts: Facts) -> Outcome:
    """Find what each creator's schedule has grown by since its last claim.

    Guarantee: the claims under one window add up to floor(φ(x)) of the largest x seen, so paying
    monthly or once at the end comes to the same.
    """
    outcome = Outcome(programme)
    eligible, _ = find_eligible(programme, facts)
    starts = find_starts(programme, facts)
    ends = find_ends(programme, facts, starts, days=window_days(programme))
    is_open = is_window_open(programme, facts, starts=starts, ends=ends)
    creators = np.flatnonzero(eligible & is_open)
    conditions = (Condition(schedule.counter, at_least=0),)
    progress = measure_own(facts, conditions, creators=creators, starts=starts, ends=ends)
    prior = _prior_claims(programme, facts, creators)
    claims = _tier_claims(programme, schedule, progress, prior)
    passed, refused = stop(claims, _tier_guards(programme, claims, facts))
    file_claims(outcome, claims.keep(passed), refused, facts)
    outcome.near_misses.append(_next_bracket(programme, schedule, progress))
    outcome.forecast = outcome.forecast.plus(_tier_forecast(schedule, progress, facts))
    return outcome


def _prior_claims(programme: Programme, facts: Facts, creators: IntArray) -> IntArray:
    once_key = programme.get_milestone_key(TIER)
    period = facts.period.name if programme.window.opens == "period" else None
    lifetime, roster = facts.lifetime, facts.roster
    if programme.gate == "none":
        sums = lifetime.sum_claims(once_key, by=lifetime.creators, size=len(roster), period=period)
        return sums[creators]
    sums = lifetime.sum_claims(
        once_key, by=lifetime.persons, size=len(roster.person_ids), period=period
    )
    return np.append(sums, 0)[roster.persons[creators]]


def _tier_claims(
    programme: Programme, schedule: Tiered, progress: Progress, prior: IntArray
) -> Claims:
    units = progress.haves[0]
    claim = np.maximum(tiered_minor(schedule, units) - prior, 0)
    grown = claim > 0
    count = int(grown.sum())
    return Claims(
        once_key=programme.get_milestone_key(TIER),
        creators=progress.creators[grown],
        agencies=progress.agencies[grown],
        claim_minor=claim[grown],
        traffic_units=np.zeros(count, dtype=np.int64),
        until_days=progress.ends[grown] + programme.window.grace_days,
        conditions=_tier_text(schedule, units=units[grown], prior=prior[grown]),
    )


def _tier_text(schedule: Tiered, *, units: IntArray, prior: IntArray) -> pa.Array:
    rows = zip(units.tolist(), prior.tolist(), strict=True)
    texts = [
        f'[{{"counter":"{schedule.counter}","have":{have},"claimed_before_minor":{before}}}]'
        for have, before in rows
    ]
    return pa.array(texts, type=pa.string())


def _tier_guards(
    programme: Programme, claims: Claims, facts: Facts
) -> tuple[tuple[str, BoolArray], ...]:
    roster, creators = facts.roster, claims.creators
    persons = roster.persons[creators]
    guards = [
        ("no_person", persons < 0),
        ("held", roster.is_held[creators]),
        ("no_payee", ~roster.has_payee[creators]),
    ]
    if programme.gate == "person_for_life":
        stopped = np.logical_or.reduce([mask for _, mask in guards])
        picked = pick_one_per_person(persons, claims, among=~stopped)
        guards.append(("another_account_claims", ~picked))
    return tuple(guards)


def _next_bracket(programme: Programme, schedule: Tiered, progress: Progress) -> NearMisses:
    units = progress.haves[0]
    above = np.array([each.above for each in schedule.brackets], dtype=np.int64)
    place = np.searchsorted(above, units, side="right")
    need = above[np.minimum(place, len(above) - 1)]
    near = (place < len(above)) & (units >= -(-need * programme.near_ppm // MICRO)) & (units > 0)
    return NearMisses(
        programme.get_milestone_key(TIER),
        schedule.counter,
        progress.creators[near],
        progress.agencies[near],
        units[near],
        need[near],
        progress.ends[near],
    )


def _tier_forecast(schedule: Tiered, progress: Progress, facts: Facts) -> Forecast:
    until = facts.period.last_day_exclusive
    verified = facts.roster.persons[progress.creators] >= 0
    is_open = (progress.ends > until) & (progress.starts < until) & verified
    units = progress.haves[0][is_open]
    length = (progress.ends - progress.starts)[is_open]
    elapsed = (until - progress.starts)[is_open]
    now = tiered_minor(schedule, units)
    # Divided before multiplied: a forecast needs no remainder, and 64 bits hold it.
    then = units // elapsed * length + units % elapsed * length // elapsed
    on_pace = int((tiered_minor(schedule, then) - now).sum())
    high = None
    if schedule.cap_units is not None:
        most = int(tiered_minor(schedule, np.array([schedule.cap_units]))[0])
        high = int((most - now).sum())
    elif not len(units):
        high = 0
    return Forecast(len(units), on_pace_minor=on_pace, high_minor=high)
