"""Holds as the creator sees them: why, with which evidence, until when, and the appeal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.risk import forms, operations, queries
from wavepool.domains.risk.views.showing import FILTERS, columns
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("studio", read="finance")
def studio_holds(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Money of this creator that is held, or was."""

    def to_hold(hold: Any) -> str:
        return reverse("risk.studio_hold", args=[handle, hold.public_id])

    page = read_list(
        request,
        queries.holds_of_creator(request.workspace.party_id),
        columns=columns(to_hold),
        filters=FILTERS,
        sort="-until",
    )
    held = {} if export else queries.held_of_creator(request.workspace.party_id)
    context = {"handle": handle, "held": list(held.items())}
    return respond(request, page, "risk/studio_holds.html", context, export=export)


@access("studio", read="finance", write="finance")
def studio_hold(request: PlatformRequest, handle: str, hold: str) -> HttpResponse:
    """One hold, and the appeal."""
    creator_id = request.workspace.party_id
    found = queries.access_hold(hold, creator_id=creator_id)
    form = forms.AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.appeal_hold(
                public_id=hold,
                creator_id=creator_id,
                text=form.cleaned_data["text"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Sent. Another person of the team decides."))
            return redirect("risk.studio_hold", handle=handle, hold=hold)
    context = {
        "handle": handle,
        "hold": found,
        "state": queries.state_of_hold(found),
        "rule": queries.rule_label(found),
        "proofs": queries.proofs_of(found, with_names=False),
        "events": queries.events_of(found),
        "form": form,
        "can_appeal": queries.can_appeal(found, workspace=request.workspace, at=clock.now()),
    }
    return render(request, "risk/studio_hold.html", context, status=422 if form.errors else 200)


@card_of("studio")
def money_held(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """What is held; without it the home says nothing about health, so it never says too much."""
    if not workspace.can_finance:
        return
    for currency, sum_minor in queries.held_of_creator(workspace.party_id).items():
        yield HomeCard(
            label=gettext_lazy("Money held"),
            value=(sum_minor, currency),
            hint=gettext_lazy("Parked with cause and evidence; you can appeal"),
            href=reverse("risk.studio_holds", args=[workspace.slug]),
        )
