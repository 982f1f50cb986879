"""Payouts: one payee's money in a batch."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models.accounts import PayoutAccount
from wavepool.domains.payouts.models.batches import Batch
from wavepool.plumbing import ids


def new_payout_id() -> str:
    """A public id of a payout; the key under which a rail knows it."""
    return ids.new_id("po")


class Payout(models.Model):
    """Money on its way to one payee.

    States: planned -> reserved -> sent -> paid | failed | unknown; unknown -> paid | failed;
    paid -> returned. Planned and reserved ones may be cancelled. None goes back, none is sent
    twice: what failed is paid again by a new payout with a key of its own.

    Attributes:
        public_id: the rail's idempotency key.
        account: the version of the account that it goes to.
        transfer_id: the ledger's reservation, which moves when it is paid.
        rail_reference: the rail's own number for it.
        why_code, why: why it failed, was returned or cancelled.
        asked_at: when the rail was last asked what became of it.
        retry_of: the failed or returned payout that it pays again.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("Planned")
        RESERVED = "reserved", _("Reserved")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Outcome unknown")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN: ClassVar = (State.PLANNED, State.RESERVED, State.SENT, State.UNKNOWN)
    ON_ITS_WAY: ClassVar = (State.SENT, State.UNKNOWN)

    public_id = models.CharField(max_length=40, unique=True, default=new_payout_id)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payouts", db_index=False)
    line_no = models.PositiveIntegerField()
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    transfer_id = models.BigIntegerField(null=True, unique=True)
    rail_reference = models.CharField(max_length=80, blank=True)
    why_code = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    reserved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    retry_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="retried_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="payout_of_payee", fields=["payee", "planned_at", "id"]),
            models.Index(name="payout_in_batch", fields=["batch", "state", "id"]),
            models.Index(
                name="payout_waiting",
                fields=["sent_at", "id"],
                condition=Q(state__in=["sent", "unknown"]),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="payout_once_per_line", fields=["batch", "line_no"]),
            # While one may reach its payee, there is no second.
            models.UniqueConstraint(
                name="payout_one_open_per_payee_and_currency",
                fields=["payee", "currency"],
                condition=Q(state__in=["planned", "reserved", "sent", "unknown"]),
            ),
            models.CheckConstraint(
                name="payout_amount_above_zero", condition=Q(amount_minor__gt=0)
            ),
            models.CheckConstraint(
                name="payout_is_sent_after_its_money_is_reserved",
                condition=~Q(state__in=["reserved", "sent", "unknown", "paid", "returned"])
                | Q(transfer_id__isnull=False),
            ),
            models.CheckConstraint(
                name="payout_on_its_way_was_sent",
                condition=~Q(state__in=["sent", "unknown", "paid", "returned"])
                | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="payout_paid_has_its_time",
                condition=Q(state__in=["paid", "returned"], paid_at__isnull=False)
                | ~Q(state__in=["paid", "returned"]) & Q(paid_at=None),
            ),
            models.CheckConstraint(
                name="payout_says_why_it_did_not_arrive",
                condition=~Q(state__in=["failed", "returned", "cancelled"]) | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class PayoutPart(models.Model):
    """What a payout pays of one statement; parts add up to the payout, so it has its lines."""

    payout = models.ForeignKey(Payout, models.CASCADE, related_name="parts", db_index=False)
    statement = models.ForeignKey("statements.Statement", models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="payout_part_once_per_statement", fields=["payout", "statement"]
            ),
            models.CheckConstraint(
                name="payout_part_amount_above_zero", condition=Q(amount_minor__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.period
