"""Writes of the tree: a category is added and renamed; it never moves."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Category, CategoryLink, PermitKind
from wavepool.domains.catalog.operations.texts import clean_line
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

DEPTH_MAX = 6


class CategoryTaken(PlatformError):
    """Another category has this short name."""

    kind = "catalog.category_taken"

    def __init__(self, slug: str) -> None:
        message = _("There is already a category with the short name %(slug)s.")
        super().__init__(message % {"slug": slug}, pointer="/slug")
        self.slug = slug


class TreeTooDeep(PlatformError):
    """Nobody finds anything that far down."""

    kind = "catalog.tree_too_deep"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        message = _("The tree of categories has at most %(depth)s levels.")
        super().__init__(message % {"depth": DEPTH_MAX}, pointer="/parent")


def add_category(
    *,
    slug: str,
    name: str,
    name_zh: str,
    parent: str,
    required_permit: str,
    actor: Actor,
    as_of: datetime,
) -> Category:
    """Add a category below another, or at the root where `parent` is "".

    Raises:
        BadText: a name does not fit.
        CategoryTaken: another one has this short name.
        NotFound: there is no such parent.
        TreeTooDeep: the parent stands at the deepest level.
    """
    name = clean_line(name, field="name", length=80)
    with transaction.atomic():
        above = queries.get_category(parent) if parent else None
        if Category.objects.filter(slug=slug).exists():
            raise CategoryTaken(slug)
        if above is not None and above.depth + 1 >= DEPTH_MAX:
            raise TreeTooDeep
        category = Category.objects.create(
            slug=slug,
            name=name,
            name_zh=name_zh.strip(),
            parent=above,
            path=f"{above.path}/{slug}" if above else slug,
            required_permit=PermitKind(required_permit) if required_permit else "",
        )
        _link(category, above)
        _record("category_added", category, actor=actor, at=as_of)
        return category


def rename_category(
    *,
    slug: str,
    name: str,
    name_zh: str,
    required_permit: str,
    actor: Actor,
    as_of: datetime,
) -> Category:
    """Change the names of a category and the permit that it asks for from now on.

    What is on sale stays on sale until the next check of permits.

    Raises:
        BadText: a name does not fit.
        NotFound: there is no such category.
    """
    name = clean_line(name, field="name", length=80)
    with transaction.atomic():
        category = queries.get_category(slug)
        category.name, category.name_zh = name, name_zh.strip()
        category.required_permit = PermitKind(required_permit) if required_permit else ""
        category.save()
        _record("category_renamed", category, actor=actor, at=as_of)
        return category


def _link(category: Category, above: Category | None) -> None:
    """Tie a new category to itself and to everything above it."""
    links = CategoryLink.objects.filter(descendant=above) if above else []
    CategoryLink.objects.bulk_create(
        [
            CategoryLink(ancestor=category, descendant=category, steps=0),
            *(
                CategoryLink(
                    ancestor_id=link.ancestor_id, descendant=category, steps=link.steps + 1
                )
                for link in links
            ),
        ]
    )


def _record(kind: str, category: Category, *, actor: Actor, at: datetime) -> None:
    data = {"path": category.path, "required_permit": str(category.required_permit)}
    audit.record(kind=f"catalog.{kind}", subject=category.slug, actor=actor, at=at, data=data)
