"""What rails report: result files, the lines of their reports, and how differences ended."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models.batches import Batch
from wavepool.domains.payouts.models.payouts import Payout
from wavepool.plumbing import ids


def new_result_id() -> str:
    """A public id of a result file."""
    return ids.new_id("pr")


def new_resolution_id() -> str:
    """A public id of a resolution."""
    return ids.new_id("px")


class ResultFile(models.Model):
    """A result file as it came, taken in whole or refused whole; never thrown away.

    Attributes:
        sealed: its bytes under the site's seal key, as it names people and accounts.
        faults: why it was refused: row, rule, value.
        line_count: lines that it had, as far as it could be read.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_result_id)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="results")
    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    line_count = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    is_taken = models.BooleanField()
    taken_by = models.CharField(max_length=160)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="result_file_taken_once",
                fields=["batch", "sha256"],
                condition=Q(is_taken=True),
            ),
            models.CheckConstraint(
                name="result_file_taken_without_faults",
                condition=Q(is_taken=False) & ~Q(faults=[]) | Q(is_taken=True, faults=[]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReportLine(models.Model):
    """One payment as a rail reports it; what it says last counts.

    Attributes:
        key: our payout's id as the rail has it; anything in what is only theirs.
        payout: ours of that key, if there is one.
    """

    class State(models.TextChoices):
        """What the rail says of it."""

        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        RETURNED = "returned", _("Returned")

    rail = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    payout = models.OneToOneField(Payout, models.PROTECT, null=True, related_name="report")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_line_once_per_key", fields=["rail", "key"]),
        ]

    def __str__(self) -> str:
        return self.key


class Resolution(models.Model):
    """How a difference between a rail's report and ours shall end; two persons make it hold.

    Attributes:
        payout, line: what it is about: ours, or what is only theirs.
        deed: what becomes of it.
    """

    class Deed(models.TextChoices):
        """What becomes of it."""

        PAID = "paid", _("It was paid")
        FAILED = "failed", _("It never arrived")
        RETURNED = "returned", _("The money came back")
        NOTED = "noted", _("Not ours; the rail was told")

    class Outcome(models.TextChoices):
        """What became of the wish."""

        OPEN = "open", _("Waits for a second person")
        APPLIED = "applied", _("Done")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_resolution_id)
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(ReportLine, models.PROTECT, null=True, related_name="+")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    reason = models.CharField(max_length=1_000)
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1_000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="resolution_is_about_one_thing",
                condition=Q(payout__isnull=False, line=None)
                | Q(payout=None, line__isnull=False, deed="noted"),
            ),
            models.UniqueConstraint(
                name="resolution_one_open_per_payout",
                fields=["payout"],
                condition=Q(outcome="open", payout__isnull=False),
            ),
            models.UniqueConstraint(
                name="resolution_one_standing_per_line",
                fields=["line"],
                condition=Q(outcome__in=["open", "applied"], line__isnull=False),
            ),
            models.CheckConstraint(
                name="resolution_two_persons",
                condition=Q(outcome="open", decided_by=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(outcome="open")
                & ~Q(decided_by=F("author")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject(self) -> str:
        """How approvals and the audit trail call it."""
        return f"payout_resolution/{self.public_id}"
