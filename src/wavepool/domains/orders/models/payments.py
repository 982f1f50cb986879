"""Payments: what is bought in one go, and each attempt to pay for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Purchase(models.Model):
    """What a buyer pays at once: one order per shop, one currency, one address."""

    class State(models.TextChoices):
        """Whether it is paid; `paying` while an attempt has no answer."""

        UNPAID = "unpaid", _("Waiting for payment")
        PAYING = "paying", _("Being paid")
        PAID = "paid", _("Paid")
        LAPSED = "lapsed", _("Not paid in time")

    public_id = models.CharField(max_length=40, unique=True)
    # The cart's key at checkout: sent twice, it is one purchase.
    checkout_key = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    ship_to = models.TextField(max_length=600)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UNPAID)
    placed_at = models.DateTimeField()
    # Until then its goods are set aside.
    pay_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="purchase_waiting", fields=["state", "pay_until"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="purchase_total_is_not_negative", condition=Q(total_minor__gte=0)
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class PaymentAttempt(models.Model):
    """One try to pay: written before the provider is called, answered after.

    `public_id` is the key that the provider gets, so calling again pays nothing twice.
    States: intent -> paid | refused | unknown; unknown -> paid | refused.
    """

    class State(models.TextChoices):
        """What is known of it."""

        INTENT = "intent", _("Begun")
        UNKNOWN = "unknown", _("Outcome unknown")
        PAID = "paid", _("Paid")
        REFUSED = "refused", _("Refused")

    OPEN: ClassVar = (State.INTENT, State.UNKNOWN)

    public_id = models.CharField(max_length=40, unique=True)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="attempts")
    provider = models.CharField(max_length=40)
    instrument = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State.choices, default=State.INTENT)
    why = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(name="attempt_by_state", fields=["state", "id"])]
        constraints: ClassVar = [
            # While one attempt may have taken the money, there is no second.
            models.UniqueConstraint(
                name="attempt_one_alive_per_purchase",
                fields=["purchase"],
                condition=Q(state__in=["intent", "unknown", "paid"]),
            ),
            models.CheckConstraint(
                name="attempt_ends_with_an_answer",
                condition=Q(state__in=["intent", "unknown"], ended_at=None)
                | Q(state__in=["paid", "refused"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
