"""Introductions: the agency's list, the anchor's answer."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, here, submit
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest

STATES = (
    Choice("claimed", _("Waiting for the anchor")),
    Choice("won", _("Confirmed")),
    Choice("objected", _("Objection under review")),
    Choice("refused", _("Refused")),
    Choice("withdrawn", _("Withdrawn")),
)


def introductions(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Anchors that the agency says it brought."""
    rows = queries.list_introductions(side="agency", party_id=request.workspace.party_id)
    page = read_list(
        request,
        rows,
        columns=(
            Column(
                name="creator",
                label=_("Anchor"),
                value=lambda row: row.creator.name,
                sort="creator__name",
            ),
            Column(name="introduced_at", label=_("Introduced"), kind="time", sort="introduced_at"),
            Column(
                name="state", label=_("State"), kind="badge", value=queries.badge_of_introduction
            ),
            Column(name="evidence", label=_("Evidence")),
            Column(name="claimed_at", label=_("Reported"), kind="time", sort="claimed_at"),
        ),
        filters=(
            Filter(
                name="state",
                label=_("State"),
                apply=lambda found, state: found.filter(state=state),
                choices=STATES,
            ),
        ),
        sort="-claimed_at",
    )
    return respond(request, page, "people/introductions.html", {}, export=export)


def introduce(request: PlatformRequest) -> HttpResponseBase:
    """Report an introduction."""
    form = forms.IntroductionForm(request.POST or None)

    def act() -> None:
        creator = queries.get_creator(form.cleaned_data["handle"])
        operations.claim_introduction(
            agency_id=request.workspace.party_id,
            creator_id=creator.pk,
            evidence=form.cleaned_data["evidence"],
            introduced_at=form.introduced_at(),
            actor=request.actor,
            as_of=clock.now(),
        )

    done = _("Reported. The anchor confirms it or objects.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "introductions"))
    return form_page(
        request,
        form,
        title=_("Report an introduction"),
        lead=_("One agency wins each anchor, once for a life; evidence decides."),
        button=_("Report it"),
        back=here(request, "introductions"),
    )


@require_POST
def confirm(request: PlatformRequest, introduction_id: int) -> HttpResponseBase:
    """The anchor confirms who brought it."""
    return carry_out(
        request,
        lambda: operations.confirm_introduction(
            introduction_id=introduction_id,
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Confirmed."),
        to=here(request, "contracts"),
    )


@require_POST
def object_to(request: PlatformRequest, introduction_id: int) -> HttpResponseBase:
    """The anchor objects."""
    reason = request.POST.get("reason", "").strip()[:1000] or gettext("No reason given.")
    return carry_out(
        request,
        lambda: operations.object_to_introduction(
            introduction_id=introduction_id,
            creator_id=request.workspace.party_id,
            reason=reason,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Objected; staff decide."),
        to=here(request, "contracts"),
    )
