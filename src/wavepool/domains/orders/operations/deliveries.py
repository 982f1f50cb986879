"""Goods on their way: sent by the shop, received by the buyer, or taken as received in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations import clean_line
from wavepool.domains.orders import queries
from wavepool.domains.orders.models import Order, OrderLine
from wavepool.domains.orders.operations import notices
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

#: Goods that were sent this long ago, and of which the buyer says nothing, are received.
RECEIVED_AFTER: Final = timedelta(days=10)


class OrderNotThere(PlatformError):
    """The order is not in the state that this asks for."""

    kind = "orders.wrong_state"
    status: ClassVar[int] = 409

    def __init__(self, state: str) -> None:
        label = Order.State(state).label
        super().__init__(_("The order is in another state: %(state)s.") % {"state": label})
        self.state = state


def ship_order(
    *,
    order_id: str,
    shop_id: int,
    carrier: str,
    tracking: str,
    actor: Actor,
    as_of: datetime,
) -> Order:
    """Say that the goods are on their way.

    Raises:
        NotFound: the shop has no such order.
        OrderNotThere: it does not wait for being sent.
        BadText: carrier or number do not fit.
    """
    said = {"carrier": clean_line(carrier, field="carrier", length=80), "tracking": ""}
    if tracking.strip():
        said["tracking"] = clean_line(tracking, field="tracking", length=80)
    with transaction.atomic():
        order = queries.access_shop_order(order_id, shop_id=shop_id)
        paid = Order.objects.filter(pk=order.pk, state=Order.State.PAID)
        if not paid.update(state=Order.State.SHIPPED, shipped_at=as_of, **said):
            raise OrderNotThere(order.state)
        order.refresh_from_db()
        notices.tell_shipped(order, at=as_of)
        _note("orders.shipped", order, actor=actor, as_of=as_of)
        return order


def receive_order(*, order_id: str, actor: Actor, as_of: datetime) -> Order:
    """The buyer has the goods.

    Raises:
        NotFound: the actor has no such order.
        OrderNotThere: it was not sent, or is received already.
    """
    with transaction.atomic():
        order = queries.access_order(order_id, account_id=actor.account_id)
        if not _receive(order, received_at=as_of):
            raise OrderNotThere(order.state)
        _note("orders.received", order, actor=actor, as_of=as_of)
        order.refresh_from_db()
        return order


def receive_overdue(*, actor: Actor, as_of: datetime, most: int = 500) -> int:
    """Take goods as received that were sent ten days ago; tell how many orders."""
    late = Order.objects.filter(
        state=Order.State.SHIPPED, shipped_at__lte=as_of - RECEIVED_AFTER
    ).order_by("shipped_at", "pk")
    received = 0
    for order in late[:most]:
        with transaction.atomic():
            if _receive(order, received_at=as_of):
                _note("orders.received", order, actor=actor, as_of=as_of)
                received += 1
    return received


def record_receipt(*, line: OrderLine, received_at: datetime) -> bool:
    """Set when a line was received, once, in the caller's transaction; tell whether it was now."""
    unset = OrderLine.objects.filter(pk=line.pk, received_at=None)
    if not unset.update(received_at=received_at):
        return False
    waiting = OrderLine.objects.filter(order=line.order_id, received_at=None, cancellation=None)
    if not waiting.exists():
        Order.objects.filter(pk=line.order_id).exclude(state=Order.State.CANCELLED).update(
            state=Order.State.RECEIVED, received_at=received_at
        )
    return True


def _receive(order: Order, *, received_at: datetime) -> bool:
    sent = Order.objects.filter(pk=order.pk, state=Order.State.SHIPPED)
    if not sent.update(state=Order.State.RECEIVED, received_at=received_at):
        return False
    lines = OrderLine.objects.filter(order=order, received_at=None, cancellation=None)
    lines.update(received_at=received_at)
    return True


def _note(kind: str, order: Order, *, actor: Actor, as_of: datetime) -> None:
    audit.record(kind=kind, subject=order.public_id, actor=actor, at=as_of, data={})
