"""Programmes for programs: a creator's own progress and awards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, check_party, needs
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("programmes:read", _("Read your own progress and awards"))
STAFF: Final = register_scope(
    "programmes:staff", _("Read the budget cards of programmes, as staff")
)

router = Router(tags=["Programmes"])


class ConditionOut(Schema):
    """One condition; money counters in minor units of the reward's currency."""

    counter: str
    have: int
    need: int
    missing: int


class WayOut(Schema):
    """The way to one reward; `last_date` is the last day that counts."""

    milestone: str
    state: str
    why: str
    first_date: date
    last_date: date
    reward: Money
    traffic_units: int
    conditions: list[ConditionOut]


class ProgrammeOut(Schema):
    """A programme that is open; `standing` says why there is no way yet."""

    programme: str
    name: str
    state: str
    rules_version: int
    standing: str | None
    ways: list[WayOut]


class AwardOut(Schema):
    """An award; below its claim where the budget did not reach."""

    programme: str
    month: str
    state: str
    claim: Money
    award: Money
    traffic_units: int
    is_final: bool


class CardOut(Schema):
    """A programme's one budget for cash and traffic; figures of the month are null before a run."""

    programme: str
    name: str
    state: str
    rules_version: int
    month: str | None
    planned: Money
    planned_traffic_units: int
    budget: Money | None
    claimed: Money | None
    spent: Money | None
    remaining: Money | None
    is_scaled: bool
    approved_so_far: Money
    exposure_units: int
    retained: int | None
    cost_per_retained: Money | None
    liability_low: Money | None
    liability_on_pace: Money | None
    liability_high: Money | None
    subjects: dict[str, int]


class TasksOut(Schema):
    """Programmes and awards, as of the run that told them."""

    as_of: datetime | None
    programmes: list[ProgrammeOut]
    awards: list[AwardOut]


@router.get(
    "/creators/{handle}/tasks",
    auth=needs(READ),
    response=TasksOut,
    summary="The progress and awards of a creator",
)
def get_tasks(request: PlatformRequest, handle: str) -> dict[str, Any]:
    """Every programme that is open to the creator, with each condition, and its awards."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    take = queries.find_current_take()
    rows = queries.list_awards().filter(creator_id=space.party_id, agency=None)
    return {
        "as_of": take.as_of if take else None,
        "programmes": [
            _programme(each) for each in queries.boards_of_creator(space.party_id, at=clock.now())
        ],
        "awards": [_award(each) for each in rows.order_by("-period", "-pk")[:100]],
    }


@router.get(
    "/staff/programmes",
    auth=needs(STAFF),
    response=list[CardOut],
    summary="The budget cards of programmes",
)
def list_programmes(request: PlatformRequest) -> list[dict[str, Any]]:
    """Every programme in force or announced: planned, budget, claimed, spent, still possible."""
    people.access_staff(actor=request.actor, to="view")
    check_party(request, kind="staff", party_id=0)
    return [_card(each) for each in queries.list_cards(at=clock.now())]


def _card(card: queries.ProgrammeCard) -> dict[str, Any]:
    currency, row = card.programme.currency, card.card

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money.of(minor, currency)

    return {
        "programme": card.programme.id,
        "name": card.name,
        "state": card.state.name,
        "rules_version": card.rules.number,
        "month": card.take.period if card.take else None,
        "planned": money(card.planned_minor),
        "planned_traffic_units": card.planned_units,
        "budget": money(card.budget.budget_minor) if card.budget else None,
        "claimed": money(row.claims_minor) if row else None,
        "spent": money(row.spent_minor) if row else None,
        "remaining": money(row.remaining_minor) if row else None,
        "is_scaled": bool(row and row.is_scaled),
        "approved_so_far": money(card.spent_minor),
        "exposure_units": card.exposure_units,
        "retained": card.retained,
        "cost_per_retained": money(card.cost_minor),
        "liability_low": money(row.low_minor) if row else None,
        "liability_on_pace": money(row.on_pace_minor) if row else None,
        "liability_high": money(row.high_minor) if row else None,
        "subjects": card.states,
    }


def _programme(board: queries.Board) -> dict[str, Any]:
    return {
        "programme": board.programme.id,
        "name": board.name,
        "state": board.state.name,
        "rules_version": board.rules.number,
        "standing": board.standing.name if board.standing else None,
        "ways": [_way(each) for each in board.ways],
    }


def _way(way: queries.Way) -> dict[str, Any]:
    row = way.row
    return {
        "milestone": row.milestone,
        "state": way.state.name,
        "why": str(way.state.why),
        "first_date": row.starts_date,
        "last_date": way.last_date,
        "reward": Money.of(row.reward_minor, row.currency),
        "traffic_units": row.traffic_units,
        "conditions": [
            {"counter": each.counter, "have": each.have, "need": each.need, "missing": each.missing}
            for each in way.bars
        ],
    }


def _award(award: Any) -> dict[str, Any]:
    return {
        "programme": award.programme_id,
        "month": award.period,
        "state": queries.state_of_award(award).name,
        "claim": Money.of(award.claim_minor, award.currency),
        "award": Money.of(award.award_minor, award.currency),
        "traffic_units": award.traffic_units,
        "is_final": award.is_final,
    }
