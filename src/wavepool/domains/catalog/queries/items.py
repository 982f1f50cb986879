"""Reads of goods: a shop's own, and what is on sale to everybody."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, ItemImage, PriceChange, Variant
from wavepool.domains.catalog.queries.categories import ids_below
from wavepool.plumbing import words
from wavepool.plumbing.errors import NotFound


def items_of_shop(shop_id: int) -> QuerySet[Item]:
    """Every item of a shop, in any state."""
    return Item.objects.filter(shop_id=shop_id).select_related("category", "shop")


def items_on_sale() -> QuerySet[Item]:
    """What everybody can find."""
    return Item.objects.filter(state=Item.State.ON_SALE).select_related("category", "shop")


def items_of_shop_on_sale(shop_id: int) -> QuerySet[Item]:
    """What everybody can find in a shop."""
    return items_of_shop(shop_id).filter(state=Item.State.ON_SALE)


def every_item() -> QuerySet[Item]:
    """All goods of all shops, for the operator's own people."""
    return Item.objects.select_related("category", "shop")


def access_item(public_id: str, *, shop_id: int) -> Item:
    """An item of this shop.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    item = items_of_shop(shop_id).filter(public_id=public_id).first()
    if item is None:
        raise NotFound(_("There is no such item."))
    return item


def access_item_by_code(code: str, *, shop_id: int) -> Item:
    """An item of this shop, by the shop's own reference.

    Raises:
        NotFound: there is none.
    """
    item = items_of_shop(shop_id).filter(code=code).first()
    if item is None:
        raise NotFound(_("There is no such item."))
    return item


def get_item_on_sale(public_id: str) -> Item:
    """An item that everybody may see.

    Raises:
        NotFound: there is none, or it is not on sale.
    """
    item = items_on_sale().filter(public_id=public_id).first()
    if item is None:
        raise NotFound(_("This item is not on sale."))
    return item


def find_item_of_shop(code: str, *, shop_id: int) -> Item | None:
    """An item by the shop's own reference."""
    return Item.objects.filter(shop_id=shop_id, code=code).first()


def list_variants(item: Item) -> list[Variant]:
    """The variants of an item."""
    return list(Variant.objects.filter(item=item).order_by("pk"))


def list_price_changes(item: Item) -> list[PriceChange]:
    """All prices that an item's variants ever had, oldest first."""
    changes = PriceChange.objects.filter(variant__item=item).select_related("variant")
    return list(changes.order_by("changed_at", "pk"))


def list_images(item: Item) -> list[ItemImage]:
    """The pictures of an item, in their order."""
    return list(ItemImage.objects.filter(item=item))


def in_category(items: QuerySet[Item], slug: str) -> QuerySet[Item]:
    """Items of a category or of one below it."""
    return items.filter(category_id__in=ids_below(slug))


def with_words(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Items whose title, reference or stock number has every word of a text."""
    return words.with_words(items, text)


def of_shop_with_words(items: QuerySet[Item], text: str, *, shop_id: int) -> QuerySet[Item]:
    """The same inside one shop, by the index of its own words."""
    return words.with_words(items, text, shop_id=shop_id)


def find_on_sale(text: str, *, limit: int) -> list[Item]:
    """Goods on sale that a search finds, the newest first; the last word may be a beginning."""
    return list(words.with_beginning(items_on_sale(), text).order_by("-pk")[:limit])


def find_of_shop(text: str, *, shop_id: int, limit: int) -> list[Item]:
    """The same of one shop, goods in any state."""
    found = words.with_beginning(items_of_shop(shop_id), text, shop_id=shop_id)
    return list(found.order_by("-pk")[:limit])


def in_stock(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items of which at least one piece can be sold."""
    return items.filter(stock__gt=0)
