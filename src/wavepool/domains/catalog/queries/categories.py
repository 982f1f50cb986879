"""Reads of the tree of categories."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Category, CategoryLink
from wavepool.plumbing.errors import NotFound


def list_categories() -> list[Category]:
    """The whole tree, each category after the one above it."""
    return list(Category.objects.order_by("path"))


def get_category(slug: str) -> Category:
    """One category.

    Raises:
        NotFound: there is none of that name.
    """
    category = Category.objects.filter(slug=slug).select_related("parent").first()
    if category is None:
        raise NotFound(_("There is no such category."))
    return category


def list_above(category: Category) -> list[Category]:
    """A category and all above it, from the root down."""
    links = CategoryLink.objects.filter(descendant=category).select_related("ancestor")
    return [link.ancestor for link in links.order_by("-steps")]


def list_children(category: Category) -> list[Category]:
    """The categories right below one."""
    return list(Category.objects.filter(parent=category).order_by("name"))


def ids_above(category_id: int) -> list[int]:
    """Ids of a category and of all above it."""
    links = CategoryLink.objects.filter(descendant_id=category_id)
    return list(links.values_list("ancestor_id", flat=True))


def ids_below(slug: str) -> list[int]:
    """Ids of a category and of all below it; none where there is no such category."""
    links = CategoryLink.objects.filter(ancestor__slug=slug)
    return list(links.values_list("descendant_id", flat=True))


def required_permits(category_ids: set[int]) -> dict[int, frozenset[str]]:
    """The permits that each category asks for, itself or through one above it: one query."""
    rows = CategoryLink.objects.filter(descendant__in=category_ids)
    asked: dict[int, set[str]] = {each: set() for each in category_ids}
    for descendant, kind in rows.exclude(ancestor__required_permit="").values_list(
        "descendant_id", "ancestor__required_permit"
    ):
        asked[descendant].add(kind)
    return {each: frozenset(kinds) for each, kinds in asked.items()}


def categories() -> QuerySet[Category]:
    """All categories, for lists and choices."""
    return Category.objects.select_related("parent")
