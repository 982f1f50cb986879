"""Whom orders tell what: shops of what waits for them, buyers of what became of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models import Complaint, Order, RefundRequest
from wavepool.domains.people import queries as people
from wavepool.plumbing.notifications import notify, register_notice

register_notice("orders.paid", title=_("A new order is paid"), text=_("Send the goods."), tone="ok")
register_notice(
    "orders.refund_asked",
    title=_("A buyer asks for money back"),
    text=_("Without an answer within five days it is granted. They say: %(reason)s"),
    tone="warning",
)
register_notice(
    "orders.complaint_opened",
    title=_("A buyer complains"),
    text=_("Answer within three days; after that our staff take it over. They say: %(said)s"),
    tone="warning",
)
register_notice("orders.shipped", title=_("Your order is on its way"), text=_("By %(carrier)s."))
register_notice(
    "orders.refund_granted",
    title=_("You get money back"),
    text=_("It goes to where you paid from."),
    tone="ok",
)
register_notice(
    "orders.refund_refused",
    title=_("The shop does not give money back"),
    text=_("The shop says: %(said)s"),
    tone="error",
)
register_notice(
    "orders.complaint_answered",
    title=_("The shop answers your complaint"),
    text=_("The shop says: %(said)s"),
)
register_notice(
    "orders.complaint_ruled",
    title=_("Our staff resolved a complaint"),
    text=_("Our staff say: %(said)s"),
)


def tell_paid(order: Order, *, at: datetime) -> None:
    """Tell the shop's people of an order to send."""
    _tell_shop("orders.paid", order, key=order.public_id, at=at, right="operate")


def tell_shipped(order: Order, *, at: datetime) -> None:
    """Tell the buyer that it is on its way."""
    data = {"carrier": order.carrier}
    _tell_buyer("orders.shipped", order, key=order.public_id, at=at, data=data)


def tell_refund_asked(request: RefundRequest, order: Order, *, at: datetime) -> None:
    """Tell the shop's people who answer for its money."""
    _tell_shop(
        "orders.refund_asked",
        order,
        key=request.public_id,
        at=at,
        right="finance",
        data={"reason": request.reason},
    )


def tell_refund_answered(request: RefundRequest, *, at: datetime) -> None:
    """Tell the buyer what the shop, or its silence, decided."""
    _tell_buyer(
        f"orders.refund_{request.state}",
        request.line.order,
        key=request.public_id,
        at=at,
        data={"said": request.answer},
    )


def tell_complaint_opened(complaint: Complaint, order: Order, *, at: datetime) -> None:
    """Tell the shop's people, with the time that they have."""
    _tell_shop(
        "orders.complaint_opened",
        order,
        key=complaint.public_id,
        at=at,
        right="operate",
        data={"said": complaint.text[:200]},
    )


def tell_complaint_answered(complaint: Complaint, *, at: datetime) -> None:
    """Tell the buyer that there is an answer."""
    _tell_of_complaint("orders.complaint_answered", complaint, complaint.answer, at=at)


def tell_complaint_ruled(complaint: Complaint, *, at: datetime) -> None:
    """Tell the buyer and the shop how our staff resolved it."""
    _tell_of_complaint("orders.complaint_ruled", complaint, complaint.ruling, at=at)
    _tell_shop(
        "orders.complaint_ruled",
        complaint.line.order,
        key=f"{complaint.public_id}:shop",
        at=at,
        right="operate",
        data={"said": complaint.ruling[:200]},
    )


def _tell_of_complaint(kind: str, complaint: Complaint, said: str, *, at: datetime) -> None:
    order = complaint.line.order
    _tell_buyer(kind, order, key=complaint.public_id, at=at, data={"said": said[:200]})


def _tell_shop(
    kind: str,
    order: Order,
    *,
    key: str,
    at: datetime,
    right: str,
    data: dict[str, Any] | None = None,
) -> None:
    notify(
        kind,
        people.list_account_ids(party="shop", party_ids=[order.shop_id], right=right),
        key=key,
        data=data,
        route="orders.merchant_order",
        names=[order.shop.slug, order.public_id],
        at=at,
    )


def _tell_buyer(
    kind: str, order: Order, *, key: str, at: datetime, data: dict[str, Any] | None = None
) -> None:
    """Orders of other systems have buyers whom nobody here can tell."""
    if order.account_id is None:
        return
    notify(
        kind,
        [order.account_id],
        key=key,
        data=data,
        route="orders.order",
        names=[order.public_id],
        at=at,
    )
