"""Claiming accounts of an older platform."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, here, submit
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest


def claims(request: PlatformRequest) -> HttpResponseBase:
    """Old accounts: those that fit, a claim by code, and earlier claims."""
    form = forms.ClaimForm(request.POST or None)

    def act() -> None:
        operations.claim_by_code(
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
            **form.cleaned_data,
        )

    done = _("The account is yours, with its history and level.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "claims"))
    context = {
        "form": form,
        "matching": queries.list_matching_accounts(request.workspace.party_id),
        "claims": queries.list_claims(request.workspace.party_id),
        "platforms": queries.list_platforms(),
    }
    return render(request, "people/claims.html", context, status=422 if form.errors else 200)


@require_POST
def claim_matching(request: PlatformRequest, old_account_id: int) -> HttpResponseBase:
    """Claim an account that the verified identity fits."""
    return carry_out(
        request,
        lambda: operations.claim_by_identity(
            creator_id=request.workspace.party_id,
            old_account_id=old_account_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("The account is yours, with its history and level."),
        to=here(request, "claims"),
    )


def dispute(request: PlatformRequest) -> HttpResponseBase:
    """Say that somebody else claimed one's account."""
    form = forms.DisputeForm(request.POST or None)

    def act() -> None:
        operations.dispute_claim(
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
            **form.cleaned_data,
        )

    done = _("The dispute is open; staff decide and write to you.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "claims"))
    return form_page(
        request,
        form,
        title=_("Open a dispute"),
        lead=_("Somebody claimed an account that is yours. Staff look at what both of you show."),
        button=_("Open the dispute"),
        back=here(request, "claims"),
    )
