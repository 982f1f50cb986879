"""Bao's till: Dong buys from the shelf, through a sandbox that answers as the test chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wavepool.connectors.sandbox_payments.provider import SandboxProvider
from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import Cart, Order, OrderLine, Purchase
from worlds.shelf import NOON, Shelf

ADDRESS = operations.AddressFacts(
    recipient="Dong",
    phone="+86 10 5555 0100",
    street="Lane 4",
    city="Hangzhou",
    region="Zhejiang",
    postcode="310000",
    country="CN",
)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Till:
    """The shelf on sale, and a provider."""

    shelf: Shelf
    provider: SandboxProvider

    @property
    def world(self) -> Any:
        """The cast."""
        return self.shelf.world

    def cart(self, buyer: str = "dong", *, at: datetime = NOON) -> Cart:
        """The cart of one of the cast."""
        return operations.open_cart(account_id=getattr(self.world, buyer).pk, as_of=at)

    def put(
        self,
        item: Any,
        quantity: int = 1,
        *,
        buyer: str = "dong",
        sku: str = "",
        code: str = "",
        at: datetime = NOON,
    ) -> None:
        """Put pieces of an item into somebody's cart."""
        operations.put_in_cart(
            cart_id=self.cart(buyer).pk,
            item=item.public_id,
            sku=sku or f"{item.code}-1",
            quantity=quantity,
            link_code=code,
            as_of=at,
        )

    def place(self, buyer: str = "dong", *, at: datetime = NOON, **other: Any) -> Purchase:
        """Check a cart out as its page would."""
        cart = self.cart(buyer)
        actor = self.world.actor(buyer)
        operations.save_address(facts=ADDRESS, actor=actor, as_of=at)
        parts = queries.cart_parts(cart, at=at)
        said = {
            "cart_id": cart.pk,
            "checkout_key": cart.checkout_key,
            "currency": parts[0].currency if parts else "",
            "seen_total_minor": parts[0].total_minor if parts else 0,
        }
        return operations.place_purchase(**{**said, **other}, actor=actor, as_of=at)

    def pay(
        self,
        purchase: Purchase,
        instrument: str = "pays",
        *,
        buyer: str = "dong",
        at: datetime = NOON,
    ) -> Any:
        """Pay for a purchase in a way that the sandbox offers."""
        return operations.pay(
            purchase_id=purchase.public_id,
            instrument=instrument,
            provider=self.provider,
            actor=self.world.actor(buyer),
            as_of=at,
        )

    def buy(
        self, item: Any, quantity: int = 1, *, buyer: str = "dong", at: datetime = NOON
    ) -> Order:
        """Buy and pay; the order of the first shop."""
        self.put(item, quantity, buyer=buyer, at=at)
        purchase = self.place(buyer, at=at)
        self.pay(purchase, buyer=buyer, at=at)
        return Order.objects.filter(purchase=purchase).earliest("pk")

    def ship(self, order: Order, *, at: datetime = NOON) -> Order:
        """Bao sends an order."""
        return operations.ship_order(
            order_id=order.public_id,
            shop_id=order.shop_id,
            carrier="Post",
            tracking="X1",
            actor=self.world.actor("bao"),
            as_of=at,
        )

    def receive(self, order: Order, *, at: datetime = NOON) -> Order:
        """Dong has it."""
        return operations.receive_order(
            order_id=order.public_id, actor=self.world.actor("dong"), as_of=at
        )

    def ask(self, line: OrderLine, amount_minor: int, *, at: datetime = NOON) -> Any:
        """Dong asks for money back."""
        return operations.ask_refund(
            order_id=line.order.public_id,
            line_id=line.pk,
            amount_minor=amount_minor,
            reason="broken",
            actor=self.world.actor("dong"),
            as_of=at,
        )

    def grant(self, request: Any, *, at: datetime = NOON) -> Any:
        """Bao gives it back."""
        return operations.grant_refund(
            request_id=request.public_id,
            shop_id=self.world.shop.pk,
            actor=self.world.actor("bao"),
            as_of=at,
        )


def make_till(shelf: Shelf, folder: Path) -> Till:
    """Put the shelf on sale and open the till."""
    shelf.permit()
    for item in (shelf.longjing, shelf.cup, shelf.kettle):
        shelf.sell(item)
    return Till(shelf=shelf, provider=SandboxProvider(folder))


def line_of(order: Order) -> OrderLine:
    """The first line of an order as the store has it now."""
    return OrderLine.objects.select_related("order").filter(order=order).earliest("pk")
