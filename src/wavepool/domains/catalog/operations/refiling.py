"""Filing an item elsewhere must not take from a creator what a cut could not take at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Category, Item, PlanKind, PlanVersion
from wavepool.domains.catalog.operations.plan_rules import shown_rate
from wavepool.plumbing.errors import PlatformError


class RateWouldFall(PlatformError):
    """In the other category a creator would earn less on the item from one moment to the next."""

    kind = "catalog.rate_would_fall"

    def __init__(self, *, before_ppm: int, after_ppm: int) -> None:
        message = _(
            "In that category this item would pay %(after)s instead of %(before)s at once. "
            "Open a plan for the item first, then move it."
        )
        shown = {"before": shown_rate(before_ppm), "after": shown_rate(after_ppm)}
        super().__init__(message % shown, pointer="/category")
        self.before_ppm = before_ppm
        self.after_ppm = after_ppm


def refile(item: Item, category: Category, *, as_of: datetime) -> None:
    """Put an item into another category, unsaved.

    Raises:
        RateWouldFall: somebody's rate would fall by it without notice.
    """
    if item.category_id == category.pk:
        return
    named = PlanVersion.objects.filter(
        queries.in_force(as_of), plan__shop=item.shop_id, plan__kind=PlanKind.TARGETED_CATEGORY
    )
    creators = [None, *named.values_list("plan__creator", flat=True).distinct()]
    before = [_rate(item, creator, at=as_of) for creator in creators]
    item.category = category
    after = [_rate(item, creator, at=as_of) for creator in creators]
    for was, now in zip(before, after, strict=True):
        if now < was:
            raise RateWouldFall(before_ppm=was, after_ppm=now)


def _rate(item: Item, creator_id: int | None, *, at: datetime) -> int:
    version = queries.winning_plan(item, creator_id=creator_id, at=at)
    return version.rate_ppm if version else 0
