"""Rows of orders; foreign keys from other domains name them by string."""

from wavepool.domains.orders.models.after_sales import (
    Cancellation,
    Complaint,
    Feedback,
    Payback,
    Refund,
    RefundRequest,
)
from wavepool.domains.orders.models.carts import Address, Cart, CartLine
from wavepool.domains.orders.models.orders import AMOUNT_MAX, Order, OrderLine
from wavepool.domains.orders.models.payments import PaymentAttempt, Purchase

__all__ = [
    "AMOUNT_MAX",
    "Address",
    "Cancellation",
    "Cart",
    "CartLine",
    "Complaint",
    "Feedback",
    "Order",
    "OrderLine",
    "Payback",
    "PaymentAttempt",
    "Purchase",
    "Refund",
    "RefundRequest",
]
