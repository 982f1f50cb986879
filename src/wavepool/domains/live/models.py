"""Live sessions as records: when, how long on air, and which items were shown."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Session(models.Model):
    """One live session of a piece of format live; its key is the engine's session id."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        LIVE = "live", _("On air")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")
        CUT = "cut", _("Cut off")

    public_id = models.CharField(max_length=40, unique=True)
    piece = models.OneToOneField("content.Piece", models.PROTECT, related_name="+")
    # The piece's creator and title, repeated for lists.
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Why it was cancelled or cut off.
    state_why = models.CharField(max_length=400, blank=True)
    scheduled_at = models.DateTimeField(null=True)
    planned_minutes = models.PositiveSmallIntegerField(default=120)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Time on air that counts; see docs/algorithms/content.md.
    effective_ms = models.PositiveBigIntegerField(default=0)
    # Counts every change; an edit names the version that it was made from.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        # One index per order in which a list of a creator, or of everybody, is read.
        indexes: ClassVar = [
            models.Index(name="session_of_creator", fields=["creator", "id"]),
            models.Index(name="session_of_creator_by_state", fields=["creator", "state", "id"]),
            models.Index(name="session_of_creator_by_time", fields=["creator", "scheduled_at"]),
            models.Index(name="session_by_time", fields=["state", "scheduled_at", "id"]),
            models.Index(name="session_by_state", fields=["state", "id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="session_one_on_air_per_creator",
                fields=["creator"],
                condition=Q(state__in=["live", "paused"]),
            ),
            models.CheckConstraint(
                name="session_that_was_on_air_has_its_times",
                condition=Q(state__in=["draft", "scheduled", "cancelled"])
                | Q(
                    state__in=["live", "paused"],
                    started_at__isnull=False,
                    scheduled_at__isnull=False,
                )
                | Q(
                    state__in=["ended", "cut"],
                    scheduled_at__isnull=False,
                    started_at__isnull=False,
                    ended_at__isnull=False,
                    ended_at__gte=F("started_at"),
                ),
            ),
            models.CheckConstraint(
                name="session_is_scheduled_for_a_time",
                condition=~Q(state="scheduled") | Q(scheduled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_is_cut_with_a_reason", condition=~Q(state="cut", state_why="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SessionPause(models.Model):
    """A time in which a session was not on air: `[from_at, until_at)`."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="pauses")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="pause_one_open_per_session",
                fields=["session"],
                condition=Q(until_at=None),
            ),
            models.CheckConstraint(
                name="pause_runs_forward",
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.from_at}"


class SessionItem(models.Model):
    """A time in which an item was shown: `[from_at, until_at)`; items may come again."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="shown", db_index=False)
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="item_of_session", fields=["session", "from_at", "id"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="session_item_once_at_a_time",
                fields=["session", "item"],
                condition=Q(until_at=None),
            ),
            models.CheckConstraint(
                name="session_item_runs_forward",
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.item_id}"
