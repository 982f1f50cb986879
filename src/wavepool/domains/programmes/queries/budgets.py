"""Reads of budgets: what is planned, approved, claimed, spent and still possible, in one card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes.models import Award, Budget, BudgetCard, BudgetChange, Take
from wavepool.domains.programmes.queries.documents import (
    Rules,
    find_rules,
    list_coming_rules,
    programme_name,
    state_of_programme,
)
from wavepool.domains.programmes.queries.programmes import find_current_take, list_takes
from wavepool.domains.programmes.queries.progress import count_states
from wavepool.engine.incentives import Programme
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCard:
    """All that staff look at of one programme, cash and traffic together.

    Attributes:
        take: what the figures of the month are from; None before the first run.
        card: the month's budget as the run had it.
        budget: the month's approved budget.
        spent_minor, exposure_units: of all approved awards so far.
        retained: persons who stayed, by the programme that an award of this one opens.
        cost_minor: what each of them cost; None where nothing says who stayed.
        states: subjects by state.
    """

    programme: Programme
    rules: Rules
    name: str
    state: State
    take: Take | None
    card: BudgetCard | None
    budget: Budget | None
    spent_minor: int
    exposure_units: int
    retained: int | None
    cost_minor: int | None
    states: dict[str, int]

    @property
    def planned_minor(self) -> int:
        """What the published rules plan for a month."""
        return self.programme.planned.minor if self.programme.planned else 0

    @property
    def planned_units(self) -> int:
        """Planned traffic."""
        return self.programme.planned.traffic_units if self.programme.planned else 0

    @property
    def subjects(self) -> int:
        """How many take part."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class _Sums:
    minor: dict[str, int]
    units: dict[str, int]
    persons: dict[str, int]


def list_cards(*, at: datetime) -> list[ProgrammeCard]:
    """Every programme of the rules in force and announced; the queries do not grow with them."""
    in_force = find_rules(at=at)
    every = [*((in_force,) if in_force else ()), *list_coming_rules(at=at)]
    take = find_current_take()
    cards = {each.programme_id: each for each in _cards(take)}
    budgets = {
        each.programme_id: each
        for each in Budget.objects.filter(period=take.period if take else "")
    }
    states = count_states(take, at=at) if take else {}
    sums = _sums_of_awards()
    seen: set[str] = set()
    found = []
    for rules in every:
        for programme in rules.document.programmes:
            if programme.id in seen:
                continue
            seen.add(programme.id)
            retained, cost = _retained(programme, rules, sums)
            found.append(
                ProgrammeCard(
                    programme=programme,
                    rules=rules,
                    name=programme_name(programme),
                    state=state_of_programme(programme, rules, at=at),
                    take=take,
                    card=cards.get(programme.id),
                    budget=budgets.get(programme.id),
                    spent_minor=sums.minor.get(programme.id, 0),
                    exposure_units=sums.units.get(programme.id, 0),
                    retained=retained,
                    cost_minor=cost,
                    states=states.get(programme.id, {}),
                )
            )
    return found


def get_card(programme_id: str, *, at: datetime) -> ProgrammeCard:
    """One programme's card.

    Raises:
        NotFound: no rules have it.
    """
    for each in list_cards(at=at):
        if each.programme.id == programme_id:
            return each
    raise NotFound(_("There is no such programme."))


def find_programme(programme_id: str, *, at: datetime) -> tuple[Programme, Rules] | None:
    """A programme of the rules in force, else of those announced, with its rules."""
    in_force = find_rules(at=at)
    for rules in (*((in_force,) if in_force else ()), *list_coming_rules(at=at)):
        for programme in rules.document.programmes:
            if programme.id == programme_id:
                return programme, rules
    return None


def list_budgets(programme_id: str) -> QuerySet[Budget]:
    """A programme's approved budgets."""
    return Budget.objects.filter(programme_id=programme_id)


def list_budget_changes(programme_id: str) -> QuerySet[BudgetChange]:
    """Every budget that was asked for."""
    rows = BudgetChange.objects.filter(programme_id=programme_id)
    return rows.select_related("author", "decided_by")


def get_budget_change(public_id: str) -> BudgetChange:
    """A change by its public id.

    Raises:
        NotFound: there is none.
    """
    rows = BudgetChange.objects.select_related("author", "decided_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such change."))
    return found


def list_month_cards(programme_id: str) -> Sequence[BudgetCard]:
    """A programme's cards of closed months, and of the running one, the latest first."""
    rows = BudgetCard.objects.filter(programme_id=programme_id, take__in=list_takes())
    newest: dict[str, Any] = {}
    for each in rows.select_related("take").order_by("take__is_final", "take__as_of", "pk"):
        newest[each.take.period] = each
    return [newest[period] for period in sorted(newest, reverse=True)]


def count_waiting_changes() -> int:
    """Budgets that wait for a second person."""
    return BudgetChange.objects.filter(outcome=BudgetChange.Outcome.OPEN).count()


def _cards(take: Take | None) -> list[BudgetCard]:
    return list(BudgetCard.objects.filter(take=take)) if take else []


def _sums_of_awards() -> _Sums:
    rows = Award.objects.filter(is_final=True, take__taken_at__isnull=False)
    found = rows.values("programme_id").annotate(
        minor=Sum("award_minor"),
        units=Sum("traffic_units"),
        persons=Count("person_id", distinct=True),
    )
    sums = _Sums({}, {}, {})
    for row in found.order_by():
        sums.minor[row["programme_id"]] = int(row["minor"])
        sums.units[row["programme_id"]] = int(row["units"])
        sums.persons[row["programme_id"]] = int(row["persons"])
    return sums


def _retained(programme: Programme, rules: Rules, sums: _Sums) -> tuple[int | None, int | None]:
    """Who stayed: those paid by the programme that this one's award opens, or by this one."""
    others = rules.document.programmes
    if programme.window.opens == "award":
        stays, begins = programme.id, programme.window.programme
    else:
        after = [each.id for each in others if each.window.programme == programme.id]
        if not after:
            return None, None
        stays, begins = after[0], programme.id
    retained = sums.persons.get(stays, 0)
    if not retained:
        return 0, None
    return retained, (sums.minor.get(begins, 0) + sums.minor.get(stays, 0)) // retained
