"""The cart that a request means, and the form on an item's page that fills it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders import forms, operations, queries
from wavepool.plumbing import visitors
from wavepool.plumbing.panels import Panel, panel_on
from wavepool.plumbing.requests import PlatformRequest

CART: Final = queries.CART_IN_SESSION


def find_cart(request: HttpRequest) -> Any:
    """The cart of who asks, or None; looking makes none."""
    account_id = account_of(request)
    public_id = str(request.session.get(CART, ""))
    return queries.find_cart(account_id=account_id, public_id=public_id)


def open_cart(request: PlatformRequest, *, at: datetime) -> Any:
    """The cart of who asks; one that this browser filled before it signed in is in it."""
    account_id = account_of(request)
    known = find_cart(request)
    if account_id is None:
        made = known or operations.open_cart(account_id=None, as_of=at)
        request.session[CART] = made.public_id
        return made
    return take_along(request, account_id=account_id, at=at) or operations.open_cart(
        account_id=account_id, as_of=at
    )


def take_along(request: HttpRequest, *, account_id: int, at: datetime) -> Any:
    """Make the cart that this browser filled unsigned the account's; None where it has none."""
    public_id = request.session.pop(CART, "")
    if not public_id:
        return None
    return operations.merge_carts(public_id=public_id, account_id=account_id, as_of=at)


def has_unsigned_cart(request: HttpRequest) -> bool:
    """Whether a signed-in reader still has a cart from before."""
    return account_of(request) is not None and CART in request.session


def account_of(request: HttpRequest) -> int | None:
    """The account that asks, None for nobody."""
    found: int | None = request.actor.account_id  # type: ignore[attr-defined]
    return found


@panel_on("product")
def buy_panel(request: HttpRequest, item: Any, at: datetime) -> Panel | None:
    """How many of which variant, into the cart; and the lowest price of 30 days."""
    variants = catalog.list_variants(item)
    lowest = catalog.lowest_prices([each.pk for each in variants], at=at)
    on_offer = [each for each in variants if each.stock]
    form = forms.BuyForm(
        initial={
            "item": item.public_id,
            "code": visitors.link_of(request),
        },
        variants=[(each.sku, each.name or each.sku) for each in on_offer],
    )
    rows = [
        {
            "name": each.name or each.sku,
            "lowest_minor": lowest[each.pk],
            "is_lowest": each.price_minor <= lowest[each.pk],
        }
        for each in variants
    ]
    values = {"form": form if on_offer else None, "rows": rows, "currency": item.shop.currency}
    return Panel(template="orders/buy_panel.html", values=values)
