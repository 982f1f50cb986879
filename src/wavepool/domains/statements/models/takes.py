"""What one run says of one month's statements; whole or unseen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Take(models.Model):
    """The statements of one month as one run has them.

    `taken_rows` is the cursor of taking it in; readers look at takes with `taken_at` only. Of an
    open month the latest take counts, of a closed one the take of its final run.

    Attributes:
        period: the month, "2026-11".
        is_final: whether it comes from the month's final run.
        totals: sums per currency as the run has them, held against the rows that were taken in.
    """

    period = models.CharField(max_length=7)
    run = models.ForeignKey("credits.Run", models.PROTECT, related_name="+", db_index=False)
    is_final = models.BooleanField(default=False)
    as_of = models.DateTimeField()
    totals = models.JSONField(default=dict)
    taken_rows = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="take_once_per_run", fields=["run", "period"]),
            models.UniqueConstraint(
                name="take_final_once_per_month",
                fields=["period"],
                condition=Q(is_final=True, taken_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="take_by_period", fields=["period", "as_of"]),
        ]

    def __str__(self) -> str:
        return f"{self.period} of {self.run_id}"
