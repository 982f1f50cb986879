"""The homes of the four workspaces: what there is to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.views.answers import here
from wavepool.plumbing import clock
from wavepool.plumbing.homes import HomeToDo, cards_of, sections_of, todos_of
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import Step


@access("studio")
def studio(request: PlatformRequest, handle: str) -> HttpResponse:
    """A creator's home: the checklist, and what waits for an answer."""
    at = clock.now()
    workspace = request.workspace
    creator = queries.get_creator(handle)
    journey = queries.journey_of(creator, at=at)
    todos = (
        HomeToDo(
            queries.count_awaiting(side="creator", party_id=workspace.party_id),
            _("Contracts that wait for your answer"),
            here(request, "contracts"),
        ),
        HomeToDo(
            queries.count_open_introductions(workspace.party_id),
            _("Agencies that say they brought you here"),
            here(request, "contracts"),
        ),
    )
    context = {
        "creator": creator,
        "figures": cards_of(workspace, at=at),
        "journey": journey,
        "steps": steps_of(request, journey),
        "restrictions": [
            queries.badge_of_restriction(each)
            for each in queries.restrictions_in_force(creator.pk, at=at)
        ],
        "todos": [each for each in (*todos, *todos_of(workspace, at=at)) if each.count],
        "sections": sections_of(workspace, at=at),
    }
    return render(request, "people/studio.html", context)


def merchant(request: PlatformRequest) -> HttpResponse:
    """A merchant's home: who is here, and whether the shop can be paid."""
    return render(request, "people/organisation.html", _organisation(request, "shop"))


def agency(request: PlatformRequest) -> HttpResponse:
    """An agency's home: its roster and what waits for an answer."""
    party_id = request.workspace.party_id
    todos = [
        HomeToDo(
            queries.count_awaiting(side="agency", party_id=party_id),
            _("Contracts that wait for your answer"),
            here(request, "contracts"),
        )
    ]
    context = _organisation(request, "agency")
    roster = HomeToDo(
        queries.count_roster(party_id), _("Creators under contract"), here(request, "roster")
    )
    todos += context["todos"]
    context |= {"todos": [each for each in todos if each.count], "roster": roster}
    return render(request, "people/organisation.html", context)


@access("staff")
def staff(request: PlatformRequest) -> HttpResponse:
    """The operator's home: what waits for a decision."""
    waiting = (
        HomeToDo(
            queries.count_in_review(),
            _("Identities in review"),
            reverse("people.staff.verifications"),
        ),
        HomeToDo(
            queries.list_objected_unbindings().count(),
            _("Objections to the end of a contract"),
            reverse("people.staff.decisions"),
        ),
        HomeToDo(
            queries.list_objected_introductions().count(),
            _("Objections to introductions"),
            reverse("people.staff.decisions"),
        ),
        HomeToDo(
            queries.list_disputes().count(),
            _("Disputes of old accounts"),
            reverse("people.staff.decisions"),
        ),
    )
    at = clock.now()
    context = {
        "waiting": (*waiting, *todos_of(request.workspace, at=at)),
        "figures": cards_of(request.workspace, at=at),
        "sections": sections_of(request.workspace, at=at),
    }
    return render(request, "people/staff.html", context)


def steps_of(request: PlatformRequest, journey: queries.Journey) -> list[Step]:
    """The checklist as its component shows it."""
    first = journey.next
    return [
        Step(
            title=each.title,
            state="done" if each.is_done else "now" if each is first else "next",
            text=_("In review; we write to you.") if each.state == "waiting" else each.text,
            href=reverse(each.route, args=[request.workspace.slug]),
        )
        for each in journey.steps
    ]


def _organisation(request: PlatformRequest, party: str) -> dict[str, Any]:
    party_id = request.workspace.party_id
    at = clock.now()
    verification = queries.list_verifications(party=party, party_id=party_id).first()
    badge = verification and queries.badge_of_verification(verification, at=at)
    return {
        "figures": cards_of(request.workspace, at=at),
        "todos": list(todos_of(request.workspace, at=at)),
        "sections": sections_of(request.workspace, at=at),
        "members": queries.list_members(party=party, party_id=party_id).count(),
        "invitations": len(queries.list_open_invitations(party=party, party_id=party_id, at=at)),
        "identity": badge or None,
    }
