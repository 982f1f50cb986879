"""Rows of risk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """Money of one order line, parked with its cause, its evidence and an end.

    It is opened by a run, never by hand. `applied_period` is the month whose books moved the
    money after the ruling or the end; until then it is parked, whatever the state.
    """

    class Cause(models.TextChoices):
        """What it is about."""

        SELF_PURCHASE = "self_purchase", _("Own purchase")
        LOCKSTEP = "lockstep", _("Buying in lockstep")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Held")
        APPEALED = "appealed", _("Appealed")
        RULED = "ruled", _("Ruled")
        EXPIRED = "expired", _("Ended by default")
        LIFTED = "lifted", _("Lifted")

    public_id = models.CharField(max_length=40, unique=True)
    # As the engine names it, `cause:line:NUMBER`: a later run opens the same hold.
    hold_id = models.CharField(max_length=120, unique=True)
    cause = models.CharField(max_length=16, choices=Cause.choices)
    rule = models.CharField(max_length=40)
    line_id = models.BigIntegerField()
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    evidence = models.JSONField()
    opened_period = models.CharField(max_length=7)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    default_kept_ppm = models.PositiveIntegerField()
    # The run that found it last.
    run = models.ForeignKey("credits.Run", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    applied_period = models.CharField(max_length=7, blank=True)
    # A first person of the team looked at it and found it right.
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_name = models.CharField(max_length=160, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_why = models.TextField(max_length=1_000, blank=True)
    # The payee's people say why it is wrong.
    appealed_by = models.BigIntegerField(null=True)
    appealed_name = models.CharField(max_length=160, blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal = models.TextField(max_length=2_000, blank=True)
    # Another person decides.
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    kept_ppm = models.PositiveIntegerField(null=True)
    reason = models.TextField(max_length=2_000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="hold_by_deadline", fields=["state", "expires_at", "id"]),
            models.Index(name="hold_of_creator", fields=["creator", "expires_at", "id"]),
            models.Index(name="hold_of_payee", fields=["payee", "applied_period"]),
            models.Index(name="hold_of_period", fields=["opened_period", "state"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_is_ruled_by_another_than_who_confirmed_or_appealed",
                condition=Q(decided_by=None)
                | (
                    (Q(confirmed_by=None) | ~Q(decided_by=F("confirmed_by")))
                    & (Q(appealed_by=None) | ~Q(decided_by=F("appealed_by")))
                ),
            ),
            models.CheckConstraint(
                name="hold_is_ruled_by_somebody_with_a_reason",
                condition=~Q(state="ruled")
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False, kept_ppm__isnull=False)
                    & ~Q(reason="")
                ),
            ),
            models.CheckConstraint(
                name="hold_is_appealed_with_words", condition=~Q(state="appealed") | ~Q(appeal="")
            ),
            models.CheckConstraint(
                name="hold_leaves_a_share",
                condition=Q(default_kept_ppm__lte=1_000_000)
                & (Q(kept_ppm=None) | Q(kept_ppm__lte=1_000_000)),
            ),
            models.CheckConstraint(name="hold_is_not_below_zero", condition=Q(amount_minor__gte=0)),
            models.CheckConstraint(
                name="hold_moves_money_once_it_has_ended",
                condition=Q(applied_period="") | Q(state__in=["ruled", "expired", "lifted"]),
            ),
        ]

    def __str__(self) -> str:
        return self.hold_id
