"""The close of a month: reconciled, approved by two, posted, locked, issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.domains.statements.models.takes import Take


class Close(models.Model):
    """One month on its way into the books; each step once and never back.

    Attributes:
        digest: of what two persons approve: the final run, its totals, the findings.
        findings: what the reconciliation found, check by check.
        posted_chunks: cursor of posting.
    """

    period = models.CharField(max_length=7, unique=True)
    take = models.OneToOneField(Take, models.PROTECT, related_name="close")
    prepared_at = models.DateTimeField()
    prepared_by = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    approved_name = models.CharField(max_length=160, blank=True)
    posting_at = models.DateTimeField(null=True)
    posted_chunks = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="close_is_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="close_posts_what_was_approved",
                condition=Q(posting_at=None) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="close_locks_what_was_posted",
                condition=Q(locked_at=None) | Q(posted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="close_issues_what_was_locked",
                condition=Q(issued_at=None) | Q(locked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.period
