"""Pieces that are set aside for a buyer who is paying."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models.items import Variant


class Reservation(models.Model):
    """Pieces of a variant, out of its stock, for one purchase; taken in the end, or given back."""

    class State(models.TextChoices):
        """What became of the pieces."""

        HELD = "held", _("Held")
        TAKEN = "taken", _("Taken")
        RELEASED = "released", _("Released")

    # For whom: the public id of a purchase.
    key = models.CharField(max_length=40)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="reservations")
    quantity = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="reservation_once", fields=["key", "variant"]),
            models.CheckConstraint(name="reservation_of_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="reservation_ends_once",
                condition=Q(state="held", ended_at=None)
                | Q(state__in=["taken", "released"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.variant_id}×{self.quantity}"
