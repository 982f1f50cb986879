"""How much of which statement a payout paid."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wavepool.domains.statements.models.statements import Statement


class StatementPayment(models.Model):
    """A part of a statement's net that left with one payout, and perhaps came back.

    Attributes:
        payout: the payout's key, the same for ever.
        returned_at: when the money came back; it is owed again since.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", db_index=False)
    payout = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    paid_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="statement_payment_once_per_payout", fields=["statement", "payout"]
            ),
            models.CheckConstraint(
                name="statement_payment_pays_something", condition=Q(amount_minor__gt=0)
            ),
            models.CheckConstraint(
                name="statement_payment_names_its_payout", condition=~Q(payout="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="statement_payment_of_payout", fields=["payout"]),
        ]

    def __str__(self) -> str:
        return f"{self.payout} of {self.statement_id}"
