"""The tree of categories, and the permits that some of them ask for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class PermitKind(models.TextChoices):
    """What an authority allows a shop to sell."""

    FOOD = "food", _("Food licence")
    ALCOHOL = "alcohol", _("Alcohol licence")
    COSMETICS = "cosmetics", _("Cosmetics filing")
    MEDICAL = "medical", _("Medical device licence")
    PUBLISHING = "publishing", _("Publications licence")


class Category(models.Model):
    """A place in the tree where goods are filed; a category keeps its place for ever."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # Written out from the root, e.g. "food/tea/green-tea": the order in which a tree is read.
    path = models.CharField(max_length=400, unique=True)
    # What this category itself asks for; what stands above it asks as well.
    required_permit = models.CharField(max_length=16, choices=PermitKind.choices, blank=True)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name_zh if is_chinese and self.name_zh else self.name

    @property
    def depth(self) -> int:
        """How many categories stand above it."""
        return self.path.count("/")


class CategoryLink(models.Model):
    """That one category stands above another, or is it: the whole tree, so no query climbs."""

    ancestor = models.ForeignKey(Category, models.CASCADE, related_name="below")
    descendant = models.ForeignKey(Category, models.CASCADE, related_name="above")
    steps = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="category_link_once", fields=["descendant", "ancestor"]),
            models.CheckConstraint(
                name="category_link_to_itself_has_no_steps",
                condition=Q(steps=0, ancestor=F("descendant"))
                | (Q(steps__gt=0) & ~Q(ancestor=F("descendant"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"
