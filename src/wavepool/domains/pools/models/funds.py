"""The fund of several years: what is committed, what was released into pools."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids
from wavepool.plumbing.states import State


def new_fund_id() -> str:
    """A public id of a fund."""
    return ids.new_id("fd")


def new_change_id() -> str:
    """A public id of a change."""
    return ids.new_id("fc")


class Fund(models.Model):
    """Money that the platform promised to creators over some years, in one currency."""

    public_id = models.CharField(max_length=40, unique=True, default=new_fund_id)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="fund_years_in_order", condition=Q(first_year__lte=F("last_year"))
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class FundYear(models.Model):
    """What is committed for a year and pool, or one scene of it, and what of that was released."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    pool_id = models.CharField(max_length=40)
    scene_id = models.CharField(max_length=40, blank=True)
    committed_minor = models.BigIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="fund_year_once", fields=["fund", "year", "pool_id", "scene_id"]
            ),
            models.CheckConstraint(
                name="fund_releases_what_is_committed",
                condition=Q(released_minor__gte=0, released_minor__lte=F("committed_minor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.scene_id or self.pool_id}"


class FundChange(models.Model):
    """A wish to commit another amount; two persons make it hold."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waits for a second person")
        APPLIED = "applied", _("In force")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_change_id)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    pool_id = models.CharField(max_length=40)
    scene_id = models.CharField(max_length=40, blank=True)
    before_minor = models.BigIntegerField()
    after_minor = models.BigIntegerField()
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
                name="fund_one_open_change",
                fields=["fund", "year", "pool_id", "scene_id"],
                condition=Q(outcome="open"),
            ),
            models.CheckConstraint(
                name="fund_change_not_negative", condition=Q(after_minor__gte=0)
            ),
            models.CheckConstraint(
                name="fund_change_two_persons",
                condition=Q(outcome="open", decided_by=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(outcome="open")
                & ~Q(decided_by=F("author")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="fund_changes", fields=["fund", "asked_at"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject(self) -> str:
        """How approvals and the audit trail call it."""
        return f"fund_change/{self.public_id}"

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


class FundRelease(models.Model):
    """Money that went from a year's commitment into a pool's month; it stays as it is."""

    year = models.ForeignKey(FundYear, models.PROTECT, related_name="+")
    pool_id = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    released_by = models.CharField(max_length=160)
    released_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="fund_release_above_zero", condition=Q(amount_minor__gt=0)),
        ]
        indexes: ClassVar = [
            models.Index(name="fund_release_by_pool", fields=["pool_id", "period"])
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} to {self.pool_id} in {self.period}"
