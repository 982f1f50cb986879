"""Order lines as their creators see them, within seconds of payment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits.models.runs import Run


class EstimatedLine(models.Model):
    """What one order line brings one creator: estimated at once, then as the latest run says."""

    class State(models.TextChoices):
        """How sure it is."""

        ESTIMATED = "estimated", _("Estimated")
        DRAFTED = "drafted", _("In the draft")
        FINAL = "final", _("Final")

    line_id = models.BigIntegerField()
    order_id = models.BigIntegerField()
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+", db_index=False)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    payee_id = models.BigIntegerField()
    agency = models.ForeignKey("people.Agency", models.PROTECT, null=True, related_name="+",
                               db_index=False)  # fmt: skip
    state = models.CharField(max_length=9, choices=State.choices, default=State.ESTIMATED)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=7)
    outcome = models.CharField(max_length=10)
    scene_id = models.CharField(max_length=60)
    pool_id = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)
    paid_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField()
    # The creator's part of the direct leg, and what of it the agency and the creator get.
    direct_minor = models.BigIntegerField()
    agency_minor = models.BigIntegerField()
    kept_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    pool_minor = models.BigIntegerField()
    paid_at = models.DateTimeField()
    # When it becomes payable, once the goods were received.
    settle_at = models.DateTimeField(null=True)
    # What a receipt is made of, and the creator's own touches of the line.
    facts = models.JSONField()
    touches = models.JSONField()
    estimated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="line_of_creator", fields=["creator", "paid_at", "id"]),
            models.Index(name="line_of_creator_by_kept", fields=["creator", "kept_minor", "id"]),
            models.Index(name="line_of_agency", fields=["agency", "paid_at", "id"]),
            models.Index(name="line_of_shop", fields=["shop", "paid_at", "id"]),
            models.Index(name="line_by_period", fields=["period", "paid_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="line_once_per_creator", fields=["line_id", "creator"]),
            models.CheckConstraint(
                name="line_parts_add_up",
                condition=Q(direct_minor=F("agency_minor") + F("kept_minor")),
            ),
            models.CheckConstraint(
                name="line_is_of_a_run_once_drafted",
                condition=Q(state="estimated", run=None)
                | (~Q(state="estimated") & Q(run__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}:{self.creator_id}"


class EstimateMark(models.Model):
    """How far payments were estimated: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    estimated_to = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="estimate_mark_is_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.estimated_to.isoformat()
