"""Objections to a published share: raised by the payee's people, answered by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.pools.models.periods import Period
from wavepool.plumbing import ids
from wavepool.plumbing.states import State


def new_objection_id() -> str:
    """A public id of an objection."""
    return ids.new_id("ob")


class Objection(models.Model):
    """One objection to one share; each is answered with a reason before the month closes."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waits for an answer")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_objection_id)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_index=False)
    pool_id = models.CharField(max_length=40)
    payee_id = models.BigIntegerField()
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="objection_one_open_per_share",
                fields=["period", "pool_id", "payee_id"],
                condition=Q(outcome="open"),
            ),
            models.CheckConstraint(
                name="objection_is_answered_with_a_reason_by_another",
                condition=Q(outcome="open", answered_by=None, answered_at=None, answer="")
                | ~Q(outcome="open")
                & ~Q(answer="")
                & Q(answered_at__gte=F("raised_at"))
                & Q(answered_by__isnull=False)
                & ~Q(answered_by=F("raised_by")),
            ),
            models.CheckConstraint(name="objection_says_what", condition=~Q(text="")),
        ]
        indexes: ClassVar = [
            models.Index(name="objection_by_period", fields=["period", "outcome", "raised_at"]),
            models.Index(name="objection_of_payee", fields=["payee_id", "raised_at"]),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.outcome == self.Outcome.OPEN

    def state_at(self, at: datetime) -> State:
        """How it stands, as people see it."""
        if self.outcome == self.Outcome.OPEN:
            is_late = at >= self.answer_due_at
            return State(
                name="open",
                label=_("Waits for an answer"),
                tone="error" if is_late else "warning",
                why=_("The answer is overdue; the month cannot close without it.")
                if is_late
                else "",
                until=None if is_late else self.answer_due_at,
            )
        is_upheld = self.outcome == self.Outcome.UPHELD
        return State(
            name=self.outcome,
            label=_("Upheld") if is_upheld else _("Rejected"),
            tone="ok" if is_upheld else "neutral",
            why=self.answer,
        )
