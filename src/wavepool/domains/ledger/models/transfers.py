"""Transfers, the truth, and entries, the same seen from each account."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger.models.accounts import LedgerAccount
from wavepool.domains.ledger.models.batches import Batch


class Transfer(models.Model):
    """An amount above zero from one account to another; one wide row, never changed.

    Only a pending transfer may take a step: to posted or to voided, once. The
    database itself refuses every other change. Foreign keys carry no database
    constraint, which would cost more than half of the speed of a settlement;
    every writer resolves its accounts under a lock, and `verify_books` looks
    for a row without its accounts.
    """

    class State(models.TextChoices):
        """Pending reserves; posted moves; voided did neither."""

        PENDING = "pending", _("Pending")
        POSTED = "posted", _("Posted")
        VOIDED = "voided", _("Voided")

    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="transfers", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=120)
    debit = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="debits", db_constraint=False
    )
    credit = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="credits", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    kind = models.CharField(max_length=32)
    # What it is about, as "order_line:123".
    subject = models.CharField(max_length=80, blank=True)
    # The period whose books it counts in; a pending one takes the period that it is posted in.
    period = models.CharField(max_length=7)
    made_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="reversed_by",
        db_constraint=False,
        db_index=False,
    )
    # The batch that used or released the reservation.
    decided_by = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        related_name="decided",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        db_table = "ledger_transfer"
        indexes: ClassVar = [
            models.Index(
                fields=["debit"], name="ledger_transfer_pending", condition=Q(state="pending")
            ),
            models.Index(
                fields=["decided_by"],
                name="ledger_transfer_decided",
                condition=Q(decided_by__isnull=False),
            ),
            models.Index(
                fields=["subject"], name="ledger_transfer_subject", condition=~Q(subject="")
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "key"], name="ledger_transfer_key_once"),
            models.UniqueConstraint(
                fields=["reverses"],
                name="ledger_transfer_reversed_once",
                condition=Q(reverses__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_transfer_amount_above_zero", condition=Q(amount_minor__gt=0)
            ),
            models.CheckConstraint(
                name="ledger_transfer_two_accounts", condition=~Q(debit=F("credit"))
            ),
            models.CheckConstraint(
                name="ledger_transfer_posted_at",
                condition=Q(state="posted", posted_at__isnull=False)
                | Q(state__in=["pending", "voided"], posted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.key}"


class Entry(models.Model):
    """One side of a posted transfer: less on its debit account, more on its credit account.

    A view over the transfers; entries of a transfer always add up to zero.
    """

    id = models.BigIntegerField(primary_key=True)
    transfer = models.ForeignKey(
        Transfer, models.DO_NOTHING, related_name="entries", db_constraint=False
    )
    batch = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False)
    account = models.ForeignKey(
        LedgerAccount, models.DO_NOTHING, related_name="entries", db_constraint=False
    )
    other = models.ForeignKey(
        LedgerAccount, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=80)
    period = models.CharField(max_length=7)
    posted_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        managed = False

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount_minor} {self.currency}"
