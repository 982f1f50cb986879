"""What orders put into a household: what its merchant bought, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wavepool.domains.orders import operations
from wavepool.domains.orders.models import Order, OrderLine, PaymentAttempt, Purchase
from wavepool.plumbing.ids import new_id

if TYPE_CHECKING:
    from worlds.tenants import Household

_AT: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)


def furnish(house: Household, word: str) -> None:
    """An order that is paid and sent, with a request and a complaint; a purchase that is not."""
    order = _order(house)
    line = OrderLine.objects.get(order=order)
    asked: dict[str, Any] = {"order_id": order.public_id, "line_id": line.pk}
    by: dict[str, Any] = {"actor": house.actor("merchant"), "as_of": order.placed_at}
    refund = operations.ask_refund(**asked, amount_minor=100, reason=f"{house.mark} reason", **by)
    complaint = operations.complain(**asked, text=f"{house.mark} complaint", **by)
    purchase = _purchase(house, order)
    attempt = operations.begin_payment(
        purchase_id=purchase.public_id, instrument="pays", provider_name="none", **by
    )
    house.values |= {
        "order": order.public_id,
        "refund": refund.public_id,
        "complaint": complaint.public_id,
        "purchase": purchase.public_id,
        "payment": PaymentAttempt.objects.get(pk=attempt.pk).public_id,
    }


def _order(house: Household) -> Order:
    """By the shop's own system, then put on the buyer's pages, as a sign-up later would."""
    facts = operations.OrderFacts(
        external_id=f"{house.mark}-1",
        source="shop",
        buyer_id=f"{house.mark}-buyer",
        paid_at=_AT,
        lines=(
            operations.LineFacts(
                external_id="1",
                item=house.values["code"],
                quantity=1,
                currency="CNY",
                paid_minor=9_900,
                link_code=f"{house.mark}-link",
            ),
        ),
    )
    operations.take_orders(
        shop_id=house.party_ids["shop"],
        currency="CNY",
        orders=[facts],
        actor=house.actor("merchant"),
        as_of=_AT,
    )
    order = Order.objects.get(external_id=f"{house.mark}-1")
    order.account_id = house.accounts["merchant"].pk
    order.save()
    return order


def _purchase(house: Household, order: Order) -> Purchase:
    return Purchase.objects.create(
        public_id=new_id("pu"),
        checkout_key=new_id("ck"),
        account=house.accounts["merchant"],
        currency="CNY",
        total_minor=9_900,
        ship_to=f"{house.mark} street",
        placed_at=order.placed_at,
        pay_until=order.placed_at.replace(year=2099),
    )
