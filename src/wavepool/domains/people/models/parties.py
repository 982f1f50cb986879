"""Those who take part: persons, creators, shops, agencies, staff teams."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """One verified natural person; the gate of everything that is once in a life."""

    legal_name = models.CharField(max_length=120)
    # Keyed hash of the identity document's number, so one person is one row.
    document_hash = models.CharField(max_length=64, unique=True)
    verified_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.legal_name


class Shop(models.Model):
    """A shop; its owner is a merchant."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CNY")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An agency (MCN) that manages creators."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class StaffTeam(models.Model):
    """A team of the operator's own people."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Creator(models.Model):
    """A public identity that makes content or runs live rooms."""

    class Kind(models.TextChoices):
        """What the engine knows of a creator: whose income rules hold."""

        TALENT = "talent"
        STORE = "store"
        FARMER = "farmer"
        MEDIA = "media"
        CELEBRITY = "celebrity"
        SHOP_HOST = "shop_host"

    handle = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TALENT)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    # The shop whose own host this creator is.
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True)
    bio = models.CharField(max_length=400, blank=True)
    first_live_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
