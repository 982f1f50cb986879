"""What a programme may spend in a month: asked by one person, approved by another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids
from wavepool.plumbing.states import State


def new_change_id() -> str:
    """A public id of a change."""
    return ids.new_id("bc")


class Budget(models.Model):
    """An approved budget, in money and in traffic; the season's table `budgets` is these rows."""

    programme_id = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    currency = models.CharField(max_length=3)
    budget_minor = models.BigIntegerField()
    traffic_units = models.BigIntegerField()
    approved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="programme_budget_once", fields=["programme_id", "period"]
            ),
            models.CheckConstraint(
                name="programme_budget_zero_or_more",
                condition=Q(budget_minor__gte=0, traffic_units__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} in {self.period}"


class BudgetChange(models.Model):
    """A wish for another budget of a month that has not ended; two persons make it hold."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waits for a second person")
        APPLIED = "applied", _("In force")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_change_id)
    programme_id = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    currency = models.CharField(max_length=3)
    before_minor = models.BigIntegerField()
    after_minor = models.BigIntegerField()
    before_traffic_units = models.BigIntegerField()
    after_traffic_units = models.BigIntegerField()
    reason = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="programme_budget_one_open_change",
                fields=["programme_id", "period"],
                condition=Q(outcome="open"),
            ),
            models.CheckConstraint(
                name="programme_budget_change_not_negative",
                condition=Q(after_minor__gte=0, after_traffic_units__gte=0),
            ),
            models.CheckConstraint(
                name="programme_budget_change_two_persons",
                condition=Q(outcome="open", decided_by=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(outcome="open")
                & ~Q(decided_by=F("author")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="programme_budget_changes", fields=["programme_id", "asked_at"])
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject(self) -> str:
        """How approvals and the audit trail call it."""
        return f"programme_budget/{self.public_id}"

    @property
    def is_open(self) -> bool:
        """Whether a second person has to look at it."""
        return self.outcome == self.Outcome.OPEN

    @property
    def state(self) -> State:
        """How it stands, as people see it."""
        if self.outcome == self.Outcome.OPEN:
            return State(name="open", label=_("Waits for a second person"), tone="warning")
        if self.outcome == self.Outcome.APPLIED:
            return State(name="applied", label=_("In force"), tone="ok")
        return State(name="rejected", label=_("Rejected"), why=self.answer)
