"""Tracked links of creators, and discount codes that stand for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TrackedLink(models.Model):
    """A link of one piece of a creator to something that can be bought or followed."""

    class Medium(models.TextChoices):
        """Where it is shown."""

        CONTENT = "content", _("In content")
        LIVE = "live", _("In a live room")
        OFFLINE = "offline", _("On paper")

    public_id = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=16, unique=True)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    medium = models.CharField(max_length=8, choices=Medium.choices)
    campaign = models.CharField(max_length=60, blank=True)
    # The piece that gets the credit, as it stood; the engine's ids.
    piece_id = models.BigIntegerField()
    piece_public_id = models.CharField(max_length=40)
    account_id = models.BigIntegerField()
    channel_id = models.CharField(max_length=60)
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    # A path of this site.
    target = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="link_of_creator", fields=["creator", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="link_stays_on_this_site",
                condition=Q(target__startswith="/") & ~Q(target__startswith="//"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DiscountCode(models.Model):
    """A word that a buyer types at the cart; it stands for a link where no click is known."""

    # Upper case; what is typed is compared without its case.
    code = models.CharField(max_length=24, unique=True)
    link = models.ForeignKey(TrackedLink, models.PROTECT, related_name="codes")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="code_is_a_word", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.code
