"""The close of a month as a list of steps: where each stands, who can do it, what blocks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from wavepool.domains.insights.queries.checklist.facts import (
    GROUPS,
    Blocker,
    CloseFacts,
    CloseStep,
    read_facts,
)
from wavepool.domains.insights.queries.checklist.steps import STEPS
from wavepool.domains.pools import queries as pools
from wavepool.domains.statements import queries as statements

__all__ = [
    "GROUPS",
    "Blocker",
    "Checklist",
    "CloseFacts",
    "CloseStep",
    "adjusting_period",
    "checklist_of",
    "in_order",
    "months_to_close",
    "next_to_close",
]


@dataclass(frozen=True, slots=True)
class Checklist:
    """The close of a month, step by step."""

    period: str
    steps: tuple[CloseStep, ...]

    @property
    def blocked(self) -> tuple[CloseStep, ...]:
        """The steps that cannot go on."""
        return tuple(step for step in self.steps if step.state == "blocked")

    @property
    def current(self) -> CloseStep | None:
        """The first step that is not done."""
        return next((step for step in self.steps if step.state != "done"), None)


def months_to_close() -> tuple[str, ...]:
    """Every month of which any draft was made, the latest first."""
    return tuple(pools.list_periods().order_by("-name").values_list("name", flat=True))


def checklist_of(period: str, *, at: datetime) -> Checklist:
    """The steps of a month as they stand; as many queries for many objections as for none."""
    facts = read_facts(period, at=at)
    return Checklist(period, in_order(step(facts) for step in STEPS))


def in_order(steps: Iterable[CloseStep]) -> tuple[CloseStep, ...]:
    """Keep one step to do: what stands behind it waits, done or blocked stays what it is."""
    kept: list[CloseStep] = []
    for step in steps:
        is_waiting = any(each.state in {"now", "blocked"} for each in kept)
        if step.state == "now" and is_waiting:
            kept.append(replace(step, state="next", since=None, until=None, text=""))
        else:
            kept.append(step)
    return tuple(kept)


def next_to_close() -> str:
    """The earliest month that is not closed yet, or the latest of all; "" where there is none."""
    closed = statements.list_closes().filter(issued_at__isnull=False).values("period")
    rows = pools.list_periods().exclude(name__in=closed).order_by("name")
    months = months_to_close()
    return rows.values_list("name", flat=True).first() or (months[0] if months else "")


def adjusting_period(period: str) -> str:
    """The month that takes what changes after a month was closed: the first that is still open."""
    year, month = map(int, period.split("-"))
    following = f"{year + month // 12}-{month % 12 + 1:02}"
    return max(statements.first_open_period(), following)
