"""The homes of the four workspaces: what there is to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.views.answers import here
from wavepool.plumbing import clock
from wavepool.plumbing.homes import cards_of
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import Step


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of a home: how many wait, for what, and where."""

    count: int
    title: str | Promise
    href: str


@access("studio")
def studio(request: PlatformRequest, handle: str) -> HttpResponse:
    """A creator's home: the checklist, and what waits for an answer."""
    at = clock.now()
    workspace = request.workspace
    creator = queries.get_creator(handle)
    journey = queries.journey_of(creator, at=at)
    todos = (
        ToDo(
            queries.count_awaiting(side="creator", party_id=workspace.party_id),
            _("Contracts that wait for your answer"),
            here(request, "contracts"),
        ),
        ToDo(
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
        "todos": [each for each in todos if each.count],
    }
    return render(request, "people/studio.html", context)


def merchant(request: PlatformRequest) -> HttpResponse:
    """A merchant's home: who is here, and whether the shop can be paid."""
    return render(request, "people/organisation.html", _organisation(request, "shop"))


def agency(request: PlatformRequest) -> HttpResponse:
    """An agency's home: its roster and what waits for an answer."""
    party_id = request.workspace.party_id
    todos = [
        ToDo(
            queries.count_awaiting(side="agency", party_id=party_id),
            _("Contracts that wait for your answer"),
            here(request, "contracts"),
        )
    ]
    context = _organisation(request, "agency")
    roster = ToDo(
        queries.count_roster(party_id), _("Creators under contract"), here(request, "roster")
    )
    context |= {"todos": [each for each in todos if each.count], "roster": roster}
    return render(request, "people/organisation.html", context)


@access("staff")
def staff(request: PlatformRequest) -> HttpResponse:
    """The operator's home: what waits for a decision."""
    waiting = (
        ToDo(
            queries.count_in_review(),
            _("Identities in review"),
            reverse("people.staff.verifications"),
        ),
        ToDo(
            queries.list_objected_unbindings().count(),
            _("Objections to the end of a contract"),
            reverse("people.staff.decisions"),
        ),
        ToDo(
            queries.list_objected_introductions().count(),
            _("Objections to introductions"),
            reverse("people.staff.decisions"),
        ),
        ToDo(
            queries.list_disputes().count(),
            _("Disputes of old accounts"),
            reverse("people.staff.decisions"),
        ),
    )
    return render(request, "people/staff.html", {"waiting": waiting})


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


def _organisation(request: PlatformRequest, party: str) -> dict[str, object]:
    party_id = request.workspace.party_id
    at = clock.now()
    verification = queries.list_verifications(party=party, party_id=party_id).first()
    badge = verification and queries.badge_of_verification(verification, at=at)
    return {
        "figures": cards_of(request.workspace, at=at),
        "members": queries.list_members(party=party, party_id=party_id).count(),
        "invitations": len(queries.list_open_invitations(party=party, party_id=party_id, at=at)),
        "identity": badge or None,
    }
