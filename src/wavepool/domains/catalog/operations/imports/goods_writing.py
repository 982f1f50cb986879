"""Write many rows of goods in few statements."""

from __future__ import annotations

from django.db.models import F

from wavepool.domains.catalog.models import Category, Item, PriceChange, Variant
from wavepool.domains.catalog.operations.imports.judging import Doing
from wavepool.domains.catalog.operations.items import ItemFacts
from wavepool.domains.catalog.operations.refiling import refile
from wavepool.domains.catalog.operations.totals import write_totals, write_words
from wavepool.domains.catalog.operations.variants import VariantFacts
from wavepool.plumbing import ids


class GoodsWriter:
    """Collects rows, then writes them: items, variants, prices, totals and words."""

    def __init__(self, doing: Doing, *, categories: dict[str, Category]) -> None:
        self.doing = doing
        self.categories = categories
        self.items: dict[str, Item] = {}
        self.variants: list[Variant] = []
        self.repriced: list[Variant] = []

    def take(
        self,
        facts: ItemFacts,
        variant: VariantFacts,
        *,
        state: str,
        item: Item | None,
        known: Variant | None,
    ) -> None:
        """Take one row; `item` and `known` are what stands now.

        Raises:
            RateWouldFall: filing the item elsewhere would take from a creator.
        """
        kept = self.items.get(facts.code) or item or self._new_item(facts)
        if not kept._state.adding:
            refile(kept, self.categories[facts.category], as_of=self.doing.as_of)
        if kept.state != state:
            kept.state, kept.state_why = state, ""
        kept.title, kept.description = facts.title, facts.description
        self.items[facts.code] = kept
        written = known or Variant(shop_id=self.doing.shop_id, sku=variant.sku, item=kept)
        if known is None or known.price_minor != variant.price_minor:
            self.repriced.append(written)
        written.name, written.stock = variant.name, variant.stock
        written.price_minor = variant.price_minor
        self.variants.append(written)

    def write(self) -> None:
        """Write everything taken, inside the caller's transaction."""
        new = [item for item in self.items.values() if item._state.adding]
        old = [item for item in self.items.values() if not item._state.adding]
        Item.objects.bulk_create(new)
        Item.objects.bulk_update(
            old, ["title", "description", "category", "state", "state_why"], batch_size=500
        )
        fresh = [each for each in self.variants if each._state.adding]
        for each in fresh:
            each.item_id = each.item.pk
        Variant.objects.bulk_create(fresh)
        known = [each for each in self.variants if each not in fresh]
        Variant.objects.bulk_update(known, ["name", "price_minor", "stock"], batch_size=500)
        PriceChange.objects.bulk_create(
            PriceChange(
                variant=each,
                price_minor=each.price_minor,
                changed_at=self.doing.as_of,
                changed_by=self.doing.actor.name,
            )
            for each in self.repriced
        )
        touched = [item.pk for item in self.items.values()]
        Item.objects.filter(pk__in=[item.pk for item in old]).update(
            version=F("version") + 1, changed_at=self.doing.as_of
        )
        write_totals(touched)
        write_words(touched)

    def _new_item(self, facts: ItemFacts) -> Item:
        return Item(
            public_id=ids.new_id("itm"),
            shop_id=self.doing.shop_id,
            code=facts.code,
            category=self.categories[facts.category],
            created_at=self.doing.as_of,
            changed_at=self.doing.as_of,
        )
