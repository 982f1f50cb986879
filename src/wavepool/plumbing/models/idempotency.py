"""Rows that remember what a command answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AnsweredCommand(models.Model):
    """A command that took effect, and the bytes of its answer; written in one commit with both.

    A row without `expires_at` is kept for ever: commands that move money are such.
    """

    owner = models.CharField(max_length=120)
    scope = models.CharField(max_length=160)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=120, blank=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "scope", "key"], name="answered_command_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
