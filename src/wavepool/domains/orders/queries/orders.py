"""Reads of orders: a buyer's own, a shop's own, all for staff, and lines that were paid."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models import (
    Complaint,
    Feedback,
    Order,
    OrderLine,
    PaymentAttempt,
    Purchase,
    RefundRequest,
)
from wavepool.plumbing.errors import NotFound

#: Numbers of buyers who are no account here begin here; accounts stay far below.
FOREIGN_BUYERS: Final = 2**61


def buyer_number(source: str, user_id: str) -> int:
    """The number of a buyer of another system, in one key space with viewers.

    2**61 plus the first 60 bits of SHA-256 over source, a zero byte and the id.
    """
    digest = hashlib.sha256(f"{source}\0{user_id}".encode()).digest()
    return FOREIGN_BUYERS + (int.from_bytes(digest[:8], "big") >> 4)


def orders_of_account(account_id: int) -> QuerySet[Order]:
    """Every order that an account placed."""
    return Order.objects.filter(account_id=account_id).select_related("shop")


def orders_of_shop(shop_id: int) -> QuerySet[Order]:
    """Orders that a shop was paid for."""
    return Order.objects.filter(shop_id=shop_id, paid_at__isnull=False).select_related(
        "shop", "account"
    )


def every_order() -> QuerySet[Order]:
    """Orders of all shops, for the operator's own people."""
    return Order.objects.select_related("shop", "account")


def access_order(public_id: str, *, account_id: int | None) -> Order:
    """An order of this account; nobody has none.

    Raises:
        NotFound: there is none, or it is another's.
    """
    return _one(Order.objects.filter(account_id=account_id or 0), public_id)


def access_shop_order(public_id: str, *, shop_id: int) -> Order:
    """A paid order of this shop.

    Raises:
        NotFound: there is none, it is another shop's, or it is not paid.
    """
    return _one(orders_of_shop(shop_id), public_id)


def get_order(public_id: str) -> Order:
    """Any order, for the operator's own people.

    Raises:
        NotFound: there is none.
    """
    return _one(every_order(), public_id)


def list_lines(order: Order) -> list[OrderLine]:
    """The lines of an order with their requests, complaints and ratings: four queries."""
    ratings = Feedback.objects.filter(kind=Feedback.Kind.RATING)
    return list(
        OrderLine.objects.filter(order=order)
        .select_related("cancellation", "item")
        .prefetch_related(
            Prefetch("refund_requests", RefundRequest.objects.select_related("refund__payback")),
            Prefetch("complaints", Complaint.objects.all()),
            Prefetch("feedback", ratings, to_attr="ratings"),
        )
    )


def access_purchase(public_id: str, *, account_id: int | None) -> Purchase:
    """A purchase of this account.

    Raises:
        NotFound: there is none, or it is another's.
    """
    rows = Purchase.objects.filter(account_id=account_id or 0)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such purchase."))
    return found


def list_purchase_orders(purchase: Purchase) -> list[Order]:
    """The orders of a purchase with their lines."""
    rows = Order.objects.filter(purchase=purchase).select_related("shop").order_by("pk")
    return list(rows.prefetch_related("lines"))


def last_attempt(purchase: Purchase) -> PaymentAttempt | None:
    """The latest attempt to pay for a purchase."""
    return PaymentAttempt.objects.filter(purchase=purchase).order_by("-pk").first()


def open_attempts() -> QuerySet[PaymentAttempt]:
    """Payments of which nobody knows yet whether the money moved."""
    rows = PaymentAttempt.objects.filter(state__in=PaymentAttempt.OPEN)
    return rows.select_related("purchase__account")


def get_attempt(public_id: str) -> PaymentAttempt:
    """An attempt to pay.

    Raises:
        NotFound: there is none.
    """
    found = PaymentAttempt.objects.filter(public_id=public_id).select_related("purchase").first()
    if found is None:
        raise NotFound(_("There is no such payment."))
    return found


def lines_paid_since(moment: datetime) -> QuerySet[OrderLine]:
    """Lines whose payment became known here at a moment or later, in that order.

    What estimates follow: a payment that a provider confirmed late is found when it
    is known, though its `paid_at` lies earlier.
    """
    rows = OrderLine.objects.filter(known_at__gte=moment).select_related("order")
    return rows.order_by("known_at", "pk")


def lines_of_order(public_id: str) -> list[OrderLine]:
    """The paid lines of any order, for the domains above; none where there is no such order."""
    rows = OrderLine.objects.filter(order__public_id=public_id, paid_at__isnull=False)
    return list(rows.select_related("order"))


def find_line(line_id: int) -> OrderLine | None:
    """A paid line by its key, for the domains above."""
    rows = OrderLine.objects.filter(pk=line_id, paid_at__isnull=False)
    return rows.select_related("order__shop").first()


def paid_of_lines(line_ids: Collection[int]) -> dict[int, int]:
    """What buyers paid on some lines, in minor units, by the lines' keys."""
    rows = OrderLine.objects.filter(pk__in=line_ids, paid_at__isnull=False)
    return dict(rows.values_list("pk", "paid_minor"))


def find_orders(shop_id: int, external_ids: list[str]) -> dict[str, Order]:
    """Orders of a shop by the other system's numbers: one query."""
    rows = Order.objects.filter(shop_id=shop_id, external_id__in=external_ids)
    return {each.external_id: each for each in rows}


def find_external_line(shop_id: int, *, order: str, line: str) -> OrderLine | None:
    """A paid line of a shop by the other system's numbers."""
    rows = OrderLine.objects.filter(
        order__shop_id=shop_id,
        order__external_id=order,
        external_id=line,
        paid_at__isnull=False,
    )
    return rows.select_related("order").first()


def _one(rows: QuerySet[Order], public_id: str) -> Order:
    found = rows.select_related("shop", "purchase").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such order."))
    return found
