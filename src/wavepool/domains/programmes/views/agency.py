"""The annual frame of an agency: the grid, its anchors, and each anchor's own page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.people import operations as people_operations
from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.forms import ContestForm
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

STATES = (
    Choice("claimed", _("Waiting for the anchor")),
    Choice("won", _("Confirmed")),
    Choice("objected", _("Objection under review")),
    Choice("refused", _("Refused")),
    Choice("withdrawn", _("Withdrawn")),
)


@access("agency", read="finance")
@require_GET
def frame(request: PlatformRequest, org: str, export: str = "") -> HttpResponseBase:
    """The grid with the agency's place in it, and every anchor that it introduced."""
    agency_id = request.workspace.party_id
    assert agency_id is not None
    latest = queries.find_board()
    page = read_list(
        request,
        people.list_introductions_with_rivals(agency_id),
        columns=_columns(latest, agency_id=agency_id, org=org),
        filters=(
            Filter(
                name="state",
                label=_("Introduction"),
                apply=lambda found, state: found.filter(state=state),
                choices=STATES,
            ),
        ),
        sort="-introduced",
    )
    context = {"latest": latest} if latest is None else _standing(latest, agency_id)
    return respond(request, page, "programmes/agency_frame.html", context, export=export)


@access("agency", read="finance")
@require_GET
def anchor(request: PlatformRequest, org: str, introduction_id: int) -> HttpResponse:  # noqa: ARG001
    """One introduced anchor: what counts, what is missing, and how to object."""
    return _anchor_page(request, introduction_id, ContestForm())


@access("agency", read="finance", write="own")
@require_POST
def contest(request: PlatformRequest, org: str, introduction_id: int) -> HttpResponse:
    """Object to the introduction of another agency that won the anchor; staff decide."""
    row = _own(request, introduction_id)
    form = ContestForm(request.POST)
    if not form.is_valid():
        return _anchor_page(request, introduction_id, form)
    try:
        people_operations.contest_introduction(
            agency_id=row.agency_id,
            creator_id=row.creator_id,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            as_of=clock.now(),
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Objected. Staff compare the evidence and decide."))
    return redirect("programmes.agency_anchor", org, introduction_id)


@card_of("agency")
def frame_card(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """The frame so far and what the next bracket takes, for whom may see money."""
    if not workspace.can_finance:
        return
    latest = queries.find_board()
    if latest is None:
        return
    place, grid = latest.place_of(workspace.party_id), queries.grid_of(latest, workspace.party_id)
    hint = gettext("The last bracket is reached.")
    if grid.steps:
        missing = grid.steps[0].missing
        words = ngettext(
            "Next bracket in %(count)d anchor", "Next bracket in %(count)d anchors", missing
        )
        hint = words % {"count": missing}
    yield HomeCard(
        label=_("Annual frame"),
        value=(place.frame_minor, latest.programme.currency),
        hint=hint,
        href=reverse("programmes.agency_frame", args=[workspace.slug]),
    )


def _own(request: PlatformRequest, introduction_id: int) -> Any:
    assert request.workspace.party_id is not None
    return people.access_introduction(introduction_id, agency_id=request.workspace.party_id)


def _anchor_page(request: PlatformRequest, introduction_id: int, form: ContestForm) -> HttpResponse:
    row, latest = _own(request, introduction_id), queries.find_board()
    found = queries.anchor_of(latest, agency_id=row.agency_id, creator_id=row.creator_id)
    context = {
        "introduction": row,
        "anchor": found,
        "latest": latest,
        "state": queries.frame_state(row, found, zone=queries.zone_at(clock.now())),
        "can_contest": bool(row.rival) and request.workspace.can_own,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "programmes/agency_anchor.html", context, status=status)


def _standing(latest: queries.LatestBoard, agency_id: int) -> dict[str, Any]:
    """The grid and the sums above the list."""
    programme, place = latest.programme, latest.place_of(agency_id)
    base = latest.board.base
    return {
        "latest": latest,
        "name": queries.programme_name(programme),
        "currency": programme.currency,
        "place": place,
        "growth_minor": max(place.frame_minor - place.claimed_minor, 0),
        "grid": queries.grid_of(latest, agency_id),
        "claims": latest.board.claims.get(agency_id, ()),
        "base": base.schedule if base else None,
        "base_sum": sum(
            minor for (of, _who), (_month, minor) in latest.board.paid.items() if of == agency_id
        ),
        "from_date": queries.first_day_of(programme),
        "last_date": queries.last_day_of(programme),
    }


def _columns(latest: queries.LatestBoard | None, *, agency_id: int, org: str) -> tuple[Column, ...]:
    def anchor_of(row: Any) -> queries.Anchor:
        return queries.anchor_of(latest, agency_id=agency_id, creator_id=row.creator_id)

    zone = queries.zone_at(clock.now())
    name = Column(
        name="anchor",
        label=_("Anchor"),
        value=lambda row: row.creator.name,
        href=lambda row: reverse("programmes.agency_anchor", args=[org, row.pk]),
        sort="creator__name",
    )
    state = Column(
        name="state",
        label=_("State"),
        kind="badge",
        value=lambda row: queries.frame_state(row, anchor_of(row), zone=zone),
    )
    introduced = Column(
        name="introduced",
        label=_("Introduced"),
        kind="date",
        value=lambda row: row.introduced_at.date(),
        sort="introduced_at",
    )
    evidence = Column(name="evidence", label=_("Evidence"), is_in_files_only=True)
    currency = latest.programme.currency if latest else ""
    return name, state, *_figures(anchor_of, currency), introduced, evidence


def _figures(anchor_of: Callable[[Any], queries.Anchor], currency: str) -> tuple[Column, ...]:
    """What the frame says of each anchor."""

    def money(minor: int | None) -> tuple[int, str] | None:
        return (minor, currency) if minor else None

    def base(row: Any) -> tuple[int, str] | None:
        paid = anchor_of(row).base
        return money(paid[1]) if paid else None

    return (
        Column(name="grade", label=_("Grade"), value=lambda row: anchor_of(row).grade),
        Column(
            name="best_month",
            label=_("Best month"),
            kind="money",
            value=lambda row: money(anchor_of(row).best_month_minor),
            hint=_("Received sales of the natural month that had most."),
        ),
        Column(
            name="to_next_grade",
            label=_("To the next grade"),
            kind="money",
            value=lambda row: money(anchor_of(row).next_missing_minor),
            hint=_("So much more received sales in one month lifts the anchor one grade up."),
        ),
        Column(name="missing", label=_("Missing"), value=lambda row: _missing_text(anchor_of(row))),
        Column(
            name="until",
            label=_("Until"),
            kind="date",
            value=lambda row: anchor_of(row).last_date,
            is_in_files_only=True,
        ),
        Column(name="base", label=_("Base reward"), kind="money", value=base),
    )


def _missing_text(anchor: queries.Anchor) -> str:
    """The conditions that are open, shortly; money stands on the anchor's own page."""
    parts = [
        str(each.label) if each.is_money else f"{each.label}: {each.have} / {each.need}"
        for each in anchor.missing
    ]
    return " · ".join(parts)
