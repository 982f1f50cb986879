"""Reviews of standings: what a creator's level or tier was computed from, the last time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class StandingReview(models.Model):
    """The last review of one creator's level or tier: the facts, the rule, the outcome."""

    class Kind(models.TextChoices):
        """What was reviewed."""

        LEVEL = "level"
        TIER = "tier"

    creator = models.ForeignKey("people.Creator", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reviewed_at = models.DateTimeField()
    # The slot of the schedule that this review belongs to; a slot is reviewed once.
    slot_at = models.DateTimeField()
    # Local days [window_from, window_to) whose facts counted.
    window_from_date = models.DateField()
    window_to_date = models.DateField()
    effective_days = models.PositiveIntegerField()
    sales_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # What the facts reach, and what the creator has after the review.
    reached = models.CharField(max_length=16)
    standing = models.CharField(max_length=16)
    # Since when the facts reach less than the standing, and until when it is kept all the same.
    missed_since_at = models.DateTimeField(null=True)
    kept_until_at = models.DateTimeField(null=True)
    policy_number = models.PositiveIntegerField()
    run_id = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="standing_review_once", fields=["creator", "kind"]),
            models.CheckConstraint(
                name="standing_review_keeps_until_an_end",
                condition=Q(missed_since_at=None, kept_until_at=None)
                | Q(missed_since_at__isnull=False, kept_until_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.kind} {self.standing}"
