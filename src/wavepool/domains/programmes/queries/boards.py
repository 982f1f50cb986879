"""What is open to a creator: each programme with its ways, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes.queries import programmes as reads
from wavepool.domains.programmes.queries.documents import (
    Rules,
    end_of,
    find_rules,
    list_coming_rules,
    programme_name,
    state_of_programme,
    today_at,
)
from wavepool.domains.programmes.queries.progress import Way, ways_of_creator
from wavepool.domains.programmes.tables import day_of
from wavepool.engine.incentives import LumpSum, Programme
from wavepool.plumbing.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One programme as a creator sees it.

    Attributes:
        state: of the programme.
        ways: to each of its rewards, in order.
        standing: where the creator stands when there is no way yet, or none any more.
    """

    programme: Programme
    rules: Rules
    name: str
    state: State
    ways: tuple[Way, ...]
    standing: State | None

    @property
    def is_of_steps(self) -> bool:
        """Whether it has more than one reward."""
        return isinstance(self.programme.schedule, LumpSum) and (
            len(self.programme.schedule.milestones) > 1
        )


def boards_of_creator(creator_id: int, *, at: datetime) -> list[Board]:
    """The programmes that are open to a creator; as many queries for many as for one."""
    creator = people.get_creator_by_id(creator_id)
    in_force, take = find_rules(at=at), reads.find_current_take()
    ways: dict[str, list[Way]] = {}
    reasons: dict[str, str] = {}
    if take is not None:
        for way in ways_of_creator(take, creator_id, at=at):
            ways.setdefault(way.row.programme_id, []).append(way)
        refusals = reads.list_refusals(take).filter(creator_id=creator_id, agency=None)
        reasons = {each.programme_id: each.reason for each in refusals}
    found = []
    seen: set[str] = set()
    for rules in (*((in_force,) if in_force else ()), *list_coming_rules(at=at)):
        for programme in rules.document.programmes:
            if programme.id in seen or not _is_of_kind(programme, creator.kind):
                continue
            seen.add(programme.id)
            own = tuple(ways.get(programme.id, ()))
            state = state_of_programme(programme, rules, at=at)
            standing = None
            if not own:
                reason = reasons.get(programme.id, "")
                standing = _standing(programme, rules, creator, reason=reason, at=at)
                if standing is None or state.name == "over":
                    continue
            found.append(
                Board(
                    programme=programme,
                    rules=rules,
                    name=programme_name(programme),
                    state=state,
                    ways=own,
                    standing=standing,
                )
            )
    return found


def _is_of_kind(programme: Programme, kind: str) -> bool:
    kinds = programme.eligibility.kinds
    return programme.subject == "creator" and (not kinds or kind in kinds)


def _standing(
    programme: Programme, rules: Rules, creator: Any, *, reason: str, at: datetime
) -> State | None:
    """Where a creator without a way stands; None where the programme is not for it."""
    if reason:
        return reads.state_named("refused", why=reads.reason_text(reason))
    if programme.window.opens == "award":
        return _after_another(programme, rules)
    if creator.first_live_at is None:
        return _before_first_live(programme, rules, at=at)
    return _after_first_live(programme, rules, creator.first_live_at, at=at)


def _before_first_live(programme: Programme, rules: Rules, *, at: datetime) -> State | None:
    until = programme.eligibility.first_live_to
    if until is not None and today_at(at, rules.zone) >= day_of(until):
        return None
    return reads.state_named(
        "enrolled",
        why=_("The days that count begin with your first live session."),
        until=None if until is None else end_of(day_of(until), rules.zone),
    )


def _after_first_live(
    programme: Programme, rules: Rules, first_live_at: datetime, *, at: datetime
) -> State | None:
    rule, first = programme.eligibility, today_at(first_live_at, rules.zone)
    if not _is_within(first, rule.first_live_from, rule.first_live_to):
        return None
    is_own = programme.window.opens == "first_live"
    if is_own and today_at(at, rules.zone) >= first + _longest(programme):
        return reads.state_named("failed", why=_("The window is over and a condition was missing."))
    return reads.state_named("enrolled", why=_("The next nightly run counts what you did."))


def _after_another(programme: Programme, rules: Rules) -> State | None:
    before = next(
        (each for each in rules.document.programmes if each.id == programme.window.programme), None
    )
    if before is None:
        return None
    why = _("Begins in the month after %(programme)s was granted.") % {
        "programme": programme_name(before)
    }
    return reads.state_named("enrolled", why=why)


def _longest(programme: Programme) -> timedelta:
    days = programme.window.days
    if isinstance(programme.schedule, LumpSum):
        days = max(each.within_days for each in programme.schedule.milestones)
    return timedelta(days=programme.window.from_day + days)


def _is_within(day: date, first: int | None, last_exclusive: int | None) -> bool:
    if first is not None and day < day_of(first):
        return False
    return last_exclusive is None or day < day_of(last_exclusive)
