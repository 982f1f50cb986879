"""Writes of variants: price with its history, and stock that never falls below zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, PriceChange, Variant
from wavepool.domains.catalog.operations.items import lock_item
from wavepool.domains.catalog.operations.texts import clean_code, clean_line
from wavepool.domains.catalog.operations.totals import write_totals, write_words
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

#: Prices and stocks stay far inside 64 bits, sums of them included.
NUMBER_MAX = 10**12


class SkuTaken(PlatformError):
    """The shop already has a variant with this stock number."""

    kind = "catalog.sku_taken"

    def __init__(self, sku: str) -> None:
        message = _("Your shop already has a variant with the stock number %(sku)s.")
        super().__init__(message % {"sku": sku}, pointer="/sku")
        self.sku = sku


class NumberOutOfRange(PlatformError):
    """A price or a stock is below zero or beyond what the books carry."""

    kind = "catalog.number_out_of_range"
    status: ClassVar[int] = 422

    def __init__(self, *, field: str, value: int) -> None:
        super().__init__(
            _("This must lie between 0 and %(most)s.") % {"most": NUMBER_MAX}, pointer=f"/{field}"
        )
        self.field = field
        self.value = value


class StockTooLow(PlatformError):
    """Fewer pieces are there than should be taken."""

    kind = "catalog.stock_too_low"

    def __init__(self, *, sku: str, asked: int) -> None:
        message = _("There are fewer than %(asked)s pieces of %(sku)s.")
        super().__init__(message % {"asked": asked, "sku": sku}, pointer="/change")
        self.sku = sku
        self.asked = asked


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """What a shop says of a variant: its stock number, name, price in minor units, pieces."""

    sku: str
    name: str
    price_minor: int
    stock: int

    def cleaned(self) -> VariantFacts:
        """The same as the catalog keeps it.

        Raises:
            BadText: a text does not fit.
            NumberOutOfRange: the price or the stock is below zero or absurd.
        """
        for field, value in (("price", self.price_minor), ("stock", self.stock)):
            if not 0 <= value <= NUMBER_MAX:
                raise NumberOutOfRange(field=field, value=value)
        name = clean_line(self.name, field="variant", length=80) if self.name.strip() else ""
        return VariantFacts(
            sku=clean_code(self.sku, field="sku"),
            name=name,
            price_minor=self.price_minor,
            stock=self.stock,
        )


def add_variant(
    *, item_id: str, shop_id: int, facts: VariantFacts, actor: Actor, as_of: datetime
) -> Variant:
    """Add a variant to an item.

    Raises:
        BadText, NumberOutOfRange: what is said of it does not fit.
        NotFound: there is no such item of this shop.
        SkuTaken: the shop has this stock number already.
    """
    facts = facts.cleaned()
    with transaction.atomic():
        item = lock_item(item_id, shop_id=shop_id)
        if Variant.objects.filter(shop_id=shop_id, sku=facts.sku).exists():
            raise SkuTaken(facts.sku)
        variant = Variant.objects.create(
            item=item,
            shop_id=shop_id,
            sku=facts.sku,
            name=facts.name,
            price_minor=facts.price_minor,
            stock=facts.stock,
        )
        _remember_price(variant, actor=actor, at=as_of)
        _touch(item, as_of=as_of)
        write_words([item.pk])
        return variant


def change_price(
    *, sku: str, shop_id: int, price_minor: int, actor: Actor, as_of: datetime
) -> Variant:
    """Set the price of a variant; every earlier price stays on record.

    Raises:
        NotFound: the shop has no such stock number.
        NumberOutOfRange: the price is below zero or absurd.
    """
    if not 0 <= price_minor <= NUMBER_MAX:
        raise NumberOutOfRange(field="price", value=price_minor)
    with transaction.atomic():
        variant = _lock_variant(sku, shop_id=shop_id)
        if variant.price_minor == price_minor:
            return variant
        before, variant.price_minor = variant.price_minor, price_minor
        variant.save(update_fields=["price_minor"])
        _remember_price(variant, actor=actor, at=as_of)
        _touch(variant.item, as_of=as_of)
        audit.record(
            kind="catalog.price_changed",
            subject=f"{variant.item.public_id}/{sku}",
            actor=actor,
            at=as_of,
            data={"before_minor": before, "after_minor": price_minor},
        )
        return variant


def change_stock(*, sku: str, shop_id: int, change: int, actor: Actor, as_of: datetime) -> Variant:
    """Add pieces to a variant, or take some away; two at once never take the same piece.

    Raises:
        NotFound: the shop has no such stock number.
        NumberOutOfRange: the change is absurd.
        StockTooLow: fewer pieces are there than should be taken.
    """
    if abs(change) > NUMBER_MAX:
        raise NumberOutOfRange(field="change", value=change)
    with transaction.atomic():
        variant = _lock_variant(sku, shop_id=shop_id)
        enough = Variant.objects.filter(
            pk=variant.pk, stock__gte=-change, stock__lte=NUMBER_MAX - change
        )
        if not enough.update(stock=F("stock") + change):
            if change > 0:
                raise NumberOutOfRange(field="change", value=change)
            raise StockTooLow(sku=sku, asked=-change)
        _touch(variant.item, as_of=as_of)
        audit.record(
            kind="catalog.stock_changed",
            subject=f"{variant.item.public_id}/{sku}",
            actor=actor,
            at=as_of,
            data={"change": change},
        )
        variant.refresh_from_db(fields=["stock"])
        return variant


def _lock_variant(sku: str, *, shop_id: int) -> Variant:
    """A variant of a shop and its item, the item held first, as everywhere."""
    found = Variant.objects.filter(shop_id=shop_id, sku=sku).select_related("item").first()
    if found is None:
        raise NotFound(_("Your shop has no such stock number."))
    lock_item(found.item.public_id, shop_id=shop_id)
    return Variant.objects.select_for_update(of=("self",)).select_related("item").get(pk=found.pk)


def _remember_price(variant: Variant, *, actor: Actor, at: datetime) -> None:
    PriceChange.objects.create(
        variant=variant, price_minor=variant.price_minor, changed_at=at, changed_by=actor.name
    )


def _touch(item: Item, *, as_of: datetime) -> None:
    write_totals([item.pk])
    Item.objects.filter(pk=item.pk).update(version=F("version") + 1, changed_at=as_of)
