"""Daily drafts: what one run said of one month."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from wavepool.plumbing import ids


def new_draft_id() -> str:
    """A public id of a draft."""
    return ids.new_id("sd")


class Draft(models.Model):
    """What one settled run said of one month; whole or unseen.

    `taken_rows` counts the rows that are in, so that a killed take-in goes on where it stopped;
    readers look at drafts with `taken_at` only.

    Attributes:
        run_id: public id of the run, as the runs' domain names it.
        period: the month, "2026-11".
        day: the policy's local day of `as_of`.
        terms: what of the policy the pages name: tenths, scenes with pool and weight, shrinkage.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_draft_id)
    run_id = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    as_of = models.DateTimeField()
    day = models.DateField()
    policy_digest = models.CharField(max_length=64)
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    taken_rows = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="draft_once_per_run", fields=["run_id", "period"]),
            models.CheckConstraint(
                name="draft_period_is_a_month", condition=Q(period__contains="-")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="draft_by_period", fields=["period", "as_of"]),
        ]

    def __str__(self) -> str:
        return f"{self.period} as of {self.day}"
