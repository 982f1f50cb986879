"""Statements and their lines, and what became of the estimate."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.models.takes import Take

MICRO: Final = 1_000_000


class Statement(models.Model):
    """One payee's month in one currency, from what it earned to what is paid.

    Amounts are what the words of the bridge say; those that a carry touches are in micro-units.
    The engine's part ends in `payable_minor`; corrections, what is owed for them, and tax follow
    and end in `net_minor`. The store insists on both sums.

    Attributes:
        commission_minor: direct legs of the creator's lines, held ones and the agency's part in.
        pool_micro: shares of pools before the agency's part.
        award_micro: awards before the agency's part.
        agency_income_micro: what an agency takes of its creators' lines, shares and awards, less
            what refunds took of it.
        refund_minor: what refunds took back of the payee's own part.
        agency_split_micro: what agencies take of all of it.
        adjustment_minor: ends of holds.
        held_minor: parked in escrow.
        debt_in_minor, debt_out_minor: what refunds left owing, before and after.
        correction_minor: corrections by two persons, + to the payee.
        owed_in_minor, owed_out_minor: what corrections left owing, before and after.
        tax_minor: withheld.
        paid_minor: how much of the net was paid out.
    """

    public_id = models.CharField(max_length=40, unique=True)
    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    period = models.CharField(max_length=7)
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    commission_minor = models.BigIntegerField(default=0)
    pool_micro = models.BigIntegerField(default=0)
    award_micro = models.BigIntegerField(default=0)
    agency_income_micro = models.BigIntegerField(default=0)
    refund_minor = models.BigIntegerField(default=0)
    agency_split_micro = models.BigIntegerField(default=0)
    adjustment_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    carry_in_micro = models.BigIntegerField(default=0)
    carry_out_micro = models.BigIntegerField(default=0)
    debt_in_minor = models.BigIntegerField(default=0)
    debt_out_minor = models.BigIntegerField(default=0)
    payable_minor = models.BigIntegerField(default=0)
    correction_minor = models.BigIntegerField(default=0)
    owed_in_minor = models.BigIntegerField(default=0)
    owed_out_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    line_count = models.PositiveIntegerField(default=0)
    # What it said when it was put to objection; empty before.
    estimated_minor = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    paid_minor = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="statement_once_per_payee", fields=["take", "payee", "currency"]
            ),
            models.CheckConstraint(
                name="statement_bridge_ends_in_payable",
                condition=Q(
                    pool_micro=(
                        F("payable_minor")
                        + F("refund_minor")
                        + F("held_minor")
                        + F("debt_in_minor")
                        - F("debt_out_minor")
                        - F("adjustment_minor")
                        - F("commission_minor")
                    )
                    * MICRO
                    - F("award_micro")
                    - F("agency_income_micro")
                    + F("agency_split_micro")
                    - F("carry_in_micro")
                    + F("carry_out_micro")
                ),
            ),
            models.CheckConstraint(
                name="statement_net_follows_from_payable",
                condition=Q(
                    net_minor=F("payable_minor")
                    + F("correction_minor")
                    - F("owed_in_minor")
                    + F("owed_out_minor")
                    - F("tax_minor")
                ),
            ),
            models.CheckConstraint(
                name="statement_is_not_below_zero",
                condition=Q(payable_minor__gte=0)
                & Q(net_minor__gte=0)
                & Q(tax_minor__gte=0)
                & Q(owed_in_minor__gte=0)
                & Q(owed_out_minor__gte=0),
            ),
            models.CheckConstraint(
                name="statement_pays_no_more_than_its_net",
                condition=Q(paid_minor__gte=0) & Q(paid_minor__lte=F("net_minor")),
            ),
            models.CheckConstraint(
                name="statement_is_paid_after_it_is_issued",
                condition=Q(paid_minor=0) | Q(issued_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="statement_of_payee", fields=["payee", "period"]),
            models.Index(name="statement_by_payable", fields=["take", "payable_minor", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.period} of payee {self.payee_id}"


class Line(models.Model):
    """One line of a statement, a leaf of the month's tree.

    Attributes:
        key: as the engine has it, e.g. "C:501:7"; unique with the payee.
        source: what it groups under: a plan's kind, a pool, a programme.
        order_line_id: the order line that it is about.
        creator_id: whose content earned it.
        gross_micro: before the agency's part.
        occurred_at: when the order was paid; the month's end for what has no order.
    """

    class Kind(models.TextChoices):
        """What a line is."""

        COMMISSION = "commission", _("Commission")
        POOL = "pool", _("Pool share")
        AWARD = "award", _("Award")
        AGENCY = "agency", _("Agency's part")
        REFUND = "refund", _("Refund")
        ADJUSTMENT = "adjustment", _("End of a hold")
        DEBT = "debt", _("Debt")
        CORRECTION = "correction", _("Correction")

    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    leaf_no = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=60, blank=True)
    order_line_id = models.BigIntegerField(null=True)
    creator_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    micro = models.BigIntegerField()
    gross_micro = models.BigIntegerField()
    is_held = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="line_once_per_statement", fields=["statement", "key"]),
        ]
        indexes: ClassVar = [
            models.Index(name="line_by_amount", fields=["statement", "amount_minor", "id"]),
            models.Index(name="line_by_time", fields=["statement", "occurred_at", "id"]),
            models.Index(name="line_by_kind", fields=["statement", "kind", "id"]),
            models.Index(name="line_of_order_line", fields=["order_line_id"]),
            models.Index(name="line_of_take", fields=["take"]),
        ]

    def __str__(self) -> str:
        return self.key


class Shift(models.Model):
    """One reason for which a final statement differs from what was estimated.

    Attributes:
        reason: "settled_since", "refunded_since", "pool_changed", "held_since" …
        amount_minor: what it changed of the net, + to the payee.
        line_count: lines that changed for this reason.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    amount_minor = models.BigIntegerField()
    line_count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="shift_once_per_reason", fields=["statement", "reason"]),
        ]

    def __str__(self) -> str:
        return self.reason
