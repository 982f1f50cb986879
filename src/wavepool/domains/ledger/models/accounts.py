"""Accounts: who holds what, for which purpose, in which currency."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.engine.money import AMOUNT_MAX


class Purpose(models.TextChoices):
    """What the money of an account is for; it decides whether the account may go below zero."""

    WALLET = "wallet", _("Wallet")
    ESCROW = "escrow", _("Escrow")
    FEE = "fee", _("Fees")
    POOL = "pool", _("Pool")
    BUDGET = "budget", _("Budget")
    CARRY = "carry", _("Carried fractions")
    CLEARING = "clearing", _("Clearing")
    RECEIVABLE = "receivable", _("Receivable")
    EXTERNAL = "external", _("Outside world")


#: Somebody owes it to us, or it mirrors money outside; every other purpose stays at zero or above.
MAY_GO_NEGATIVE: Final = (Purpose.RECEIVABLE, Purpose.EXTERNAL)


class LedgerAccount(models.Model):
    """One account in one currency.

    The balance is what was credited less what was debited, so what we owe is
    above zero. It is kept with every batch and always equals the entries.
    `reserved_minor` is what pending transfers will take.
    """

    code = models.CharField(max_length=160, unique=True)
    owner_kind = models.CharField(max_length=24)
    owner_id = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    currency = models.CharField(max_length=3)
    may_go_negative = models.BooleanField(default=False)
    balance_minor = models.BigIntegerField(default=0)
    reserved_minor = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_account"
        indexes: ClassVar = [
            models.Index(fields=["owner_kind", "owner_id"], name="ledger_account_owner"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_account_never_below_zero",
                condition=Q(may_go_negative=True) | Q(balance_minor__gte=F("reserved_minor")),
            ),
            models.CheckConstraint(
                name="ledger_account_negative_where_named",
                condition=Q(may_go_negative=False) | Q(purpose__in=MAY_GO_NEGATIVE),
            ),
            # An embedded store turns a sum past 64 bits into a float; this refuses it.
            models.CheckConstraint(
                name="ledger_account_balance_is_whole",
                condition=Q(balance_minor__range=(-AMOUNT_MAX, AMOUNT_MAX)),
            ),
            models.CheckConstraint(
                name="ledger_account_reserved_is_whole",
                condition=Q(reserved_minor__range=(0, AMOUNT_MAX)),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def available_minor(self) -> int:
        """What new transfers may take."""
        return self.balance_minor - self.reserved_minor
