"""Columns and filters that several lists of the catalog share."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.plumbing.lists import Choice, Column, Filter
from wavepool.plumbing.search import Hit


def choices(pairs: list[tuple[str, Any]]) -> tuple[Choice, ...]:
    """Values and labels as a filter takes them."""
    return tuple(Choice(value, label) for value, label in pairs)


def category_filter() -> Filter:
    """Narrow to a category and everything below it."""
    tree = [(each.slug, "· " * each.depth + each.label) for each in queries.list_categories()]
    return Filter(
        name="category", label=_("Category"), apply=queries.in_category, choices=choices(tree)
    )


def state_filter() -> Filter:
    """Narrow to goods of one state."""
    return Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=choices(queries.item_state_choices()),
    )


def text_filter(shop_id: int | None = None) -> Filter:
    """Narrow to goods that have every word, in one shop or in all."""
    find = (
        queries.with_words
        if shop_id is None
        else partial(queries.of_shop_with_words, shop_id=shop_id)
    )
    return Filter(name="text", label=_("Words"), apply=find)


def hit(item: Any, href: str) -> Hit:
    """An item as a search shows it."""
    return Hit(title=item.title, href=href, text=item.shop.name, picture=item.cover_url)


def price_column() -> Column:
    """The lowest price of an item's variants."""
    return Column(
        name="price",
        label=_("Price from"),
        kind="money",
        value=lambda item: (item.price_minor, item.shop.currency),
        sort="price_minor",
        hint=_("The lowest price of its variants."),
    )


def cover_column() -> Column:
    """The first picture of an item."""
    return Column(
        name="picture",
        label=_("Picture"),
        kind="picture",
        value=lambda item: (item.cover_url, item.cover_alt) if item.cover else None,
    )


def title_column(route: str, *names: str, sort: str | None = None) -> Column:
    """An item's title, leading to its page."""
    return Column(
        name="title",
        label=_("Item"),
        href=lambda item: reverse(route, args=[*names, item.public_id]),
        sort=sort,
    )


def id_column() -> Column:
    """The order in which things were added."""
    return Column(name="added", label=_("Added"), kind="time", value=_added, sort="pk")


def _added(item: Any) -> Any:
    return item.created_at
