"""Notifications: what happened to somebody's things, until it was read and a while after."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Notification(models.Model):
    """One thing that one account should know; its words are made when it is read.

    Attributes:
        public_id: how addresses name it.
        account_id: who should know.
        kind: the registered name of its words, "people.invited".
        key: what it is about; the same account is told the same once.
        data: the values in its words; times as RFC 3339, rates in parts per million.
        href: the page it leads to, "" for none.
    """

    public_id = models.CharField(max_length=40, unique=True)
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    data = models.JSONField(default=dict)
    href = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account_id", "-id"], name="notification_of_account"),
            models.Index(
                fields=["account_id"], name="notification_unread", condition=Q(read_at=None)
            ),
            models.Index(fields=["made_at"], name="notification_by_age"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="notification_once", fields=["account_id", "kind", "key"]),
            models.CheckConstraint(
                name="notification_read_after_made",
                condition=Q(read_at=None) | Q(read_at__gte=F("made_at")),
            ),
            models.CheckConstraint(
                name="notification_leads_inside",
                condition=Q(href="") | (Q(href__startswith="/") & ~Q(href__startswith="//")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
