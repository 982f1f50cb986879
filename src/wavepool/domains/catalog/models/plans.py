"""Commission plans: what a shop pays, to whom, for what, and since when."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models.categories import Category
from wavepool.domains.catalog.models.items import Item


class PlanKind(models.TextChoices):
    """The eight kinds, in the order in which they win."""

    EXCLUSIVE = "exclusive", _("Exclusive")
    TASK = "task", _("Paid task")
    TARGETED_ITEM = "targeted_item", _("Targeted, one item")
    TARGETED_CATEGORY = "targeted_category", _("Targeted, one category")
    CAMPAIGN = "campaign", _("Campaign")
    ITEM = "item", _("General, one item")
    CATEGORY = "category", _("General, one category")
    SHOP = "shop", _("General, whole shop")


#: What a plan of each kind names, besides its shop; it names nothing else.
SCOPES: Final[dict[str, frozenset[str]]] = {
    PlanKind.EXCLUSIVE: frozenset({"creator", "item"}),
    PlanKind.TASK: frozenset({"creator", "item"}),
    PlanKind.TARGETED_ITEM: frozenset({"creator", "item"}),
    PlanKind.TARGETED_CATEGORY: frozenset({"creator", "category"}),
    PlanKind.CAMPAIGN: frozenset({"item", "link"}),
    PlanKind.ITEM: frozenset({"item"}),
    PlanKind.CATEGORY: frozenset({"category"}),
    PlanKind.SHOP: frozenset(),
}


def _scope_of(kind: str) -> Q:
    """The columns that a kind fills; all others are empty."""
    names = SCOPES[kind]
    filled: dict[str, Any] = {
        f"{name}__isnull": name not in names for name in ("creator", "item", "category")
    }
    with_link = ~Q(link_id="") if "link" in names else Q(link_id="")
    return Q(kind=kind, **filled) & with_link


class PlanBook(models.Model):
    """All plans of one shop; whoever changes one holds this row, so two never cross."""

    shop = models.OneToOneField("people.Shop", models.PROTECT, related_name="+", primary_key=True)

    def __str__(self) -> str:
        return f"plans of {self.shop_id}"


class Plan(models.Model):
    """An offer of a shop to creators; its rate and its time stand in its versions."""

    public_id = models.CharField(max_length=40, unique=True)
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=PlanKind.choices)
    # Place of the kind in the precedence, 1 wins; stored so that the database can sort by it.
    precedence = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="plans")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="plans")
    creator = models.ForeignKey("people.Creator", models.PROTECT, null=True, related_name="+")
    link_id = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=160)

    class Meta:
        indexes: ClassVar = [models.Index(name="plan_of_shop", fields=["shop", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="plan_names_what_its_kind_names",
                condition=Q(*map(_scope_of, SCOPES), _connector=Q.OR),
            ),
            models.CheckConstraint(
                name="plan_has_the_precedence_of_its_kind",
                condition=Q(
                    *(Q(kind=kind, precedence=n) for n, kind in enumerate(SCOPES, 1)),
                    _connector=Q.OR,
                ),
            ),
            models.UniqueConstraint(
                name="plan_link_once", fields=["link_id"], condition=~Q(link_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class PlanVersion(models.Model):
    """A rate that a plan pays in `[valid_from, valid_to)`; a withdrawn one never came to be."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    rate_ppm = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=160)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="plan_version_of_plan", fields=["plan", "valid_from"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="plan_version_has_a_span",
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="plan_version_rate_is_a_share", condition=Q(rate_ppm__lte=1_000_000)
            ),
            models.UniqueConstraint(
                name="plan_version_starts_once",
                fields=["plan", "valid_from"],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.rate_ppm}"
