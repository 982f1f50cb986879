"""Permits: handed in by a merchant, reviewed by staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.catalog import forms, operations, queries
from wavepool.domains.catalog.views.lists import choices
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("merchant")
def permits(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """What the shop may sell, and until when."""
    rows = queries.permits_of_shop(request.workspace.party_id)
    page = read_list(
        request,
        rows,
        columns=(_kind(), _number(), *_dates(), _scan(), _state()),
        filters=(_state_filter(),),
        sort="-sent",
    )
    return respond(request, page, "catalog/permits.html", {"shop": shop}, export=export)


@access("merchant", read="operate")
def new_permit(request: PlatformRequest, shop: str) -> HttpResponse:
    """Hand in a permit for review."""
    form = forms.PermitForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.submit_permit(
                shop_id=request.workspace.party_id,
                actor=request.actor,
                as_of=clock.now(),
                **form.cleaned_data,
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Handed in. Staff look at it next."))
            return redirect("catalog.permits", shop)
    status = 422 if form.errors else 200
    return render(request, "catalog/permit_new.html", {"shop": shop, "form": form}, status=status)


@access("staff")
def permits_to_review(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Permits of all shops, the oldest first."""
    page = read_list(
        request,
        queries.every_permit(),
        columns=(
            _kind(href=lambda permit: reverse("catalog.permit", args=[permit.public_id])),
            Column(name="shop", label=gettext_lazy("Shop"), value=lambda each: each.shop.name),
            _number(),
            *_dates(),
            _state(),
        ),
        filters=(_state_filter(),),
        sort="sent",
    )
    return respond(request, page, "catalog/permits_staff.html", {}, export=export)


@access("staff")
def permit(request: PlatformRequest, permit: str) -> HttpResponse:
    """One permit, to approve, refuse or revoke."""
    return _permit_page(request, queries.get_permit(permit), forms.ReasonForm())


@access("staff")
@require_POST
def review_permit(request: PlatformRequest, permit: str, to: str) -> HttpResponse:
    """Decide about a permit; a refusal and a revocation say why."""
    found = queries.get_permit(permit)
    decision: dict[str, Any] = {"public_id": permit, "actor": request.actor, "as_of": clock.now()}
    form = forms.ReasonForm(request.POST)
    try:
        if to == "approve":
            operations.approve_permit(**decision)
        elif not form.is_valid():
            return _permit_page(request, found, form)
        elif to == "refuse":
            operations.refuse_permit(why=form.cleaned_data["why"], **decision)
        else:
            operations.revoke_permit(why=form.cleaned_data["why"], **decision)
    except (operations.PermitDecided, operations.PermitExpired) as error:
        messages.error(request, str(error.message))
    return redirect("catalog.permit", permit)


def _permit_page(request: PlatformRequest, permit: Any, form: Any) -> HttpResponse:
    context = {
        "permit": permit,
        "state": queries.permit_state(permit, on=clock.now().date()),
        "form": form,
        "needing": queries.items_that_need(permit.kind, shop_id=permit.shop_id).count(),
    }
    status = 422 if form.errors else 200
    return render(request, "catalog/permit.html", context, status=status)


def _kind(href: Any = None) -> Column:
    return Column(
        name="kind",
        label=gettext_lazy("Permit"),
        value=lambda permit: permit.get_kind_display(),
        href=href,
    )


def _number() -> Column:
    return Column(name="number", label=gettext_lazy("Number"), kind="code")


def _dates() -> tuple[Column, Column]:
    return (
        Column(
            name="expires_date", label=gettext_lazy("Expires"), kind="date", sort="expires_date"
        ),
        Column(
            name="sent",
            label=gettext_lazy("Handed in"),
            kind="time",
            value=lambda permit: permit.submitted_at,
            sort="pk",
        ),
    )


def _scan() -> Column:
    return Column(
        name="document",
        label=gettext_lazy("Scan"),
        value=lambda permit: _("Download") if permit.document else _("None was sent"),
        href=lambda permit: (
            reverse("files.download", args=[permit.document]) if permit.document else None
        ),
    )


def _state() -> Column:
    return Column(
        name="state",
        label=gettext_lazy("State"),
        kind="badge",
        value=lambda permit: queries.permit_state(permit, on=clock.now().date()),
    )


def _state_filter() -> Filter:
    return Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=choices(queries.permit_state_choices()),
    )
