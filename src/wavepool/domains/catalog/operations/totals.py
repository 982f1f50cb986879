"""What an item carries of its variants and its title, written anew from them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from wavepool.domains.catalog.models import Item, ItemWord, Variant
from wavepool.plumbing.words import words_of


def write_totals(item_ids: Collection[int]) -> None:
    """Set the lowest price and the stock of items from their variants, in one statement."""
    Item.objects.filter(pk__in=item_ids).update(
        price_minor=Coalesce(_of_variants(Min("price_minor")), Value(0)),
        stock=Coalesce(_of_variants(Sum("stock")), Value(0)),
    )


def write_words(item_ids: Collection[int]) -> None:
    """Set the words by which items are found: of title, reference and stock numbers."""
    items = list(Item.objects.filter(pk__in=item_ids).only("pk", "shop_id", "title", "code"))
    said = {each.pk: [each.title, each.code] for each in items}
    for pk, sku in Variant.objects.filter(item__in=item_ids).values_list("item_id", "sku"):
        said[pk].append(sku)
    ItemWord.objects.filter(item__in=item_ids).delete()
    ItemWord.objects.bulk_create(
        ItemWord(item=each, shop_id=each.shop_id, word=word)
        for each in items
        for word in words_of(" ".join(said[each.pk]))
    )


def _of_variants(total: Any) -> Subquery:
    variants: QuerySet[Any] = Variant.objects.filter(item=OuterRef("pk")).order_by()
    return Subquery(variants.values("item").annotate(total=total).values("total"))
