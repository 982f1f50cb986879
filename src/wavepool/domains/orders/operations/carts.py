"""Writes of carts: goods in, quantities, prices agreed to, and two carts made one at sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders.models import Cart, CartLine
from wavepool.domains.orders.models.carts import QUANTITY_MAX
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.ids import new_id

LINES_MAX: Final = 50
#: Carts of browsers that never came back go after this.
KEPT: Final = timedelta(days=60)


class QuantityOutOfRange(PlatformError):
    """Fewer than one piece, or more than a household buys."""

    kind = "orders.quantity_out_of_range"
    status: ClassVar[int] = 422

    def __init__(self, quantity: int) -> None:
        message = _("Choose between 1 and %(most)s pieces.") % {"most": QUANTITY_MAX}
        super().__init__(message, pointer="/quantity")
        self.quantity = quantity


class CartFull(PlatformError):
    """A cart holds so many different goods and no more."""

    kind = "orders.cart_full"

    def __init__(self) -> None:
        super().__init__(_("A cart holds %(most)s different goods.") % {"most": LINES_MAX})


def open_cart(*, account_id: int | None, as_of: datetime) -> Cart:
    """The cart of an account, made when there is none; a new one for a browser."""
    made = Cart(
        public_id=new_id("ct"),
        account_id=account_id,
        checkout_key=new_id("ck"),
        created_at=as_of,
        changed_at=as_of,
    )
    if account_id is None:
        made.save(force_insert=True)
        return made
    Cart.objects.bulk_create([made], ignore_conflicts=True)
    return Cart.objects.get(account_id=account_id)


def put_in_cart(
    *, cart_id: int, item: str, sku: str, quantity: int, link_code: str = "", as_of: datetime
) -> CartLine:
    """Add pieces of a variant; the price of this moment is the one that the buyer saw.

    Raises:
        NotFound: it is not on sale.
        QuantityOutOfRange: too few or too many, with those that are in it.
        CartFull: it holds too many different goods.
    """
    variant = catalog.find_variant_on_sale(item, sku)
    if variant is None:
        raise NotFound(_("This item is not on sale."))
    with transaction.atomic():
        lock_cart(cart_id)
        line = CartLine.objects.filter(cart_id=cart_id, variant=variant).first()
        if line is None:
            if CartLine.objects.filter(cart_id=cart_id).count() >= LINES_MAX:
                raise CartFull
            line = CartLine(cart_id=cart_id, variant=variant, quantity=0, added_at=as_of)
        if not 1 <= quantity <= QUANTITY_MAX - line.quantity:
            raise QuantityOutOfRange(quantity)
        line.quantity += quantity
        line.seen_price_minor = variant.price_minor
        line.link_code = link_code[:40] or line.link_code
        line.save()
        _touch(cart_id, as_of=as_of)
        return line


def change_quantity(*, cart_id: int, line_id: int, quantity: int, as_of: datetime) -> None:
    """Set how many pieces; none takes the line out.

    Raises:
        NotFound: the cart has no such line.
        QuantityOutOfRange: more than a cart takes.
    """
    if not 0 <= quantity <= QUANTITY_MAX:
        raise QuantityOutOfRange(quantity)
    with transaction.atomic():
        lock_cart(cart_id)
        mine = CartLine.objects.filter(pk=line_id, cart_id=cart_id)
        found = mine.update(quantity=quantity) if quantity else mine.delete()[0]
        if not found:
            raise NotFound(_("Your cart has no such line."))
        _touch(cart_id, as_of=as_of)


def accept_prices(*, cart_id: int, seen: dict[int, int], as_of: datetime) -> None:
    """The buyer agrees to prices that changed, each as the page showed it.

    Args:
        seen: price in minor units by line; one that changed again meanwhile stays unconfirmed.
    """
    with transaction.atomic():
        lock_cart(cart_id)
        for line in CartLine.objects.filter(cart_id=cart_id, pk__in=seen):
            CartLine.objects.filter(pk=line.pk).update(seen_price_minor=seen[line.pk])
        _touch(cart_id, as_of=as_of)


def merge_carts(*, public_id: str, account_id: int, as_of: datetime) -> Cart:
    """Make a browser's cart the account's: pieces add up, the newer link and price stay.

    A cart that is somebody's, or gone, adds nothing.
    """
    with transaction.atomic():
        kept = open_cart(account_id=account_id, as_of=as_of)
        lock_cart(kept.pk)
        other = Cart.objects.select_for_update().filter(public_id=public_id, account=None).first()
        if other is None:
            return kept
        known = {line.variant_id: line for line in CartLine.objects.filter(cart=kept)}
        for line in list(CartLine.objects.filter(cart=other)):
            same = known.get(line.variant_id)
            if same is not None:
                same.quantity = min(QUANTITY_MAX, same.quantity + line.quantity)
                same.seen_price_minor = line.seen_price_minor
                same.link_code = line.link_code or same.link_code
                same.save()
            elif len(known) < LINES_MAX:
                known[line.variant_id] = line
                CartLine.objects.filter(pk=line.pk).update(cart=kept)
        other.delete()
        _touch(kept.pk, as_of=as_of)
        return kept


def forget_carts(*, as_of: datetime) -> int:
    """Drop browsers' carts that nobody touched for 60 days; tell how many."""
    return Cart.objects.filter(account=None, changed_at__lt=as_of - KEPT).delete()[0]


def lock_cart(cart_id: int) -> Cart:
    """A cart, held until the transaction ends.

    Raises:
        NotFound: it is gone.
    """
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise NotFound(_("This cart is gone."))
    return cart


def _touch(cart_id: int, *, as_of: datetime) -> None:
    Cart.objects.filter(pk=cart_id).update(changed_at=as_of)
