"""What was closed, and what was proved, and when."""

from __future__ import annotations

from django.db import models


class ClosedPeriod(models.Model):
    """A period that takes no more transfers; its digest is over each account's turnover."""

    name = models.CharField(max_length=7, unique=True)
    digest = models.CharField(max_length=64)
    transfer_count = models.PositiveBigIntegerField()
    sums_minor = models.JSONField()
    actor = models.CharField(max_length=160)
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_closed_period"

    def __str__(self) -> str:
        return self.name


class Verification(models.Model):
    """One proof of the books: how far it went and what it found."""

    is_full = models.BooleanField()
    checked_at = models.DateTimeField()
    up_to_batch_id = models.BigIntegerField()
    batch_count = models.PositiveBigIntegerField()
    account_count = models.PositiveBigIntegerField()
    findings = models.JSONField()
    actor = models.CharField(max_length=160)

    class Meta:
        db_table = "ledger_verification"

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}: {len(self.findings)}"

    @property
    def reconciles(self) -> bool:
        """Whether everything that must be equal was equal."""
        return not self.findings
