"""Orders and their lines: the facts that commission is reckoned from."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models.payments import Purchase

#: The largest amount of a line: what every reader of JSON still counts exactly.
AMOUNT_MAX: Final = 2**53
AMOUNTS: Final = ("paid_minor", "platform_coupon_minor", "shipping_minor", "tax_minor")


class Order(models.Model):
    """What one buyer orders of one shop.

    States: unpaid -> paid -> shipped -> received, or unpaid -> lapsed, or
    paid | shipped -> cancelled where nothing of it is left.
    """

    class State(models.TextChoices):
        """How far an order has come."""

        UNPAID = "unpaid", _("Waiting for payment")
        LAPSED = "lapsed", _("Not paid in time")
        PAID = "paid", _("Paid")
        SHIPPED = "shipped", _("Shipped")
        RECEIVED = "received", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    class Source(models.TextChoices):
        """Where an order was made."""

        SITE = "site", _("Checkout here")
        API = "api", _("Another shop system")
        HISTORY = "history", _("Taken over")

    public_id = models.CharField(max_length=40, unique=True)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="orders")
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # One key space with the viewers of touches: the account, or a digest of a foreign id.
    buyer_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=8, choices=Source.choices)
    # The other system's own number, and what it said under it.
    external_id = models.CharField(max_length=64, blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNPAID)
    # Sums of its lines, written together with them.
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    carrier = models.CharField(max_length=80, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="order_of_shop", fields=["shop", "id"]),
            models.Index(name="order_of_shop_by_state", fields=["shop", "state", "id"]),
            models.Index(name="order_of_account", fields=["account", "id"]),
            models.Index(name="order_by_state", fields=["state", "id"]),
            models.Index(name="order_shipped", fields=["state", "shipped_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="order_once_per_shop",
                fields=["shop", "external_id"],
                condition=~Q(external_id=""),
            ),
            models.CheckConstraint(
                name="order_is_paid_when_it_goes_on",
                condition=Q(state__in=["unpaid", "lapsed"], paid_at=None)
                | Q(state__in=["paid", "shipped", "received", "cancelled"], paid_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_refunds_within_total",
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class OrderLine(models.Model):
    """One variant in an order. What was agreed never changes; what happens later is set once."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, null=True, related_name="+")
    # As it was called then; empty on history that was taken over.
    title = models.CharField(max_length=200, blank=True)
    sku = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=64, blank=True)
    quantity = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_minor = models.BigIntegerField()
    platform_coupon_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    # Of the refunds that were granted; the rows say when and which.
    refunded_minor = models.BigIntegerField(default=0)
    link_code = models.CharField(max_length=40, blank=True)
    # The variant's price and the lowest of the 30 days before, as the buyer saw them.
    price_minor = models.BigIntegerField(null=True)
    lowest_price_minor = models.BigIntegerField(null=True)
    paid_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    # When this platform learned of the payment; what estimates follow.
    known_at = models.DateTimeField(null=True, db_index=True)
    # What was in force at payment; empty on history that was taken over.
    plans_digest = models.CharField(max_length=64, blank=True)
    contracts_digest = models.CharField(max_length=64, blank=True)
    policy_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(name="order_line_by_payment", fields=["paid_at", "id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="order_line_once",
                fields=["order", "external_id"],
                condition=~Q(external_id=""),
            ),
            models.CheckConstraint(
                name="order_line_quantity_is_not_negative", condition=Q(quantity__gte=0)
            ),
            *(
                models.CheckConstraint(
                    name=f"order_line_{name}_fits",
                    condition=Q(**{f"{name}__gte": 0, f"{name}__lte": AMOUNT_MAX}),
                )
                for name in AMOUNTS
            ),
            models.CheckConstraint(
                name="order_line_refunds_within_paid",
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("paid_minor")),
            ),
            models.CheckConstraint(
                name="order_line_received_after_paid",
                condition=Q(received_at=None) | Q(received_at__gte=F("paid_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.title}"

    @property
    def name(self) -> str:
        """How people call it."""
        return self.title or self.item.title

    @property
    def refundable_minor(self) -> int:
        """What can still be given back."""
        return self.paid_minor - self.refunded_minor

    @property
    def keeps_price_promise(self) -> bool | None:
        """Whether the price was the lowest of 30 days; None where nobody looked."""
        if self.price_minor is None or self.lowest_price_minor is None:
            return None
        return self.price_minor <= self.lowest_price_minor
