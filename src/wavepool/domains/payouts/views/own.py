"""What creators, agencies and shops see of their own payouts, and where they are paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from wavepool.domains.payouts import forms, operations, queries
from wavepool.domains.payouts.views import lists
from wavepool.domains.people import queries as people
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_PARTY_OF: Final = {"studio": "creator", "agency": "agency", "merchant": "shop"}


@access("studio", read="finance")
def studio_payouts(request: PlatformRequest, handle: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What is due to whoever is paid for the creator, and everything that was paid."""
    return _payouts(request, export=export)


@access("agency", read="finance")
def agency_payouts(request: PlatformRequest, org: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What is due to the agency, and everything that was paid."""
    return _payouts(request, export=export)


@access("merchant", read="finance")
def merchant_payouts(request: PlatformRequest, shop: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What is due to the shop as its own host, and everything that was paid."""
    return _payouts(request, export=export)


@access("studio", read="finance")
@require_GET
def studio_payout(request: PlatformRequest, handle: str, payout: str) -> HttpResponse:  # noqa: ARG001
    """One payout: its way, the statements that it pays, and what helps where it failed."""
    return _payout(request, payout)


@access("agency", read="finance")
@require_GET
def agency_payout(request: PlatformRequest, org: str, agency_payout: str) -> HttpResponse:  # noqa: ARG001
    """One payout of the agency."""
    return _payout(request, agency_payout)


@access("merchant", read="finance")
@require_GET
def merchant_payout(request: PlatformRequest, shop: str, shop_payout: str) -> HttpResponse:  # noqa: ARG001
    """One payout of the shop."""
    return _payout(request, shop_payout)


@access("studio", read="finance", write="own")
def studio_account(request: PlatformRequest, handle: str) -> HttpResponse:  # noqa: ARG001
    """Where whoever is paid for the creator is paid."""
    return _account(request)


@access("agency", read="finance", write="own")
def agency_account(request: PlatformRequest, org: str) -> HttpResponse:  # noqa: ARG001
    """Where the agency is paid."""
    return _account(request)


@access("merchant", read="finance", write="own")
def merchant_account(request: PlatformRequest, shop: str) -> HttpResponse:  # noqa: ARG001
    """Where the shop is paid."""
    return _account(request)


@card_of("studio", "agency")
def next_payout_cards(workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """What would be paid next, for a home whose reader may see money."""
    if not workspace.can_finance:
        return
    payee_id = _payee_id(workspace, at)
    href = reverse(f"payouts.{workspace.kind}_payouts", args=[workspace.slug])
    if payee_id is None:
        return
    for currency in queries.currencies_of(payee_id):
        due = queries.what_is_due(payee_id=payee_id, currency=currency, at=at)
        hint: Any = gettext_lazy("What a batch would pay you now.")
        if due.open_payout is not None:
            hint = gettext_lazy("On its way to you.")
        elif due.reasons:
            hint = due.reasons[0].text
        value = (due.open_payout.amount_minor if due.open_payout else due.due_minor, currency)
        yield HomeCard(label=gettext_lazy("Next payout"), value=value, hint=hint, href=href)


def _payouts(request: PlatformRequest, *, export: str) -> HttpResponseBase:
    now, space = clock.now(), request.workspace
    payee_id = _payee_id(space, now)
    page = read_list(
        request,
        queries.payouts_of_payee(payee_id).prefetch_related("parts"),
        columns=lists.own_columns(f"payouts.{space.kind}_payout", space.slug),
        filters=(lists.payout_state_filter(),),
        sort="-planned",
    )
    if export:
        return respond(request, page, "", {}, export=export)
    context = {
        "has_payee": payee_id is not None,
        "dues": _dues(payee_id, now),
        "account_href": reverse(f"payouts.{space.kind}_account", args=[space.slug]),
        "payout_route": f"payouts.{space.kind}_payout",
    }
    return respond(request, page, "payouts/own_payouts.html", context)


def _payout(request: PlatformRequest, public_id: str) -> HttpResponse:
    space = request.workspace
    payee_id = _payee_id(space, clock.now())
    found = queries.get_payout(public_id, payee_id=payee_id or 0)
    context = {
        "payout": found,
        "state": queries.payout_state(found),
        "steps": queries.payout_steps(found),
        "cure": queries.cure_of(found),
        "parts": lists.shown_parts(found, space),
        "back": reverse(f"payouts.{space.kind}_payouts", args=[space.slug]),
        "account_href": reverse(f"payouts.{space.kind}_account", args=[space.slug]),
    }
    return render(request, "payouts/own_payout.html", context)


def _account(request: PlatformRequest) -> HttpResponse:
    now, space = clock.now(), request.workspace
    form = forms.AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_account(
                party=_PARTY_OF[space.kind],
                party_id=space.party_id,
                actor=request.actor,
                as_of=now,
                **form.cleaned_data,
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Set. It is paid to in three days."))
            return redirect(f"payouts.{space.kind}_account", space.slug)
    payee_id = _payee_id(space, now)
    context = {
        "form": form,
        "has_payee": payee_id is not None,
        "versions": [
            (each, queries.account_reason(each, at=now) if each.replaced_at is None else None)
            for each in (queries.list_account_versions(payee_id) if payee_id else ())
        ],
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=now),
        "back": reverse(f"payouts.{space.kind}_payouts", args=[space.slug]),
    }
    return render(request, "payouts/account.html", context, status=422 if form.errors else 200)


def _dues(payee_id: int | None, now: datetime) -> list[tuple[str, queries.Due]]:
    if payee_id is None:
        return []
    return [
        (currency, queries.what_is_due(payee_id=payee_id, currency=currency, at=now))
        for currency in queries.currencies_of(payee_id)
    ]


def _payee_id(workspace: Any, at: datetime) -> int | None:
    payee = people.find_payee(party=_PARTY_OF[workspace.kind], party_id=workspace.party_id, at=at)
    return payee.pk if payee else None
