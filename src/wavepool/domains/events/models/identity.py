"""Who a viewer is: consent, stitched identities, and what is known of viewers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Consent(models.Model):
    """A person lets visits from before the sign-in count as theirs; withdrawn at once."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="consent_once_at_a_time",
                fields=["account"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]


class Stitch(models.Model):
    """Two viewer numbers that are one person, by that person's consent."""

    left_id = models.BigIntegerField(unique=True)
    right_id = models.BigIntegerField(db_index=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stitch_of_two", condition=~Q(left_id=models.F("right_id"))
            ),
        ]


class Viewer(models.Model):
    """What is known of a viewer; who is not listed has the engine's defaults."""

    viewer_id = models.BigIntegerField(primary_key=True)
    trust_ppm = models.PositiveIntegerField(default=1_000_000)
    tier = models.CharField(max_length=40, default="all")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="viewer_trust_in_range", condition=Q(trust_ppm__lte=10**6)),
        ]


class IdentityLink(models.Model):
    """Two identities were seen to share something; evidence for the rules of integrity."""

    left_id = models.CharField(max_length=120)
    right_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    seen_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="identity_link_once", fields=["left_id", "right_id", "kind", "seen_ms"]
            ),
        ]
