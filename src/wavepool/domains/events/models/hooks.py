"""Webhooks of other systems: where they come in, and each message as it came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HookEndpoint(models.Model):
    """One address that one outside system sends to; its secrets are sealed."""

    public_id = models.CharField(max_length=40, unique=True)
    connector = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    secret = models.TextField()
    # The secret before the last rotation; both hold until its day of grace ends.
    previous_secret = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hook_previous_secret_ends",
                condition=Q(previous_secret="") | Q(previous_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InboundHook(models.Model):
    """One message, byte by byte; what it means is found out later."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    endpoint = models.ForeignKey(HookEndpoint, models.PROTECT, related_name="+", db_index=False)
    message_id = models.CharField(max_length=120)
    body = models.BinaryField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="hook_by_state", fields=["state", "id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(name="hook_once", fields=["endpoint", "message_id"]),
            models.CheckConstraint(
                name="hook_fails_with_a_reason", condition=~Q(state="failed", why="")
            ),
        ]
