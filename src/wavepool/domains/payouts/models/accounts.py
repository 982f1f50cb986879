"""Where a payee is paid: one account per currency, each change a new version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.plumbing import ids


def new_account_id() -> str:
    """A public id of a version of an account."""
    return ids.new_id("pa")


class PayoutAccount(models.Model):
    """One version of where a payee is paid in one currency; it never changes but to be replaced.

    Attributes:
        rail: name of the rail that reaches it.
        name: the holder, as the bank knows it.
        number_sealed: the number under the site's seal key; only a rail sees it whole.
        number_last: its last four characters, for pages.
        number_hash: a keyed hash, which tells the same number of two payees.
        usable_at: from then on it is paid to; a change waits three days.
        replaced_at: when the next version took its place.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_account_id)
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    version = models.PositiveIntegerField()
    rail = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    number_sealed = models.TextField(max_length=1_000)
    number_last = models.CharField(max_length=4)
    number_hash = models.CharField(max_length=64, db_index=True)
    set_by = models.BigIntegerField(null=True)
    set_name = models.CharField(max_length=160)
    set_at = models.DateTimeField()
    usable_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="payout_account_once_per_version", fields=["payee", "currency", "version"]
            ),
            models.UniqueConstraint(
                name="payout_account_one_in_use",
                fields=["payee", "currency"],
                condition=Q(replaced_at=None),
            ),
            models.CheckConstraint(
                name="payout_account_is_used_after_it_is_set",
                condition=Q(usable_at__gte=F("set_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return f"•••• {self.number_last}"
