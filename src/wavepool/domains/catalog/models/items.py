"""Goods: items, their variants, prices over time, images and the words that find them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models.categories import Category
from wavepool.plumbing import uploads


class Item(models.Model):
    """Something that a shop sells, in one or more variants."""

    class State(models.TextChoices):
        """Whether people can find and buy it."""

        DRAFT = "draft", _("Draft")
        ON_SALE = "on_sale", _("On sale")
        OFF_SALE = "off_sale", _("Off sale")

    public_id = models.CharField(max_length=40, unique=True)
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    # The shop's own reference; what an import knows the item by.
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=4_000, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="items", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # What took it off sale, where the shop did not, e.g. "permit_food".
    state_why = models.CharField(max_length=40, blank=True)
    # The lowest price and the stock of all variants, written together with them.
    price_minor = models.PositiveBigIntegerField(default=0)
    stock = models.PositiveBigIntegerField(default=0)
    # The first of its pictures and what it shows, written together with them.
    cover = models.CharField(max_length=40, blank=True)
    cover_alt = models.CharField(max_length=160, blank=True)
    # Counts every change; an edit names the version that it was made from.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        # One index per order in which a list of a shop, or of the market, is read.
        indexes: ClassVar = [
            models.Index(name="item_of_shop", fields=["shop", "id"]),
            models.Index(name="item_of_shop_by_state", fields=["shop", "state", "id"]),
            models.Index(name="item_of_shop_by_category", fields=["shop", "category", "id"]),
            models.Index(name="item_of_shop_by_title", fields=["shop", "title", "id"]),
            models.Index(name="item_of_shop_by_price", fields=["shop", "price_minor", "id"]),
            models.Index(name="item_of_shop_by_stock", fields=["shop", "stock", "id"]),
            models.Index(name="item_by_state", fields=["state", "id"]),
            models.Index(name="item_by_price", fields=["state", "price_minor", "id"]),
            models.Index(name="item_by_category", fields=["category", "state", "id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="item_code_once_per_shop", fields=["shop", "code"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cover_url(self) -> str:
        """Where its first picture can be seen; "" without one."""
        return uploads.public_address(self.cover) if self.cover else ""


class Variant(models.Model):
    """One form of an item that is counted and priced by itself."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="variants")
    # The item's shop, so that a stock number is one shop's own.
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=80, blank=True)
    price_minor = models.BigIntegerField()
    stock = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="sku_once_per_shop", fields=["shop", "sku"]),
            models.CheckConstraint(name="variant_stock_is_not_negative", condition=Q(stock__gte=0)),
            models.CheckConstraint(
                name="variant_price_is_not_negative", condition=Q(price_minor__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class PriceChange(models.Model):
    """What a variant cost from a moment on; rows are added and never changed."""

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="prices", db_index=False)
    price_minor = models.BigIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=160)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="price_of_variant", fields=["variant", "changed_at", "id"])
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.price_minor}"


class ItemImage(models.Model):
    """A picture of an item, in the order in which they are shown."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="images")
    # The public id of the picture that the upload gate wrote anew.
    file = models.CharField(max_length=40, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.file

    @property
    def url(self) -> str:
        """Where everybody can see it."""
        return uploads.public_address(self.file)


class ItemWord(models.Model):
    """A word by which an item is found; no database of ours searches Chinese by itself."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="words", db_index=False)
    shop = models.ForeignKey("people.Shop", models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            # On PostgreSQL they serve beginnings of words too; SQLite knows no classes.
            models.Index(
                name="item_word_of_shop",
                fields=["shop", "word", "item"],
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                name="item_word_of_market",
                fields=["word", "item"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="item_word_once", fields=["item", "word"]),
        ]

    def __str__(self) -> str:
        return self.word
