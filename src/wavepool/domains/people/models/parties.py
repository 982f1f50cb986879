"""Those who take part: persons, creators, shops, agencies, staff teams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """One verified natural person; the gate of everything that is once in a life."""

    legal_name = models.CharField(max_length=120)
    # Keyed hash of the identity document's number, so one person is one row.
    document_hash = models.CharField(max_length=64, unique=True)
    document_last = models.CharField(max_length=4, blank=True)
    verified_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.legal_name


class Shop(models.Model):
    """A shop; its owner is a merchant."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CNY")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An agency (MCN) that manages creators."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class StaffTeam(models.Model):
    """A team of the operator's own people."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Tier(models.TextChoices):
    """How large a creator's following and sales are; a dimension of boards, not a level."""

    HEAD = "head", _("Head")
    MID = "mid", _("Mid-tier")
    TAIL = "tail", _("Tail")
    NEWCOMER = "newcomer", _("Newcomer")


class Creator(models.Model):
    """A public identity that makes content or runs live rooms.

    `level`, `tier` and `followers` repeat what their histories say now, for lists.
    """

    class Kind(models.TextChoices):
        """What the engine knows of a creator: whose income rules hold."""

        TALENT = "talent", _("Talent")
        STORE = "store", _("Shop broadcaster")
        FARMER = "farmer", _("Farmer")
        MEDIA = "media", _("Media")
        CELEBRITY = "celebrity", _("Celebrity")
        SHOP_HOST = "shop_host", _("Shop's own host")

    handle = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TALENT)
    # Id of a role of the taxonomy; "" until it was picked.
    role = models.SlugField(max_length=60, blank=True, db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    # The shop whose own host this creator is.
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True)
    bio = models.CharField(max_length=400, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    tier = models.CharField(max_length=16, choices=Tier.choices, default=Tier.NEWCOMER)
    followers = models.PositiveIntegerField(default=0)
    first_live_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="creator_shop_host_names_its_shop",
                condition=~Q(kind="shop_host") | Q(shop__isnull=False),
            ),
            models.CheckConstraint(name="creator_level_in_range", condition=Q(level__lte=9)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-followers", "-id"], name="creator_by_followers"),
            models.Index(fields=["-level", "-id"], name="creator_by_level"),
        ]

    def __str__(self) -> str:
        return self.name
