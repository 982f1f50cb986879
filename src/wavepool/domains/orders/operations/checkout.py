"""From a cart to orders: prices and stock checked here, goods set aside, one purchase to pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import operations as catalog_operations
from wavepool.domains.catalog import queries as catalog
from wavepool.domains.catalog.operations import clean_line
from wavepool.domains.orders.models import (
    AMOUNT_MAX,
    Address,
    Cart,
    CartLine,
    Order,
    OrderLine,
    Purchase,
)
from wavepool.domains.orders.operations.carts import lock_cart
from wavepool.domains.orders.operations.paying import mark_paid
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.ids import new_id

#: How long goods are set aside for somebody who has not paid.
RESERVED_FOR: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPrice:
    """A price that is another than the buyer saw."""

    line_id: int
    title: str
    seen_minor: int
    now_minor: int


class PriceChanged(PlatformError):
    """Prices changed since the buyer saw them; nothing is bought until they are confirmed."""

    kind = "orders.price_changed"

    def __init__(self, changes: Sequence[ChangedPrice]) -> None:
        names = ", ".join(each.title for each in changes)
        super().__init__(_("The price changed: %(names)s. Please confirm.") % {"names": names})
        self.changes = tuple(changes)


class CartEmpty(PlatformError):
    """There is nothing to buy."""

    kind = "orders.cart_empty"

    def __init__(self) -> None:
        super().__init__(_("There is nothing in your cart to check out."))


class CheckoutStale(PlatformError):
    """The cart is another than the one that was shown; the buyer looks again."""

    kind = "orders.checkout_stale"

    def __init__(self) -> None:
        super().__init__(_("Your cart changed since this page was made. Please check it again."))


class CurrenciesMixed(PlatformError):
    """Goods of several currencies cannot be paid at once; nothing is exchanged."""

    kind = "orders.currencies_mixed"
    status: ClassVar[int] = 422

    def __init__(self, currencies: Sequence[str]) -> None:
        message = _("Your cart holds several currencies (%(codes)s). Pay for them one by one.")
        super().__init__(message % {"codes": ", ".join(currencies)})
        self.currencies = tuple(currencies)


class TotalTooLarge(PlatformError):
    """The sum is beyond what the books carry exactly."""

    kind = "orders.total_too_large"
    status: ClassVar[int] = 422

    def __init__(self, total_minor: int) -> None:
        super().__init__(_("This is more than can be paid at once. Buy fewer pieces."))
        self.total_minor = total_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """Where goods shall go."""

    recipient: str
    phone: str
    street: str
    city: str
    region: str
    postcode: str
    country: str


def save_address(*, facts: AddressFacts, actor: Actor, as_of: datetime) -> Address:
    """Remember where the actor's goods go.

    Raises:
        BadText: a part is empty, too long, or holds what nobody can read.
    """
    needed = {"recipient": 80, "phone": 30, "street": 200, "city": 80, "country": 2}
    said = {
        name: clean_line(getattr(facts, name), field=name, length=length)
        for name, length in needed.items()
    }
    for name, length in {"region": 80, "postcode": 20}.items():
        text = getattr(facts, name)
        said[name] = clean_line(text, field=name, length=length) if text.strip() else ""
    row, _made = Address.objects.update_or_create(
        account_id=actor.account_id or 0, defaults={**said, "changed_at": as_of}
    )
    return row


def place_purchase(
    *,
    cart_id: int,
    checkout_key: str,
    currency: str,
    seen_total_minor: int,
    actor: Actor,
    as_of: datetime,
) -> Purchase:
    """Order what is in the cart in one currency, at the prices seen; the same key is one purchase.

    Raises:
        CartEmpty, CheckoutStale: there is nothing, or not what was shown.
        PriceChanged: a price is another than the buyer saw.
        SoldOut: of some goods there are too few; each is named.
        TotalTooLarge: the sum is beyond exact counting.
        NotFound: the account has no address, or the key is another's.
    """
    with transaction.atomic():
        cart = lock_cart(cart_id)
        known = Purchase.objects.filter(checkout_key=checkout_key).first()
        if known is not None:
            if known.account_id != actor.account_id:
                raise NotFound(_("There is no such purchase."))
            return known
        if cart.checkout_key != checkout_key or cart.account_id != actor.account_id:
            raise CheckoutStale
        lines, variants = _lines_to_buy(cart, currency)
        total_minor = sum(line.quantity * line.seen_price_minor for line in lines)
        if total_minor > AMOUNT_MAX:
            raise TotalTooLarge(total_minor)
        if total_minor != seen_total_minor:
            raise CheckoutStale
        purchase = _make_purchase(checkout_key, currency, total_minor, actor=actor, as_of=as_of)
        catalog_operations.reserve_stock(
            key=purchase.public_id,
            wanted={line.variant_id: line.quantity for line in lines},
            as_of=as_of,
        )
        _make_orders(purchase, lines, variants, as_of=as_of)
        CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
        Cart.objects.filter(pk=cart.pk).update(checkout_key=new_id("ck"), changed_at=as_of)
        audit.record(
            kind="orders.placed",
            subject=purchase.public_id,
            actor=actor,
            at=as_of,
            data={"total_minor": total_minor, "currency": currency},
        )
        if total_minor == 0:
            mark_paid(purchase, paid_at=as_of, actor=actor, as_of=as_of)
            purchase.refresh_from_db()
        return purchase


def release_unpaid(*, actor: Actor, as_of: datetime, most: int = 200) -> int:
    """Give back the goods of purchases that were not paid in time; tell how many."""
    late = Purchase.objects.filter(state=Purchase.State.UNPAID, pay_until__lte=as_of)
    return sum(
        _release(purchase, actor=actor, as_of=as_of) for purchase in late.order_by("pk")[:most]
    )


def _release(purchase: Purchase, *, actor: Actor, as_of: datetime) -> bool:
    with transaction.atomic():
        # An attempt that began meanwhile has moved it on, and it is not released.
        mine = Purchase.objects.filter(pk=purchase.pk, state=Purchase.State.UNPAID)
        if not mine.update(state=Purchase.State.LAPSED):
            return False
        Order.objects.filter(purchase=purchase, state=Order.State.UNPAID).update(
            state=Order.State.LAPSED
        )
        catalog_operations.release_reserved(key=purchase.public_id, as_of=as_of)
        audit.record(
            kind="orders.lapsed", subject=purchase.public_id, actor=actor, at=as_of, data={}
        )
        return True


def _lines_to_buy(cart: Cart, currency: str) -> tuple[list[CartLine], dict[int, Any]]:
    """Lines in one currency with their variants, at prices that are those seen."""
    lines = list(CartLine.objects.filter(cart=cart))
    variants = catalog.variants_by_id(line.variant_id for line in lines)
    currencies = sorted({each.item.shop.currency for each in variants.values()})
    if not currency and len(currencies) > 1:
        raise CurrenciesMixed(currencies)
    wanted = currency or (currencies[0] if currencies else "")
    chosen = [each for each in lines if variants[each.variant_id].item.shop.currency == wanted]
    if not chosen:
        raise CartEmpty
    changes = [
        ChangedPrice(
            line_id=line.pk,
            title=variants[line.variant_id].item.title,
            seen_minor=line.seen_price_minor,
            now_minor=variants[line.variant_id].price_minor,
        )
        for line in chosen
        if line.seen_price_minor != variants[line.variant_id].price_minor
    ]
    if changes:
        raise PriceChanged(changes)
    return chosen, variants


def _make_purchase(
    checkout_key: str, currency: str, total_minor: int, *, actor: Actor, as_of: datetime
) -> Purchase:
    address = Address.objects.filter(account_id=actor.account_id or 0).first()
    if address is None:
        raise NotFound(_("Tell us first where the goods shall go."))
    return Purchase.objects.create(
        public_id=new_id("pu"),
        checkout_key=checkout_key,
        account_id=address.account_id,
        currency=currency,
        total_minor=total_minor,
        ship_to="\n".join(address.lines),
        placed_at=as_of,
        pay_until=as_of + RESERVED_FOR,
    )


def _make_orders(
    purchase: Purchase, lines: Sequence[CartLine], variants: dict[int, Any], *, as_of: datetime
) -> None:
    """One order per shop, each with its lines."""
    by_shop: dict[int, list[CartLine]] = defaultdict(list)
    for line in lines:
        by_shop[variants[line.variant_id].shop_id].append(line)
    lowest = catalog.lowest_prices(variants, at=as_of)
    for shop_id, mine in sorted(by_shop.items()):
        order = Order.objects.create(
            public_id=new_id("or"),
            purchase=purchase,
            shop_id=shop_id,
            account_id=purchase.account_id,
            buyer_id=purchase.account_id,
            currency=purchase.currency,
            source=Order.Source.SITE,
            total_minor=sum(line.quantity * line.seen_price_minor for line in mine),
            placed_at=as_of,
        )
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                item_id=variants[line.variant_id].item_id,
                variant_id=line.variant_id,
                title=_title(variants[line.variant_id]),
                sku=variants[line.variant_id].sku,
                quantity=line.quantity,
                currency=purchase.currency,
                paid_minor=line.quantity * line.seen_price_minor,
                link_code=line.link_code,
                price_minor=line.seen_price_minor,
                lowest_price_minor=lowest[line.variant_id],
            )
            for line in mine
        )


def _title(variant: Any) -> str:
    return f"{variant.item.title} · {variant.name}" if variant.name else str(variant.item.title)
