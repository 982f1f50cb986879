"""Opening a shop or an agency: one form each, then the workspace."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import forms, operations
from wavepool.domains.people.views.answers import form_page, submit
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("signed_in", write="view")
def shop(request: PlatformRequest) -> HttpResponseBase:
    """Name, address and currency of a new shop."""
    form = forms.ShopForm(request.POST or None)

    def act() -> None:
        operations.open_shop(actor=request.actor, as_of=clock.now(), **form.cleaned_data)

    if request.method == "POST" and submit(request, form, act, done=_("Your shop is open.")):
        return redirect("people.merchant", form.cleaned_data["slug"].lower())
    return form_page(
        request,
        form,
        frame="public",
        title=_("Open a shop"),
        lead=_("Goods, plans and permits come next. The address and the currency stay."),
        button=_("Open my shop"),
    )


@access("signed_in", write="view")
def agency(request: PlatformRequest) -> HttpResponseBase:
    """Name and address of a new agency."""
    form = forms.AgencyForm(request.POST or None)

    def act() -> None:
        operations.open_agency(actor=request.actor, as_of=clock.now(), **form.cleaned_data)

    if request.method == "POST" and submit(request, form, act, done=_("Your agency is open.")):
        return redirect("people.agency", form.cleaned_data["slug"].lower())
    return form_page(
        request,
        form,
        frame="public",
        title=_("Open an agency"),
        lead=_("Propose contracts and introduce anchors once your licence is verified."),
        button=_("Open my agency"),
    )
