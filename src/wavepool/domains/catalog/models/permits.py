"""Permits: what a shop may sell, until when, as staff checked it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models.categories import PermitKind


class Permit(models.Model):
    """One document of an authority; it holds on days before `expires_date`."""

    class State(models.TextChoices):
        """How far its check has come."""

        SUBMITTED = "submitted", _("Waiting for review")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        REVOKED = "revoked", _("Revoked")

    public_id = models.CharField(max_length=40, unique=True)
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=PermitKind.choices)
    number = models.CharField(max_length=64)
    expires_date = models.DateField()
    # The public id of the scan; only the shop's people and staff may open it.
    document = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    # What the reviewer wrote; a refusal and a revocation always say why.
    why = models.CharField(max_length=400, blank=True)
    submitted_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="permit_of_shop", fields=["shop", "kind", "state"]),
            models.Index(name="permit_by_state", fields=["state", "id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="permit_once_per_shop",
                fields=["shop", "kind", "number"],
                condition=Q(state__in=["submitted", "approved"]),
            ),
            models.CheckConstraint(
                name="permit_is_refused_with_a_reason",
                condition=~Q(state__in=["refused", "revoked"], why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def holds_on(self, day: date) -> bool:
        """Whether it allows a sale on a day."""
        return self.state == self.State.APPROVED and day < self.expires_date
