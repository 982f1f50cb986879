"""Introductions: which agency brought an anchor, once for a life."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.parties import Agency, Creator, Person


class Introduction(models.Model):
    """An agency says that it brought an anchor, with evidence.

    States: claimed -> won | objected | withdrawn; won -> objected; objected -> won |
    refused by staff. At most one wins an anchor, and one a verified person.
    """

    class State(models.TextChoices):
        """Where an introduction stands."""

        CLAIMED = "claimed", _("Waiting for the anchor")
        WON = "won", _("Confirmed")
        OBJECTED = "objected", _("Objection under review")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="introductions")
    creator = models.ForeignKey(Creator, models.PROTECT, related_name="introductions")
    # The person behind the anchor when it was won, so a second name does not count anew.
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    evidence = models.CharField(max_length=1000)
    introduced_at = models.DateTimeField()
    claimed_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.CLAIMED)
    objection = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="introduction_one_winner_per_anchor",
                fields=["creator"],
                condition=Q(state="won"),
            ),
            models.UniqueConstraint(
                name="introduction_one_winner_per_person",
                fields=["person"],
                condition=Q(state="won", person__isnull=False),
            ),
            models.UniqueConstraint(
                name="introduction_open_once_per_pair",
                fields=["agency", "creator"],
                condition=Q(state__in=["claimed", "won", "objected"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} · {self.creator_id}"
