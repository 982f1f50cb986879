"""Tasks of a creator: how far each reward is, what is missing until when, what was granted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.plumbing import clock
from wavepool.plumbing.homes import HomeCard, HomeToDo, card_of, todo_of
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_AWARDS_SHOWN: Final = 24


@access("studio", read="finance")
@require_GET
def studio_tasks(request: PlatformRequest, handle: str) -> HttpResponse:  # noqa: ARG001
    """Every programme that is open to the creator, and its awards so far."""
    now, creator_id = clock.now(), request.workspace.party_id
    creator = people.get_creator_by_id(creator_id)
    boards = queries.boards_of_creator(creator_id, at=now)
    rules = queries.find_rules(at=now)
    rows = queries.list_awards().filter(creator_id=creator_id, agency=None)
    awards = [
        queries.view_award(each, rules) for each in rows.order_by("-period", "-pk")[:_AWARDS_SHOWN]
    ]
    context: dict[str, Any] = {
        "take": queries.find_current_take(),
        "boards": boards,
        "near": [way for board in boards for way in board.ways if way.is_near],
        "awards": awards,
        "is_verified": creator.person is not None,
    }
    return render(request, "programmes/studio_tasks.html", context)


@card_of("studio")
def tasks_card(workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """The nearest reward of a creator that is still open."""
    ways = _running(workspace, at)
    if not ways:
        return
    nearest = max(ways, key=lambda way: (way.part_ppm, -way.row.pk))
    hint = _("%(part)d%% of the conditions are there, %(days)d days are left") % {
        "part": nearest.part_ppm // 10_000,
        "days": nearest.days_left,
    }
    yield HomeCard(
        label=_("Next reward"),
        value=(nearest.row.reward_minor, nearest.row.currency),
        hint=hint,
        href=reverse("programmes.studio_tasks", args=[workspace.slug]),
    )


@todo_of("studio")
def near_rewards(workspace: Any, at: datetime) -> Iterator[HomeToDo]:
    """Rewards for which one condition is missing and the window ends within a week."""
    near = [way for way in _running(workspace, at) if way.is_near]
    href = reverse("programmes.studio_tasks", args=[workspace.slug])
    yield HomeToDo(len(near), _("Rewards one step away"), href)


def _running(workspace: Any, at: datetime) -> list[queries.Way]:
    take = queries.find_current_take() if workspace.can_finance else None
    if take is None:
        return []
    ways = queries.ways_of_creator(take, workspace.party_id, at=at)
    return [way for way in ways if way.state.name == "in_progress"]
