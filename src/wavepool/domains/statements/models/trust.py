"""What a review of trust found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class TrustReview(models.Model):
    """One payee's trust as one month's review found it, with the facts that it counted.

    Attributes:
        period: the month in which the review took place.
        days: from receipt of the goods to settlement, since this review.
        step: "lost", "usual" or "earned".
        months: months with an issued statement in the span that was reviewed.
        rulings: rulings against the payee in it.
        refund_ppm: refunds as a part of the commission in it.
    """

    class Step(models.TextChoices):
        """What trust there is."""

        LOST = "lost"
        USUAL = "usual"
        EARNED = "earned"

    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(max_length=7)
    days = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=6, choices=Step.choices)
    months = models.PositiveSmallIntegerField()
    rulings = models.PositiveIntegerField()
    refund_ppm = models.PositiveIntegerField()
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="trust_review_once_a_month", fields=["payee", "period"]),
            models.CheckConstraint(
                name="trust_review_counts_at_most_all", condition=Q(refund_ppm__lte=1_000_000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} of payee {self.payee_id}"
