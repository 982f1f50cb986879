"""Rows of long work and of its schedule."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import states
from wavepool.plumbing.ids import new_id


def new_job_id() -> str:
    """A public id of a job."""
    return new_id("job")


class Job(models.Model):
    """One piece of long work: asked for once under its key, done once.

    A running job belongs to the worker that holds its lease. The token grows with
    every lease, so a worker that lost one can no longer write.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(max_length=40, unique=True, default=new_job_id)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    payload = models.JSONField(default=dict)
    cursor = models.JSONField(null=True)
    result = models.JSONField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    progress_note = models.CharField(max_length=200, blank=True)
    lease_token = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    error_kind = models.CharField(max_length=120, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    requested_by = models.BigIntegerField(null=True)
    requested_name = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running"), finished_at__isnull=True)
                | Q(state__in=("done", "failed", "cancelled"), finished_at__isnull=False),
                name="job_finished_or_not",
            ),
            models.CheckConstraint(
                condition=Q(progress_done__gte=0)
                & (Q(progress_total=None) | Q(progress_done__lte=F("progress_total"))),
                name="job_progress_within_total",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="job_by_state"),
            models.Index(fields=["created_at"], name="job_by_time"),
            models.Index(fields=["requested_by", "created_at"], name="job_by_person"),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="job_running_leases"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def is_stopping(self) -> bool:
        """Whether it runs on to its next safe point after somebody cancelled it."""
        return self.state == self.State.RUNNING and self.cancel_asked_at is not None

    @property
    def can_retry(self) -> bool:
        """Whether it may be put on the queue again."""
        return self.state in {self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int | None:
        """Whole hundredths done; None while nobody knows how much there is."""
        if self.state == self.State.DONE:
            return 100
        if not self.progress_total:
            return None
        return self.progress_done * 100 // self.progress_total

    @property
    def badge(self) -> states.State:
        """The state as people see it."""
        tones: dict[str, states.Tone] = {
            self.State.QUEUED: "neutral",
            self.State.RUNNING: "info",
            self.State.DONE: "ok",
            self.State.FAILED: "error",
            self.State.CANCELLED: "neutral",
        }
        label = _("Stopping") if self.is_stopping else self.State(self.state).label
        return states.State(
            name=self.state, label=label, tone=tones[self.state], why=self.error_message
        )


class JobSchedule(models.Model):
    """When a periodic job is next due; whoever moves the time forward queues that tick."""

    name = models.CharField(max_length=120, unique=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    last_job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name
