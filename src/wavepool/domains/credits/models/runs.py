"""A run of the engine over the platform's facts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One settlement of the facts as they stood; its tables lie in a folder of its name.

    The same input under the same rules is one run: a later one that finds a finished run of
    its key points there by `same_as`, and has no folder of its own.
    """

    class Kind(models.TextChoices):
        """What it is for."""

        DRAFT = "draft", _("Draft")
        FINAL = "final", _("Final")

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # The one month that a final run settles; "" for all open ones.
    period = models.CharField(max_length=7, blank=True)
    # The final run whose state it opens from.
    opening = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    as_of = models.DateTimeField()
    requested_by = models.CharField(max_length=160)
    job = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # When its key was last found again; the latest is what the pages show.
    confirmed_at = models.DateTimeField(null=True)
    pruned_at = models.DateTimeField(null=True)
    # What it is known by; the key holds all of it, the engine's version and the opening too.
    key = models.CharField(max_length=64, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    policy_id = models.CharField(max_length=80, blank=True)
    policy_version = models.PositiveIntegerField(default=0)
    policy_digest = models.CharField(max_length=64, blank=True)
    programmes_digest = models.CharField(max_length=64, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # What came of it.
    digest = models.CharField(max_length=64, blank=True)
    periods = models.JSONField(default=list)
    stage = models.CharField(max_length=200, blank=True)
    input_rows = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    rejected = models.PositiveIntegerField(default=0)
    failure_kind = models.CharField(max_length=60, blank=True)
    failure = models.TextField(max_length=2_000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="run_of_kind", fields=["kind", "state", "confirmed_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="run_once_per_input_and_rules",
                fields=["key"],
                condition=Q(state="done", same_as=None, pruned_at=None),
            ),
            models.CheckConstraint(
                name="run_that_is_done_has_key_and_digest",
                condition=~Q(state="done") | (~Q(digest="") & ~Q(key="")),
            ),
            models.CheckConstraint(
                name="run_that_failed_says_why", condition=~Q(state="failed") | ~Q(failure="")
            ),
            models.CheckConstraint(
                name="run_that_is_final_names_its_month",
                condition=Q(kind="draft", period="") | (Q(kind="final") & ~Q(period="")),
            ),
            models.CheckConstraint(
                name="run_is_not_the_same_as_itself",
                condition=Q(same_as=None) | ~Q(same_as=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
