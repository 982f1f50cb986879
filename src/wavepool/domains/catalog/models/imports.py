"""Files on their way in: every row staged, judged and kept until someone decides."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One file: what it held, and what became of it."""

    class Subject(models.TextChoices):
        """What the rows are."""

        GOODS = "goods", _("Goods")
        PLANS = "plans", _("Plans")

    class State(models.TextChoices):
        """Where it stands."""

        READING = "reading", _("Being read")
        STAGED = "staged", _("Waiting for your decision")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    public_id = models.CharField(max_length=40, unique=True)
    shop = models.ForeignKey("people.Shop", models.CASCADE, related_name="+", db_index=False)
    subject = models.CharField(max_length=8, choices=Subject.choices)
    file_name = models.CharField(max_length=200)
    # What the file was read as, e.g. "CSV, GB18030".
    read_as = models.CharField(max_length=40)
    # The columns as the file named them, in its order; a file of errors repeats them.
    columns = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    # Of a large file: where it lies until it was read, and the work that is under way.
    file = models.CharField(max_length=40, blank=True)
    encoding = models.CharField(max_length=16, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    job = models.CharField(max_length=40, blank=True)
    staged_at = models.DateTimeField()
    staged_by = models.CharField(max_length=160)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="import_of_shop", fields=["shop", "id"])]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of a file, and what applying it does."""

    class Effect(models.TextChoices):
        """What it would change."""

        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        WRONG = "wrong", _("Wrong")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", db_index=False)
    # As a person counts: the header is row 1.
    number = models.PositiveIntegerField()
    effect = models.CharField(max_length=10, choices=Effect.choices)
    values = models.JSONField()
    # What stands now where it differs: {"price": "12.00"}.
    before = models.JSONField(default=dict)
    rule = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="import_row_by_effect", fields=["batch", "effect", "number"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="import_row_once", fields=["batch", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
