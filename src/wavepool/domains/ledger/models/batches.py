"""Batches: what was posted together, under one key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """Linked transfers that were posted, or whose reservation was decided, in one step.

    `digest` is over the command and its rows in the order of their ids. It tells
    a repeated command from another one under the same key, it stands in the
    audit trail, and it shows later that no row was changed.
    """

    class Kind(models.TextChoices):
        """What the batch did."""

        POST = "post", _("Posted")
        POST_PENDING = "post_pending", _("Reservation used")
        VOID_PENDING = "void_pending", _("Reservation released")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    period = models.CharField(max_length=7)
    transfer_count = models.PositiveIntegerField()
    sums_minor = models.JSONField()
    actor = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_batch"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_batch_has_key", condition=~models.Q(key="") & ~models.Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return self.key
