"""Standing: levels and tiers with their history, restrictions, followers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Creator, Tier


class Standing(models.Model):
    """A creator's level or tier in `[valid_from, valid_to)`, and why."""

    class Kind(models.TextChoices):
        """What is said."""

        LEVEL = "level", _("Level")
        TIER = "tier", _("Tier")

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value = models.CharField(max_length=16)
    reason = models.CharField(max_length=400)
    set_by = models.CharField(max_length=120)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="standing_one_now", fields=["creator", "kind"], condition=Q(valid_to=None)
            ),
            models.UniqueConstraint(
                name="standing_starts_once", fields=["creator", "kind", "valid_from"]
            ),
            models.CheckConstraint(
                name="standing_runs_forward",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    @property
    def label(self) -> str:
        """The value as people call it: a level is its number, a tier has a name."""
        return str(Tier(self.value).label) if self.kind == self.Kind.TIER else self.value


class Restriction(models.Model):
    """What a creator may not do for a while, with the reason and the end."""

    class Scope(models.TextChoices):
        """What is restricted."""

        LIVE = "live", _("Live rooms")
        PUBLISH = "publish", _("Publishing")
        PROMOTE = "promote", _("Promoting goods")
        PAY_OUT = "pay_out", _("Withdrawing money")
        EVERYTHING = "everything", _("Everything")

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="restrictions")
    scope = models.CharField(max_length=16, choices=Scope.choices)
    reason = models.CharField(max_length=400)
    set_by = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    # None: until it is lifted.
    until_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-starts_at"]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.scope}"


class Follow(models.Model):
    """An account follows a creator."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="follows")
    creator = models.ForeignKey(Creator, models.CASCADE, related_name="follows")
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="follow_once", fields=["account", "creator"]),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.creator_id}"
