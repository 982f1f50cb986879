"""The cart: everybody's, signed in or not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from wavepool.domains.orders import forms, operations, queries
from wavepool.domains.orders.views import baskets
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("public")
@never_cache
def cart(request: PlatformRequest) -> HttpResponse:
    """What is in it, what it costs now, and what stands in the way of buying it."""
    at = clock.now()
    found = baskets.find_cart(request)
    parts = queries.cart_parts(found, at=at)
    context = {
        "parts": [
            (
                part,
                [
                    (
                        row,
                        forms.QuantityForm(
                            initial={"line": row.line.pk, "quantity": row.line.quantity},
                            auto_id=f"line-{row.line.pk}-%s",
                        ),
                    )
                    for row in part.rows
                ],
            )
            for part in parts
        ],
        "is_mixed": len(parts) > 1,
        "currencies": ", ".join(part.currency for part in parts),
        "has_unsigned": baskets.has_unsigned_cart(request),
    }
    return render(request, "orders/cart.html", context)


@access("public")
@require_POST
def add(request: PlatformRequest) -> HttpResponse:
    """Put pieces of a variant in."""
    form = forms.BuyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a variant and between 1 and 99 pieces."))
        return redirect("orders.cart")
    at, said = clock.now(), form.cleaned_data
    try:
        operations.put_in_cart(
            cart_id=baskets.open_cart(request, at=at).pk,
            item=said["item"],
            sku=said["sku"],
            quantity=said["quantity"],
            link_code=said["code"],
            as_of=at,
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It is in your cart."))
    return redirect("orders.cart")


@access("public")
@require_POST
def change(request: PlatformRequest) -> HttpResponse:
    """Set how many pieces of a line; none takes it out."""
    form = forms.QuantityForm(request.POST)
    found = baskets.find_cart(request)
    if found is None or not form.is_valid():
        messages.error(request, _("Choose between 0 and 99 pieces."))
        return redirect("orders.cart")
    try:
        operations.change_quantity(
            cart_id=found.pk,
            line_id=form.cleaned_data["line"],
            quantity=form.cleaned_data["quantity"],
            as_of=clock.now(),
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    return redirect("orders.cart")


@access("public")
@require_POST
def confirm(request: PlatformRequest) -> HttpResponse:
    """Agree to prices that changed, each as the page showed it."""
    found = baskets.find_cart(request)
    seen = dict(
        pair for name in request.POST if (pair := _seen(name, str(request.POST[name]))) is not None
    )
    if found is not None and seen:
        operations.accept_prices(cart_id=found.pk, seen=seen, as_of=clock.now())
        messages.success(request, _("The new prices are confirmed."))
    return redirect("orders.cart")


@access("signed_in")
@require_POST
def take_along(request: PlatformRequest) -> HttpResponse:
    """Bring what this browser collected before it signed in."""
    account_id = baskets.account_of(request)
    if account_id is None:
        raise NotFound(_("There is no such page."))
    baskets.take_along(request, account_id=account_id, at=clock.now())
    return redirect("orders.cart")


def _seen(name: str, value: str) -> tuple[int, int] | None:
    """A line and the price that the page showed for it, out of a field `price-LINE`."""
    line = name.removeprefix("price-")
    if line == name or not (line.isdecimal() and value.isdecimal()):
        return None
    return (int(line), int(value)) if len(line) <= 18 and len(value) <= 16 else None
