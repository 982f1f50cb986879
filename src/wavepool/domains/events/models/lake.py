"""What stands in the lake; its manifest is written from these rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class LakeHead(models.Model):
    """The number of the last batch that was taken in; whoever changes the lake moves it."""

    batch = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="lake_has_one_head", condition=Q(id=1)),
        ]


class LakePart(models.Model):
    """One immutable file: some rows of one day of one table."""

    table = models.CharField(max_length=16)
    day = models.DateField()
    path = models.CharField(max_length=160, unique=True)
    batch = models.BigIntegerField()
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    written_at = models.DateTimeField()
    # Replaced by a larger part; readers that began earlier may still hold it.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="part_by_day", fields=["table", "day", "id"]),
            models.Index(name="part_by_written", fields=["written_at", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="part_has_rows", condition=Q(rows__gt=0)),
        ]

    def __str__(self) -> str:
        return self.path
