"""The checkout: where to, then everything before pay; then the payment, with an end or without."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wavepool.domains.orders import forms, operations, queries
from wavepool.domains.orders.views import baskets
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_PARTS = ("recipient", "phone", "street", "postcode", "city", "region", "country")


@access("signed_in")
@never_cache
def address(request: PlatformRequest) -> HttpResponse:
    """Step one: where the goods shall go."""
    currency = request.GET.get("currency", "")[:3]
    known = queries.find_address(baskets.account_of(request))
    initial = {name: getattr(known, name) for name in _PARTS} if known else {}
    form = forms.AddressForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_address(
                facts=operations.AddressFacts(**form.cleaned_data),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            return redirect(f"{reverse('orders.review')}?currency={currency}")
    status = 422 if form.errors else 200
    context = {"form": form, "currency": currency}
    return render(request, "orders/checkout_address.html", context, status=status)


@access("signed_in")
@never_cache
def review(request: PlatformRequest) -> HttpResponse:
    """Step two: everything that is ordered and its total; sending it twice orders once."""
    cart = baskets.find_cart(request)
    if cart is None or baskets.has_unsigned_cart(request):
        return redirect("orders.cart")
    if request.method == "POST":
        return _place(request, cart)
    parts = queries.cart_parts(cart, at=clock.now())
    address = queries.find_address(baskets.account_of(request))
    chosen = _chosen(parts, request.GET.get("currency", ""))
    if chosen is None:
        if parts:
            codes = ", ".join(part.currency for part in parts)
            text = _("Your cart holds several currencies (%(codes)s). Pay for them one by one.")
            messages.error(request, text % {"codes": codes})
        return redirect("orders.cart")
    if not chosen.is_ready:
        messages.error(request, _("Please look at the marked goods first."))
        return redirect("orders.cart")
    if address is None:
        return redirect(f"{reverse('orders.address')}?currency={chosen.currency}")
    context = {"part": chosen, "address": address, "checkout_key": cart.checkout_key}
    return render(request, "orders/checkout_review.html", context)


def _place(request: PlatformRequest, cart: Any) -> HttpResponse:
    at = clock.now()
    total = request.POST.get("total", "")
    try:
        purchase = operations.place_purchase(
            cart_id=cart.pk,
            checkout_key=request.POST.get("checkout_key", "")[:40],
            currency=request.POST.get("currency", "")[:3],
            seen_total_minor=int(total) if total.isdecimal() and len(total) <= 17 else -1,
            actor=request.actor,
            as_of=at,
        )
        operations.follow_codes(purchase, as_of=at)
    except PlatformError as error:
        messages.error(request, str(error.message))
        return redirect("orders.cart")
    return redirect("orders.purchase", purchase.public_id)


@access("signed_in")
@never_cache
def purchase(request: PlatformRequest, purchase: str) -> HttpResponse:
    """The payment: choose a way to pay, or see what became of it."""
    found = queries.access_purchase(purchase, account_id=baskets.account_of(request))
    provider = operations.find_provider()
    can_pay = found.state == "unpaid" and clock.now() < found.pay_until
    context = {
        "purchase": found,
        "state": queries.purchase_state(found),
        "orders": queries.list_purchase_orders(found),
        "attempt": queries.last_attempt(found),
        "form": forms.PayForm(instruments=provider.instruments()) if provider else None,
        "can_pay": can_pay,
        "is_sandbox": provider is not None and provider.name == "sandbox",
    }
    return render(request, "orders/purchase.html", context)


@access("signed_in")
@require_POST
def pay(request: PlatformRequest, purchase: str) -> HttpResponse:
    """Pay, once; an answer that does not come is not a refusal."""
    queries.access_purchase(purchase, account_id=baskets.account_of(request))
    try:
        attempt = operations.pay(
            purchase_id=purchase,
            instrument=request.POST.get("instrument", "")[:40],
            provider=operations.provider_in_use(),
            actor=request.actor,
            as_of=clock.now(),
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        if attempt.state == "refused":
            messages.error(request, _("The payment was refused. Nothing was taken."))
    return redirect("orders.purchase", purchase)


@access("public", write="view")
@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """A provider says that something happened to a key: we ask it what, and believe only that.

    Every call is answered alike, so it tells nobody which keys there are.
    """
    provider = operations.find_provider()
    try:
        said = json.loads(request.body[:4_096])
        key = said["key"] if isinstance(said, dict) else ""
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, RecursionError):
        key = ""
    if provider is not None and isinstance(key, str):
        try:
            operations.ask_provider(
                attempt_id=key[:40], provider=provider, actor=MACHINE, as_of=clock.now()
            )
        except NotFound:
            return HttpResponse(status=204)
    return HttpResponse(status=204)


def _chosen(parts: tuple[Any, ...], currency: str) -> Any:
    """The part that is bought: the only one, or the one of the named currency."""
    if len(parts) == 1:
        return parts[0]
    return next((part for part in parts if part.currency == currency), None)
