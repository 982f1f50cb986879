"""Corrections: what two persons add to or take from a payee, in the next month that closes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids


def new_correction_id() -> str:
    """A public id of a correction."""
    return ids.new_id("cor")


class Correction(models.Model):
    """One amount beside what the engine counts: asked by one, agreed to by another, applied once.

    A closed month is never changed; what was wrong with it is corrected in the next that closes.

    Attributes:
        amount_minor: + to the payee, - from the payee.
        ref: what it follows from: an objection, an award, a ruling; each once per cause.
        about_period, about_key: the line of a statement that it is about, if it is about one.
        applied_period: the month whose close took it in; "" before.
    """

    class Cause(models.TextChoices):
        """Why it is made."""

        OBJECTION = "objection", _("Objection upheld")
        AWARD = "award_clawed_back", _("Award clawed back")
        FRAUD = "fraud_ruling", _("Fraud ruling")
        MISTAKE = "mistake", _("Mistake")

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("Waits for a second person")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_correction_id)
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    cause = models.CharField(max_length=20, choices=Cause.choices)
    ref = models.CharField(max_length=120, blank=True)
    about_period = models.CharField(max_length=7, blank=True)
    about_key = models.CharField(max_length=160, blank=True)
    reason = models.TextField(max_length=1_000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.BigIntegerField()
    asked_name = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(max_length=1_000, blank=True)
    applied_period = models.CharField(max_length=7, blank=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="correction_is_not_nothing", condition=~Q(amount_minor=0)),
            models.CheckConstraint(name="correction_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="correction_is_decided_by_another",
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | Q(
                    ~Q(state="asked"),
                    ~Q(decided_by=F("asked_by")),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="correction_applies_what_was_approved",
                condition=Q(applied_period="", applied_at=None)
                | Q(~Q(applied_period=""), state="approved", applied_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="correction_once_per_ref",
                fields=["cause", "ref"],
                condition=~Q(ref="") & ~Q(state="rejected"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="correction_by_state", fields=["state", "asked_at", "id"]),
            models.Index(name="correction_by_amount", fields=["amount_minor", "id"]),
            models.Index(name="correction_of_payee", fields=["payee", "applied_period"]),
            models.Index(name="correction_by_period", fields=["applied_period", "id"]),
        ]

    def __str__(self) -> str:
        return self.public_id
