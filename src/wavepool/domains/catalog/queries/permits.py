"""Reads of permits, and what is missing for a sale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import CategoryLink, Item, Permit, PermitKind
from wavepool.domains.catalog.queries.categories import required_permits
from wavepool.plumbing.errors import NotFound


def permits_of_shop(shop_id: int) -> QuerySet[Permit]:
    """Every permit that a shop ever handed in."""
    return Permit.objects.filter(shop_id=shop_id).select_related("shop")


def permits_to_review() -> QuerySet[Permit]:
    """Permits of all shops that wait for a member of staff."""
    return Permit.objects.filter(state=Permit.State.SUBMITTED).select_related("shop")


def every_permit() -> QuerySet[Permit]:
    """Permits of all shops."""
    return Permit.objects.select_related("shop")


def get_permit(public_id: str) -> Permit:
    """A permit of any shop, for staff.

    Raises:
        NotFound: there is none.
    """
    permit = every_permit().filter(public_id=public_id).first()
    if permit is None:
        raise NotFound(_("There is no such permit."))
    return permit


def permit_kinds_held(shop_id: int, *, on: date) -> frozenset[str]:
    """Kinds of permits that a shop holds on a day."""
    held = permits_of_shop(shop_id).filter(state=Permit.State.APPROVED, expires_date__gt=on)
    return frozenset(held.values_list("kind", flat=True))


def missing_permits(item: Item, *, on: date) -> list[str]:
    """Kinds that an item's category asks for and its shop does not hold, by name."""
    asked = required_permits({item.category_id})[item.category_id]
    return sorted(asked - permit_kinds_held(item.shop_id, on=on)) if asked else []


def labels_of(kinds: Iterable[str]) -> str:
    """Kinds of permits as people call them."""
    return ", ".join(str(PermitKind(kind).label) for kind in kinds)


def items_that_need(kind: str, *, shop_id: int) -> QuerySet[Item]:
    """Goods of a shop, on sale, in categories that ask for a kind of permit."""
    links = CategoryLink.objects.filter(ancestor__required_permit=kind)
    return Item.objects.filter(
        shop_id=shop_id, state=Item.State.ON_SALE, category_id__in=links.values("descendant_id")
    )
