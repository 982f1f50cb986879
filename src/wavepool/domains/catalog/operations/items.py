"""Writes of goods: what an item is, and whether it is on sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Item
from wavepool.domains.catalog.operations.refiling import refile
from wavepool.domains.catalog.operations.texts import clean_code, clean_line, clean_text
from wavepool.domains.catalog.operations.totals import write_words
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class ItemChanged(PlatformError):
    """Somebody else changed the item since this edit began."""

    kind = "catalog.item_changed"
    status: ClassVar[int] = 412

    def __init__(self, item: Item) -> None:
        super().__init__(_("Somebody changed this item in the meantime; look at it again first."))
        self.item = item


class CodeTaken(PlatformError):
    """The shop already has an item with this reference."""

    kind = "catalog.code_taken"

    def __init__(self, code: str) -> None:
        message = _("Your shop already has an item with the reference %(code)s.")
        super().__init__(message % {"code": code}, pointer="/code")
        self.code = code


class NothingToSell(PlatformError):
    """An item without a variant cannot go on sale."""

    kind = "catalog.nothing_to_sell"

    def __init__(self) -> None:
        super().__init__(_("Add a variant with a price before this item goes on sale."))


class PermitMissing(PlatformError):
    """The item's category asks for a permit that the shop does not hold."""

    kind = "catalog.permit_missing"

    def __init__(self, kinds: list[str]) -> None:
        message = _("Goods of this category need an approved permit that still holds: %(kinds)s.")
        super().__init__(message % {"kinds": queries.labels_of(kinds)}, pointer="/state")
        self.kinds = kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What a shop says of an item.

    Attributes:
        code: the shop's own reference, unique in the shop.
        title: at most 120 characters, one line.
        description: at most 4,000 characters, may be empty.
        category: slug of its category.
    """

    code: str
    title: str
    description: str
    category: str

    def cleaned(self) -> ItemFacts:
        """The same as the catalog keeps it.

        Raises:
            BadText: a text does not fit.
        """
        return ItemFacts(
            code=clean_code(self.code, field="code"),
            title=clean_line(self.title, field="title", length=120),
            description=clean_text(self.description, field="description", length=4_000),
            category=self.category,
        )


def add_item(*, shop_id: int, facts: ItemFacts, actor: Actor, as_of: datetime) -> Item:
    """Add an item as a draft.

    Raises:
        BadText: a text does not fit.
        CodeTaken: the shop has another item of this reference.
        NotFound: there is no such category.
    """
    facts = facts.cleaned()
    with transaction.atomic():
        category = queries.get_category(facts.category)
        if Item.objects.filter(shop_id=shop_id, code=facts.code).exists():
            raise CodeTaken(facts.code)
        item = Item.objects.create(
            public_id=ids.new_id("itm"),
            shop_id=shop_id,
            code=facts.code,
            title=facts.title,
            description=facts.description,
            category=category,
            created_at=as_of,
            changed_at=as_of,
        )
        write_words([item.pk])
        _record("item_added", item, actor=actor, at=as_of)
        return item


def edit_item(
    *,
    public_id: str,
    shop_id: int,
    facts: ItemFacts,
    version: int,
    actor: Actor,
    as_of: datetime,
) -> Item:
    """Change what a shop says of an item; the edit names the version that it was made from.

    Raises:
        BadText: a text does not fit.
        CodeTaken: the shop has another item of this reference.
        ItemChanged: the item has another version by now.
        NotFound: there is no such item of this shop, or no such category.
        PermitMissing: it is on sale, and the new category asks for a permit.
        RateWouldFall: in the new category somebody would earn less at once.
    """
    facts = facts.cleaned()
    with transaction.atomic():
        item = lock_item(public_id, shop_id=shop_id)
        if item.version != version:
            raise ItemChanged(item)
        others = Item.objects.filter(shop_id=shop_id, code=facts.code).exclude(pk=item.pk)
        if others.exists():
            raise CodeTaken(facts.code)
        refile(item, queries.get_category(facts.category), as_of=as_of)
        if item.state == Item.State.ON_SALE:
            ensure_permitted(item, as_of=as_of)
        item.code, item.title, item.description = facts.code, facts.title, facts.description
        _save(item, as_of=as_of)
        write_words([item.pk])
        _record("item_edited", item, actor=actor, at=as_of)
        return item


def put_on_sale(*, public_id: str, shop_id: int, actor: Actor, as_of: datetime) -> Item:
    """Let everybody find and buy an item.

    Raises:
        NotFound: there is no such item of this shop.
        NothingToSell: it has no variant.
        PermitMissing: its category asks for a permit that the shop does not hold.
    """
    with transaction.atomic():
        item = lock_item(public_id, shop_id=shop_id)
        if not item.variants.exists():
            raise NothingToSell
        ensure_permitted(item, as_of=as_of)
        item.state, item.state_why = Item.State.ON_SALE, ""
        _save(item, as_of=as_of)
        _record("item_put_on_sale", item, actor=actor, at=as_of)
        return item


def take_off_sale(
    *, public_id: str, shop_id: int, actor: Actor, as_of: datetime, why: str = ""
) -> Item:
    """Stop the sale of an item; `why` says what made it so, where the shop did not wish it.

    A reason is kept as a word, e.g. "permit_food", and shown in the reader's language.

    Raises:
        NotFound: there is no such item of this shop.
    """
    with transaction.atomic():
        item = lock_item(public_id, shop_id=shop_id)
        item.state, item.state_why = Item.State.OFF_SALE, why
        _save(item, as_of=as_of)
        _record("item_taken_off_sale", item, actor=actor, at=as_of)
        return item


def lock_item(public_id: str, *, shop_id: int) -> Item:
    """An item of a shop, held until the transaction ends.

    Raises:
        NotFound: there is no such item of this shop.
    """
    items = Item.objects.select_for_update(of=("self",)).select_related("category", "shop")
    item = items.filter(public_id=public_id, shop_id=shop_id).first()
    if item is None:
        raise NotFound(_("There is no such item."))
    return item


def ensure_permitted(item: Item, *, as_of: datetime) -> None:
    """Refuse a sale for which a permit is missing.

    Raises:
        PermitMissing: the category asks for one that the shop does not hold.
    """
    missing = queries.missing_permits(item, on=as_of.date())
    if missing:
        raise PermitMissing(missing)


def _save(item: Item, *, as_of: datetime) -> None:
    item.version += 1
    item.changed_at = as_of
    item.save()


def _record(kind: str, item: Item, *, actor: Actor, at: datetime) -> None:
    data = {"title": item.title, "state": item.state, "version": item.version}
    audit.record(kind=f"catalog.{kind}", subject=item.public_id, actor=actor, at=at, data=data)
