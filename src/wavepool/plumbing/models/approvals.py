"""Rows of decisions that take two persons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.ids import new_id


def new_approval_id() -> str:
    """A public id of an approval."""
    return new_id("apr")


class Approval(models.Model):
    """One request that somebody else look at exactly this content, and what they decided.

    Attributes:
        subject: what it is about, e.g. "policy/commission/v2".
        digest: sha256 of the exact content; another content needs another approval.
        makers: accounts that had a hand in the content; none of them may decide.
        requested_by, decided_by: accounts; the store itself refuses one who is both.
    """

    class Decision(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        VOID = "void", _("Void: the content changed")

    public_id = models.CharField(max_length=40, unique=True, default=new_approval_id)
    subject = models.CharField(max_length=160)
    digest = models.CharField(max_length=64)
    makers = models.JSONField(default=list)
    requested_by = models.BigIntegerField()
    requested_name = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "digest"], name="approval_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_takes_two",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="approval_decided_by_somebody",
                condition=(
                    Q(decision="open", decided_by=None, decided_at=None)
                    | Q(decision="void")
                    | Q(
                        decision__in=["approved", "rejected"],
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="approval_rejected_with_reason",
                condition=~Q(decision="rejected") | ~Q(reason=""),
            ),
            models.UniqueConstraint(
                name="approval_one_open",
                fields=["subject"],
                condition=Q(decision__in=["open", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.decision}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a second person."""
        return self.decision == self.Decision.OPEN

    @property
    def is_approved(self) -> bool:
        """Whether a second person agreed."""
        return self.decision == self.Decision.APPROVED
