"""Which plan wins: one rule, as one condition and one order.

Of the plans in force that apply to an item, a creator and a link, the first in
the order of kinds wins; among the same kind the higher rate; then the lower id.
The engine settles by the same rule; a property test holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wavepool.domains.catalog.models import CategoryLink, Item, Plan, PlanVersion

#: The order in which applying plans win.
WINNING_ORDER: Final = ("plan__precedence", "-rate_ppm", "plan__public_id")


def winning_plan(
    item: Item,
    *,
    creator_id: int | None,
    link_id: str = "",
    at: datetime,
    without: Plan | None = None,
) -> PlanVersion | None:
    """The version that pays for an item, or None where no plan applies.

    Args:
        item: what is sold.
        creator_id: who sells it; None for a creator whom no plan names.
        link_id: the campaign link that the buyer followed, "" for none.
        at: the moment whose plans bind.
        without: a plan to leave out, to see what it changes.
    """
    versions = PlanVersion.objects.filter(
        in_force(at),
        applies(
            shop=item.shop_id,
            item=item.pk,
            filed_under=item.category_id,
            creator=creator_id,
            link=link_id,
        ),
    )
    if without is not None:
        versions = versions.exclude(plan=without)
    return versions.select_related("plan").order_by(*WINNING_ORDER).first()


def with_winning_rate(
    items: QuerySet[Item], *, creator_id: int | None, at: datetime
) -> QuerySet[Item]:
    """Items with `rate_ppm` and `rate_until` of the plan that wins for a creator, in one query.

    Both are None where no plan applies; `rate_until` also where no end is set.
    """
    versions = PlanVersion.objects.filter(
        in_force(at),
        applies(
            shop=OuterRef("shop_id"),
            item=OuterRef("pk"),
            filed_under=OuterRef(OuterRef("category_id")),
            creator=creator_id,
            link="",
        ),
    ).order_by(*WINNING_ORDER)
    return items.annotate(
        rate_ppm=Subquery(versions.values("rate_ppm")[:1]),
        rate_until=Subquery(versions.values("valid_to")[:1]),
    )


def in_force(at: datetime) -> Q:
    """Versions that bind at a moment."""
    return Q(withdrawn_at=None, valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def applies(*, shop: Any, item: Any, filed_under: Any, creator: int | None, link: str) -> Q:
    """Versions of plans that reach an item, for a creator who came by a link.

    A category's plan reaches everything filed below it. The first three are
    ids, or references to a query around this one.
    """
    above = CategoryLink.objects.filter(descendant=filed_under).values("ancestor")
    named = Q(plan__creator=None)
    if creator is not None:
        named |= Q(plan__creator=creator)
    reached = Q(plan__link_id="")
    if link:
        reached |= Q(plan__link_id=link)
    return (
        Q(plan__shop=shop)
        & (Q(plan__item=None) | Q(plan__item=item))
        & (Q(plan__category=None) | Q(plan__category__in=above))
        & named
        & reached
    )
