"""A creator's tracked links: made, printed, ended; discount codes beside them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.events import forms, operations, queries
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("studio")
def links(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Every link of the creator."""
    page = read_list(
        request,
        queries.links_of_creator(request.workspace.party_id),
        columns=(
            Column(
                name="name",
                label=gettext_lazy("Link"),
                href=lambda row: reverse("events.link", args=[handle, row.public_id]),
            ),
            Column(name="code", label=gettext_lazy("Code"), kind="code"),
            Column(
                name="medium",
                label=gettext_lazy("Shown"),
                value=lambda row: row.get_medium_display(),
            ),
            Column(
                name="item",
                label=gettext_lazy("Leads to"),
                value=lambda row: row.item.title if row.item else _("The piece"),
            ),
            Column(name="created_at", label=gettext_lazy("Made"), kind="time", sort="pk"),
            Column(
                name="state", label=gettext_lazy("State"), kind="badge", value=queries.link_state
            ),
        ),
        sort="-created_at",
    )
    return respond(request, page, "events/links.html", {"handle": handle}, export=export)


@access("studio", read="operate")
def new_link(request: PlatformRequest, handle: str) -> HttpResponse:
    """Make a link."""
    form = forms.LinkForm(request.POST or None, creator_id=request.workspace.party_id)
    if request.method == "POST" and form.is_valid():
        try:
            link = operations.make_link(
                creator_id=request.workspace.party_id,
                **form.cleaned_data,
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Made. Share the address or print the code."))
            return redirect("events.link", handle, link.public_id)
    context = {"handle": handle, "form": form}
    status = 422 if form.errors else 200
    return render(request, "events/link_new.html", context, status=status)


@access("studio")
def link(request: PlatformRequest, handle: str, link: str) -> HttpResponse:
    """One link: its address, its printed form, its discount codes."""
    return _page(request, handle, _find(request, link), forms.CodeForm())


@access("studio")
def qr(request: PlatformRequest, handle: str, link: str) -> HttpResponse:
    """The link's QR code as a file, to be printed in any size."""
    del handle
    found = _find(request, link)
    answer = HttpResponse(queries.qr_svg(_address(request, found)), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.svg"'
    return answer


@access("studio")
@require_POST
def add_code(request: PlatformRequest, handle: str, link: str) -> HttpResponse:
    """Give the link a discount code."""
    found, form = _find(request, link), forms.CodeForm(request.POST)
    if form.is_valid():
        try:
            operations.add_code(
                public_id=link,
                creator_id=request.workspace.party_id,
                code=form.cleaned_data["code"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect("events.link", handle, link)
    return _page(request, handle, found, form)


@access("studio")
@require_POST
def end_link(request: PlatformRequest, handle: str, link: str) -> HttpResponse:
    """End a link and its codes."""
    try:
        operations.end_link(
            public_id=link,
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
        messages.success(request, _("Ended."))
    except operations.LinkFinished as error:
        messages.error(request, str(error.message))
    return redirect("events.link", handle, link)


def _find(request: PlatformRequest, link: str) -> Any:
    return queries.access_link(link, creator_id=request.workspace.party_id)


def _address(request: PlatformRequest, link: Any) -> str:
    return request.build_absolute_uri(reverse("events.go", args=[link.code]))


def _page(request: PlatformRequest, handle: str, link: Any, form: Any) -> HttpResponse:
    address = _address(request, link)
    context = {
        "handle": handle,
        "link": link,
        "state": queries.link_state(link),
        "address": address,
        "qr": queries.qr_svg(address),
        "codes": queries.list_codes(link),
        "form": form,
    }
    return render(request, "events/link.html", context, status=422 if form.errors else 200)
