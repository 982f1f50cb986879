"""How far each subject is with each right of a programme, as one run has it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.domains.programmes.models.programmes import Take
from wavepool.domains.programmes.models.subjects import OfSubject


class Progress(OfSubject):
    """One subject's way to one reward: every condition with what it has and needs.

    Attributes:
        milestone: of a lump sum; "anchor" of an agency's reward, "counted" of its frame.
        conditions: in the document's order: counter, need, have, and weeks where it asks for them.
        short: conditions that are not met yet; 0 means met.
        starts_date: first day that counts.
        ends_date: first day that no longer counts.
        closes_date: first day on which an earned claim is no longer open.
    """

    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    milestone = models.CharField(max_length=60)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    payee = models.ForeignKey(
        "people.Payee", models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    reward_minor = models.BigIntegerField()
    traffic_units = models.BigIntegerField()
    conditions = models.JSONField()
    short = models.PositiveSmallIntegerField()
    starts_date = models.DateField()
    ends_date = models.DateField()
    closes_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="progress_of_somebody",
                condition=Q(creator__isnull=False) | Q(agency__isnull=False),
            ),
            models.CheckConstraint(
                name="progress_window_half_open",
                condition=Q(starts_date__lte=F("ends_date"), ends_date__lte=F("closes_date")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="progress_of_take", fields=["take", "programme_id", "id"]),
            models.Index(name="progress_of_creator", fields=["creator", "take"]),
            models.Index(name="progress_of_agency", fields=["agency", "take"]),
            models.Index(name="progress_by_end", fields=["take", "short", "ends_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.once_key} of {self.creator_id}"
