"""What a buyer's cart and checkout ask: goods by key, their lowest price, the plans in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min, OuterRef, Subquery

from wavepool.domains.catalog.models import Item, PlanVersion, PriceChange, Variant
from wavepool.domains.catalog.queries.precedence import in_force

#: How far back the lowest price is looked for.
PRICE_WINDOW: Final = timedelta(days=30)


def variants_by_id(variant_ids: Iterable[int]) -> dict[int, Variant]:
    """Variants with item and shop at hand, by key: one query."""
    rows = Variant.objects.filter(pk__in=list(variant_ids)).select_related("item__shop")
    return {each.pk: each for each in rows}


def find_variant_on_sale(item: str, sku: str) -> Variant | None:
    """A variant of an item that everybody may buy."""
    rows = Variant.objects.filter(item__public_id=item, item__state=Item.State.ON_SALE, sku=sku)
    return rows.select_related("item__shop").first()


def items_by_code(shop_id: int, codes: Iterable[str]) -> dict[str, Item]:
    """Items of a shop in any state, by the shop's own reference: one query."""
    rows = Item.objects.filter(shop_id=shop_id, code__in=list(codes))
    return {each.code: each for each in rows}


def item_shops(item_ids: Iterable[int]) -> dict[int, int]:
    """The shop of each item that exists, by key."""
    return dict(Item.objects.filter(pk__in=list(item_ids)).values_list("pk", "shop_id"))


def lowest_prices(variant_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """The lowest price of each variant in the 30 days up to a moment: one query.

    The price that stood when the window opened counts as well.
    """
    opened_at = at - PRICE_WINDOW
    of_one = PriceChange.objects.filter(variant=OuterRef("pk"))
    before = of_one.filter(changed_at__lte=opened_at).order_by("-changed_at", "-pk")
    inside = of_one.filter(changed_at__gt=opened_at, changed_at__lte=at).order_by()
    rows = Variant.objects.filter(pk__in=list(variant_ids)).annotate(
        stood=Subquery(before.values("price_minor")[:1]),
        fell=Subquery(inside.values("variant").annotate(least=Min("price_minor")).values("least")),
    )
    return {
        pk: min([each for each in (stood, fell) if each is not None], default=now)
        for pk, stood, fell, now in rows.values_list("pk", "stood", "fell", "price_minor")
    }


def plan_set_digest(shop_id: int, *, at: datetime) -> str:
    """SHA-256 over the commission plans of a shop in force at a moment, in the order of ids."""
    rows = PlanVersion.objects.filter(in_force(at), plan__shop_id=shop_id)
    said = sorted(
        (str(plan), str(kind), str(item), str(category), str(creator), str(link), str(rate))
        for plan, kind, item, category, creator, link, rate in rows.values_list(
            "plan__public_id",
            "plan__kind",
            "plan__item_id",
            "plan__category_id",
            "plan__creator_id",
            "plan__link_id",
            "rate_ppm",
        )
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
