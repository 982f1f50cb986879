"""Batches: what is signed and sent together, over one rail in one currency."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids


def new_batch_id() -> str:
    """A public id of a batch."""
    return ids.new_id("pb")


class Batch(models.Model):
    """Payouts that are signed and sent together.

    States: draft -> awaiting -> approved -> sent -> settled | mixed; all but the last three may
    be cancelled while nothing was sent. A change takes it back to draft and voids what was signed.

    Attributes:
        cut_off_at: what payees were owed at that moment is in it.
        digest: of its content when somebody asked for a signature; "" before.
        needs_two: whether a second person has to sign.
        asked_by: who answers for its content and asked.
        approved_digest: the content that was signed.
        retry_of: the batch whose failed payouts it pays again.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Draft")
        AWAITING = "awaiting", _("Awaits its second signature")
        APPROVED = "approved", _("Signed")
        SENT = "sent", _("Sent")
        SETTLED = "settled", _("Settled")
        MIXED = "mixed", _("Settled with failures")
        CANCELLED = "cancelled", _("Cancelled")

    SIGNED: ClassVar = (State.APPROVED, State.SENT, State.SETTLED, State.MIXED)

    public_id = models.CharField(max_length=40, unique=True, default=new_batch_id)
    rail = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    cut_off_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    payout_count = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    made_by = models.BigIntegerField(null=True)
    made_name = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)
    needs_two = models.BooleanField(default=True)
    asked_by = models.BigIntegerField(null=True)
    asked_name = models.CharField(max_length=160, blank=True)
    asked_at = models.DateTimeField(null=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    approved_by = models.BigIntegerField(null=True)
    approved_name = models.CharField(max_length=160, blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=1_000, blank=True)
    retry_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="payout_batch_by_time", fields=["made_at", "id"]),
            models.Index(name="payout_batch_by_state", fields=["state", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payout_batch_signed_by_another",
                condition=Q(approved_by=None)
                | Q(needs_two=False)
                | ~Q(approved_by=F("asked_by")) & (Q(made_by=None) | ~Q(approved_by=F("made_by"))),
            ),
            models.CheckConstraint(
                name="payout_batch_is_sent_as_it_was_signed",
                condition=~Q(state__in=["approved", "sent", "settled", "mixed"])
                | Q(approved_by__isnull=False, asked_by__isnull=False, approved_digest=F("digest"))
                & ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="payout_batch_total_is_not_negative", condition=Q(total_minor__gte=0)
            ),
            models.CheckConstraint(
                name="payout_batch_cancelled_with_a_reason",
                condition=~Q(state="cancelled") | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject(self) -> str:
        """How approvals and the audit trail call it."""
        return f"payout_batch/{self.public_id}"
