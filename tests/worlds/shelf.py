"""Bao's shelf: a small tree of categories, three items and the moments around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wavepool.domains.catalog import operations
from wavepool.domains.catalog.models import Category, Item, Plan, PlanVersion
from wavepool.plumbing.actor import MACHINE

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TREE = (
    ("food", "Food", "食品", "", "food"),
    ("tea", "Tea", "茶叶", "food", ""),
    ("green-tea", "Green tea", "绿茶", "tea", ""),
    ("home", "Home", "家居", "", ""),
    ("cups", "Cups", "杯具", "home", ""),
)


@dataclass(frozen=True)
class Shelf:
    """What stands in Bao's shop."""

    world: Any
    longjing: Item  # in green tea, which asks for a food licence
    cup: Item  # in cups
    kettle: Item  # in home
    categories: dict[str, Category]

    def open(self, kind: str, rate_ppm: int, *, at: datetime = NOON, **scope: Any) -> PlanVersion:
        """Open a plan of Bao's; items by row."""
        if isinstance(scope.get("item"), Item):
            scope["item"] = scope["item"].public_id
        facts = operations.PlanFacts(kind=kind, rate_ppm=rate_ppm, **scope)
        return operations.open_plan(
            shop_id=self.world.shop.pk, facts=facts, actor=MACHINE, as_of=at
        )

    def change(self, plan: Plan, rate_ppm: int, *, at: datetime = NOON) -> PlanVersion:
        """Change the rate of a plan of Bao's."""
        return operations.change_rate(
            public_id=plan.public_id,
            shop_id=self.world.shop.pk,
            rate_ppm=rate_ppm,
            actor=MACHINE,
            as_of=at,
        )

    def end(self, plan: Plan, *, at: datetime = NOON) -> PlanVersion:
        """End a plan of Bao's."""
        return operations.end_plan(
            public_id=plan.public_id, shop_id=self.world.shop.pk, actor=MACHINE, as_of=at
        )

    def permit(self, *, at: datetime = NOON, days: int = 365) -> str:
        """Give Bao an approved food licence; its public id."""
        permit = operations.submit_permit(
            shop_id=self.world.shop.pk,
            kind="food",
            number=f"JY-{at:%Y%m%d}",
            expires_date=(at + days * DAY).date(),
            actor=MACHINE,
            as_of=at,
        )
        operations.approve_permit(public_id=permit.public_id, actor=MACHINE, as_of=at)
        return permit.public_id

    def sell(self, item: Item, *, at: datetime = NOON) -> Item:
        """Put an item of Bao's on sale."""
        return operations.put_on_sale(
            public_id=item.public_id, shop_id=item.shop_id, actor=MACHINE, as_of=at
        )


def make_shelf(world: Any) -> Shelf:
    """Put the tree and three items, one variant each, into Bao's shop."""
    categories = {
        slug: operations.add_category(
            slug=slug,
            name=name,
            name_zh=name_zh,
            parent=parent,
            required_permit=permit,
            actor=MACHINE,
            as_of=NOON,
        )
        for slug, name, name_zh, parent, permit in TREE
    }
    return Shelf(
        world=world,
        longjing=make_item(world.shop, "LJ", "龙井 Longjing", "green-tea", price_minor=12_800),
        cup=make_item(world.shop, "CUP", "Tea cup", "cups", price_minor=4_900),
        kettle=make_item(world.shop, "KET", "Kettle", "home", price_minor=19_900),
        categories=categories,
    )


def make_item(
    shop: Any, code: str, title: str, category: str, *, price_minor: int, stock: int = 10
) -> Item:
    """An item of a shop with one variant, as a draft."""
    item = operations.add_item(
        shop_id=shop.pk,
        facts=operations.ItemFacts(code=code, title=title, description="", category=category),
        actor=MACHINE,
        as_of=NOON,
    )
    operations.add_variant(
        item_id=item.public_id,
        shop_id=shop.pk,
        facts=operations.VariantFacts(
            sku=f"{code}-1", name="", price_minor=price_minor, stock=stock
        ),
        actor=MACHINE,
        as_of=NOON,
    )
    item.refresh_from_db()
    return item
