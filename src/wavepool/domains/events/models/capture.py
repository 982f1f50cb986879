"""Who sends, what was seen before, how far the log was read, what could not be used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """One sender with a write key; the key itself is shown once and never kept."""

    class Kind(models.TextChoices):
        """How far its word goes."""

        BROWSER = "browser", _("Browser or app")
        SERVER = "server", _("Server")

    public_id = models.CharField(max_length=40, unique=True)
    # Part of viewer numbers, so it never changes.
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    # The key before the last rotation, good until the end of its day of grace.
    previous_digest = models.CharField(max_length=64, blank=True, db_index=True)
    previous_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="source_previous_key_ends",
                condition=Q(previous_digest="") | Q(previous_until__isnull=False),
            ),
            models.CheckConstraint(name="source_is_not_the_site", condition=~Q(slug="site")),
        ]

    def __str__(self) -> str:
        return self.name


class EventKey(models.Model):
    """One event that was taken in: the digest of its source and message id."""

    key = models.UUIDField(primary_key=True)
    seen_date = models.DateField(db_index=True)


class LogPlace(models.Model):
    """How far a segment of the log was taken in."""

    segment = models.CharField(max_length=120, unique=True)
    offset = models.BigIntegerField()


class QuarantinedEvent(models.Model):
    """An event that could not be used: kept as it came, with the reason."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        REPLAYED = "replayed", _("Replayed")
        DROPPED = "dropped", _("Dropped")

    public_id = models.CharField(max_length=40, unique=True)
    # None: a page of our own sent it.
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    message_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    # The event as it came, and when its batch says that it was sent.
    text = models.TextField()
    sent_at = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=160, blank=True)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="quarantine_by_state", fields=["state", "id"]),
            models.Index(name="quarantine_by_reason", fields=["reason", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="quarantine_is_dropped_with_a_reason",
                condition=~Q(state="dropped", why=""),
            ),
            models.CheckConstraint(
                name="quarantine_is_decided_once",
                condition=Q(state="waiting", decided_at=None)
                | Q(~Q(state="waiting"), decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.reason}"


class VolumeCell(models.Model):
    """How many events of a day of receipt came how late."""

    class Lateness(models.TextChoices):
        """How long after it happened an event was received, or why it did not count."""

        MINUTE = "minute", _("Within a minute")
        HOUR = "hour", _("Within an hour")
        DAY = "day", _("Within a day")
        WEEK = "week", _("Within a week")
        LATER = "later", _("Later")
        REPEATED = "repeated", _("Repeated")
        QUARANTINED = "quarantined", _("Quarantined")

    received_date = models.DateField()
    source_slug = models.CharField(max_length=40)
    lateness = models.CharField(max_length=12, choices=Lateness.choices)
    events = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="volume_once_a_day", fields=["received_date", "source_slug", "lateness"]
            ),
        ]
