"""What a programme asks for before money is looked at: claims, refusals, near misses, forecasts."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.programmes import MICRO, Condition, Programme
from wavepool.engine.incentives.roster import BoolArray, Period
from wavepool.engine.incentives.schedules import IntArray
from wavepool.engine.incentives.windows import Facts, is_due

OWED_REASONS = frozenset({"held", "no_payee", "no_budget", "budget_too_small"})
"""Refusals that leave a claim standing, as long as its window and days of grace do."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims under one lifetime key; arrays of shape (n,).

    `creators` are the claimants, or the anchors of an agency's claim (-1 for a frame);
    `agencies` are -1 where a creator claims. A claim is open while its day is before
    `until_days`. `conditions` is JSON text with need and have.
    """

    once_key: str
    creators: IntArray
    agencies: IntArray
    claim_minor: IntArray
    traffic_units: IntArray
    until_days: IntArray
    conditions: pa.Array

    def __len__(self) -> int:
        return len(self.creators)

    def keep(self, mask: BoolArray) -> "Claims":
        """Return the rows of the mask."""
        return Claims(
            self.once_key,
            self.creators[mask],
            self.agencies[mask],
            self.claim_minor[mask],
            self.traffic_units[mask],
            self.until_days[mask],
            self.conditions.filter(pa.array(mask)),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """Claims that a guard stopped, all for one reason."""

    reason: str
    claims: Claims


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Subjects that lack one condition; arrays of shape (n,). `until_days` is exclusive.

    Attributes:
        need: what each needs, or one number where all need the same.
    """

    once_key: str
    counter: str
    creators: IntArray
    agencies: IntArray
    have: IntArray
    need: IntArray | int
    until_days: IntArray


@dataclass(frozen=True, slots=True)
class Forecast:
    """Claims that can still come from windows which are open as the period ends.

    `low` is earned and not paid, `on_pace` what today's pace reaches, `high` the most; None
    where a schedule has no ceiling.
    """

    open_subjects: int = 0
    low_minor: int = 0
    on_pace_minor: int = 0
    high_minor: int | None = 0
    on_pace_traffic: int = 0
    high_traffic: int = 0

    def plus(self, other: "Forecast") -> "Forecast":
        """Add two forecasts; no ceiling stays no ceiling."""
        high = None
        if self.high_minor is not None and other.high_minor is not None:
            high = self.high_minor + other.high_minor
        return Forecast(
            self.open_subjects + other.open_subjects,
            self.low_minor + other.low_minor,
            self.on_pace_minor + other.on_pace_minor,
            high,
            self.on_pace_traffic + other.on_pace_traffic,
            self.high_traffic + other.high_traffic,
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """Anchors that a frame counts from this evaluation on, or with a better grade than before."""

    once_key: str
    creators: IntArray
    agencies: IntArray
    grades: IntArray


@dataclass(slots=True)
class Outcome:
    """All that one programme asks for in one period."""

    programme: Programme
    claims: list[Claims] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    near_misses: list[NearMisses] = field(default_factory=list)
    forecast: Forecast = field(default_factory=Forecast)
    counted: list[Counted] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far each subject of a window is; arrays of shape (n,), `haves` (conditions, n).

    The window is the days [starts, ends).
    """

    conditions: tuple[Condition, ...]
    creators: IntArray
    agencies: IntArray
    starts: IntArray
    ends: IntArray
    haves: IntArray

    def __len__(self) -> int:
        return len(self.creators)

    @property
    def is_met(self) -> BoolArray:
        """Which subjects meet every condition."""
        met = np.ones(len(self), dtype=np.bool_)
        for condition, have in zip(self.conditions, self.haves, strict=True):
            met &= have >= condition.at_least
        return met

    def is_on_pace(self, last_day_exclusive: int) -> BoolArray:
        """Which subjects meet every condition if they go on as they did so far."""
        length = self.ends - self.starts
        elapsed = np.clip(last_day_exclusive - self.starts, 0, length)
        pace = elapsed > 0
        for condition, have in zip(self.conditions, self.haves, strict=True):
            counted = np.minimum(have, condition.at_least)
            pace &= counted * length >= condition.at_least * elapsed
        return pace


def measure_progress(
    facts: Facts,
    conditions: tuple[Condition, ...],
    *,
    creators: IntArray,
    agencies: IntArray,
    starts: IntArray,
    ends: IntArray,
) -> Progress:
    """Measure every condition of every subject on its days [start, end), known days only."""
    until = np.minimum(ends, facts.period.last_day_exclusive)
    rows = facts.book.find_rows(creators, starts=starts, ends=until)
    haves = np.zeros((len(conditions), len(creators)), dtype=np.int64)
    for place, condition in enumerate(conditions):
        if condition.counter == "effective_weeks":
            haves[place] = facts.book.measure_weeks(condition, creators, starts=starts, ends=until)
        else:
            haves[place] = facts.book.measure(condition, rows)
    return Progress(conditions, creators, agencies, starts, ends, haves)


def find_near(programme: Programme, progress: Progress, once_key: str) -> list[NearMisses]:
    """Return a row for each condition that is missing where every condition is near."""
    near = ~progress.is_met
    for condition, have in zip(progress.conditions, progress.haves, strict=True):
        near &= have >= -(-condition.at_least * programme.near_ppm // MICRO)
    misses = []
    for condition, have in zip(progress.conditions, progress.haves, strict=True):
        # Places: a mask would be counted anew for each of the columns.
        missing = np.flatnonzero(near & (have < condition.at_least))
        misses.append(
            NearMisses(
                once_key,
                condition.counter,
                progress.creators[missing],
                progress.agencies[missing],
                have[missing],
                condition.at_least,
                progress.ends[missing],
            )
        )
    return misses


def conditions_text(progress: Progress, mask: BoolArray) -> pa.Array:
    """Write need and have of the mask's subjects as JSON text."""
    parts: list[object] = ["["]
    for place, condition in enumerate(progress.conditions):
        weekly = ""
        if condition.counter == "effective_weeks":
            weekly = f',"weeks":{condition.weeks},"days_per_week":{condition.days_per_week}'
        comma = "," if place else ""
        parts.append(
            f'{comma}{{"counter":"{condition.counter}","need":{condition.at_least}{weekly},"have":'
        )
        parts += [pa.array(progress.haves[place][mask]).cast(pa.string()), "}"]
    count = int(mask.sum())
    texts = [pa.scalar(each) if isinstance(each, str) else each for each in parts]
    return pc.binary_join_element_wise(*texts, pa.repeat("]", count), "")


def stop(
    claims: Claims, guards: tuple[tuple[str, BoolArray], ...]
) -> tuple[BoolArray, list[Refused]]:
    """Let each guard in turn stop the claims that are left.

    Returns:
        The mask of claims that passed, and the refusals; every claim is in exactly one of them.
    """
    left = np.ones(len(claims), dtype=np.bool_)
    refused = []
    for reason, stopped in guards:
        taken = left & stopped
        if taken.any():
            refused.append(Refused(reason, claims.keep(taken)))
        left &= ~stopped
    return left, refused


def file_claims(outcome: Outcome, passed: Claims, refused: list[Refused], facts: Facts) -> None:
    """Put what passed among the claims when they are due, and count what stays owed."""
    owed = [each for each in refused if each.reason in OWED_REASONS]
    if is_due(outcome.programme, facts.period):
        outcome.claims.append(passed)
    else:
        owed.append(Refused("not_due", passed))
    outcome.refused += refused
    outcome.forecast = outcome.forecast.plus(owed_forecast(owed, facts.period))


def owed_forecast(owed: list[Refused], period: Period) -> Forecast:
    """Forecast what is earned and unpaid, as long as it stays open past this period."""
    forecast = Forecast()
    for each in owed:
        still_open = each.claims.until_days > period.last_day_exclusive
        minor = int(each.claims.claim_minor[still_open].sum())
        traffic = int(each.claims.traffic_units[still_open].sum())
        count = int(still_open.sum())
        forecast = forecast.plus(Forecast(count, minor, minor, minor, traffic, traffic))
    return forecast


def mark_of(marked: BoolArray, persons: IntArray) -> BoolArray:
    """Look persons up in a mark per person; nobody is never marked."""
    return np.append(marked, np.False_)[persons]


def take(progress: Progress, mask: BoolArray) -> Progress:
    """Return the subjects of the mask."""
    if mask.all():
        return progress
    places = np.flatnonzero(mask)
    return Progress(
        progress.conditions,
        progress.creators[places],
        progress.agencies[places],
        progress.starts[places],
        progress.ends[places],
        progress.haves[:, places],
    )
