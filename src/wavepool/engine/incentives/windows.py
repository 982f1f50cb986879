"""Who may take part in a programme, and which days count for them."""

from dataclasses import dataclass

import numpy as np

from wavepool.engine.incentives.counter_book import CounterBook
from wavepool.engine.incentives.introductions import Introductions
from wavepool.engine.incentives.lifetime import Lifetime
from wavepool.engine.incentives.programmes import Programme
from wavepool.engine.incentives.roster import (
    NEVER,
    Agencies,
    BoolArray,
    Period,
    Roster,
    kind_mask,
)
from wavepool.engine.incentives.schedules import IntArray


@dataclass(frozen=True, slots=True)
class Facts:
    """The inputs of one evaluation, as columns. `has_contract` is by row of introductions."""

    roster: Roster
    agencies: Agencies
    book: CounterBook
    introductions: Introductions
    has_contract: BoolArray
    lifetime: Lifetime
    period: Period


def is_due(programme: Programme, period: Period) -> bool:
    """Say whether the programme is evaluated as this period closes.

    A quarter and a year end with the month that ends them, or with the programme itself.
    """
    if not is_in_force(programme, period):
        return False
    month = int(period.name.split("-")[1])
    every = {"month": 1, "quarter": 3, "year": 12}[programme.evaluated]
    return month % every == 0 or programme.to_day <= period.last_day_exclusive


def is_in_force(programme: Programme, period: Period) -> bool:
    """Say whether the programme and the period share a day."""
    return programme.from_day < period.last_day_exclusive and period.first_day < programme.to_day


def find_eligible(programme: Programme, facts: Facts) -> tuple[BoolArray, BoolArray]:
    """Return who may take part, and who only seems new; both of shape (creators,).

    New is the person: a second account does not make an old anchor new.
    """
    roster, rule = facts.roster, programme.eligibility
    kinds = kind_mask(roster, rule.kinds)
    new = _is_within(roster.first_days, rule.first_live_from, rule.first_live_to)
    seems_new = _is_within(roster.own_first_days, rule.first_live_from, rule.first_live_to)
    return kinds & new, kinds & seems_new & ~new


def find_starts(programme: Programme, facts: Facts) -> IntArray:
    """Return the first day of every creator's window, NEVER where it has not opened."""
    window, roster, period = programme.window, facts.roster, facts.period
    match window.opens:
        case "first_live":
            opened = roster.first_days
        case "award":
            awarded = facts.lifetime.find_first_awards(window.programme, roster=roster)
            opened = np.where(roster.persons >= 0, np.append(awarded, NEVER)[roster.persons], NEVER)
        case "programme":
            opened = np.full(len(roster), programme.from_day, dtype=np.int64)
        case "period":
            opened = np.full(len(roster), period.first_day, dtype=np.int64)
    return np.where(opened < NEVER, opened + window.from_day, NEVER)


def find_ends(programme: Programme, facts: Facts, starts: IntArray, *, days: int) -> IntArray:
    """Return the exclusive end of every window of so many days."""
    match programme.window.opens:
        case "programme":
            return np.minimum(starts + days, programme.to_day)
        case "period":
            return np.minimum(starts + days, facts.period.last_day_exclusive)
        case _:
            return starts + days


def window_days(programme: Programme) -> int:
    """Return the days of a window that no milestone names."""
    if programme.window.opens in {"programme", "period"}:
        return programme.to_day - programme.from_day
    return programme.window.days


def is_window_open(
    programme: Programme, facts: Facts, *, starts: IntArray, ends: IntArray
) -> BoolArray:
    """Say which windows, with their days of grace, share a day with the period."""
    period = facts.period
    return np.asarray(
        (starts < period.last_day_exclusive)
        & (ends + programme.window.grace_days > period.first_day),
        dtype=np.bool_,
    )


def _is_within(days: IntArray, first: int | None, last_exclusive: int | None) -> BoolArray:
    within = np.ones(len(days), dtype=np.bool_)
    if first is not None or last_exclusive is not None:
        within = days < NEVER
    if first is not None:
        within = within & (days >= first)
    if last_exclusive is not None:
        within = within & (days < last_exclusive)
    return within
