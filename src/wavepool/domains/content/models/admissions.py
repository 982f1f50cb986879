"""Admission: whether a creator's pieces compete in a scene, and how that came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Admission(models.Model):
    """One application of a creator to a scene, from the first word to its end."""

    class State(models.TextChoices):
        """How far it has come."""

        APPLIED = "applied", _("Applied")
        TRIAL = "trial", _("Trial run")
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Refused")
        LEFT = "left", _("Left")

    public_id = models.CharField(max_length=40, unique=True)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    # The id of a scene of the policy.
    scene = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    # What the creator says for it.
    statement = models.CharField(max_length=400, blank=True)
    applied_at = models.DateTimeField()
    # The trial run: how many pieces it asks for, and the moments around it.
    trial_pieces = models.PositiveSmallIntegerField(default=0)
    trial_starts_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    # What it gave, as measured when it was decided.
    trial_published = models.PositiveIntegerField(null=True)
    trial_returned = models.PositiveIntegerField(null=True)
    trial_review_ppm = models.PositiveIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=160, blank=True)
    why = models.CharField(max_length=400, blank=True)
    # A warning: what is to be cured, and until when nobody may end the admission for it.
    warning = models.CharField(max_length=400, blank=True)
    warned_until = models.DateTimeField(null=True)
    # After a refusal: from when the creator may apply again.
    again_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="admission_of_creator", fields=["creator", "id"]),
            models.Index(name="admission_by_state", fields=["state", "id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="admission_one_open_per_scene",
                fields=["creator", "scene"],
                condition=Q(state__in=["applied", "trial", "admitted"]),
            ),
            models.CheckConstraint(
                name="admission_is_refused_with_a_reason",
                condition=~Q(state="refused") | (~Q(why="") & Q(again_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="admission_trial_has_a_span",
                condition=~Q(state="trial")
                | Q(
                    trial_pieces__gt=0,
                    trial_starts_at__isnull=False,
                    trial_ends_at__isnull=False,
                    trial_ends_at__gt=F("trial_starts_at"),
                ),
            ),
            models.CheckConstraint(
                name="admission_warning_has_a_term",
                condition=Q(warning="", warned_until=None)
                | (~Q(warning="") & Q(warned_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.scene}"
