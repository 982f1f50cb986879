"""A cart as its owner sees it: what is in it, what it costs now, what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders.models import Address, Cart, CartLine

#: Where the session of a browser that nobody signed in to keeps the id of its cart.
CART_IN_SESSION: Final = "cart"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRow:
    """One line of a cart.

    Attributes:
        line: the row.
        variant: what it is, with item and shop.
        left: pieces that can be sold now.
        lowest_minor: the lowest price of the last 30 days.
    """

    line: CartLine
    variant: Any
    left: int
    lowest_minor: int

    @property
    def price_minor(self) -> int:
        """What one piece costs now."""
        return int(self.variant.price_minor)

    @property
    def sum_minor(self) -> int:
        """What all pieces cost now."""
        return self.price_minor * self.line.quantity

    @property
    def has_new_price(self) -> bool:
        """Whether the buyer has not seen this price yet."""
        return self.price_minor != self.line.seen_price_minor

    @property
    def is_short(self) -> bool:
        """Whether fewer can be sold than the buyer wants."""
        return self.left < self.line.quantity

    @property
    def is_lowest(self) -> bool:
        """Whether nothing cheaper was to be had for 30 days."""
        return self.price_minor <= self.lowest_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPart:
    """The part of a cart that can be paid at once: one currency."""

    currency: str
    rows: tuple[CartRow, ...]

    @property
    def total_minor(self) -> int:
        """What it costs now."""
        return sum(row.sum_minor for row in self.rows)

    @property
    def new_prices(self) -> tuple[CartRow, ...]:
        """Rows whose price the buyer must confirm."""
        return tuple(row for row in self.rows if row.has_new_price)

    @property
    def short(self) -> tuple[CartRow, ...]:
        """Rows of which there are too few."""
        return tuple(row for row in self.rows if row.is_short)

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of the checkout."""
        return not self.new_prices and not self.short


def find_cart(*, account_id: int | None, public_id: str) -> Cart | None:
    """The cart of an account, else the one of a browser that bears this id and is nobody's."""
    if account_id is not None:
        return Cart.objects.filter(account_id=account_id).first()
    return Cart.objects.filter(public_id=public_id, account=None).first() if public_id else None


def cart_parts(cart: Cart | None, *, at: datetime) -> tuple[CartPart, ...]:
    """What a cart holds, by currency, in the order in which things were put in: three queries."""
    if cart is None:
        return ()
    lines = list(CartLine.objects.filter(cart=cart).order_by("pk"))
    variants = catalog.variants_by_id(line.variant_id for line in lines)
    lowest = catalog.lowest_prices(variants, at=at)
    parts: dict[str, list[CartRow]] = {}
    for line in lines:
        variant = variants[line.variant_id]
        row = CartRow(
            line=line,
            variant=variant,
            left=variant.stock if variant.item.state == "on_sale" else 0,
            lowest_minor=lowest[line.variant_id],
        )
        parts.setdefault(variant.item.shop.currency, []).append(row)
    return tuple(CartPart(currency=code, rows=tuple(rows)) for code, rows in sorted(parts.items()))


def count_pieces(cart: Cart | None) -> int:
    """How many pieces lie in a cart."""
    if cart is None:
        return 0
    return sum(CartLine.objects.filter(cart=cart).values_list("quantity", flat=True))


def find_address(account_id: int | None) -> Address | None:
    """Where an account had its goods sent last."""
    return Address.objects.filter(account_id=account_id).first() if account_id else None
