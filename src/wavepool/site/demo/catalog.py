"""The catalog of the demonstration: categories, permits, goods on sale, plans, a rate that falls."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from wavepool.domains.catalog import operations
from wavepool.domains.catalog.operations import ItemFacts, PlanFacts, PlanRefused
from wavepool.domains.catalog.operations.variants import VariantFacts, add_variant, change_price
from wavepool.domains.people import queries as people
from wavepool.site.demo import names
from wavepool.site.demo.stage import OPENED_AT, Stage

#: Branches of the tree, and the permit that each asks for.
_BRANCHES: Final = {
    "eat": ("Food and drink", "食品饮料", "food", ("food", "fruit", "grain", "cured meat", "tea")),
    "look": ("Beauty and care", "美妆个护", "cosmetics", ("beauty", "care")),
    "wear": ("Clothing and bags", "服饰鞋包", "", ("fashion", "shoes", "bags", "jewellery")),
    "live": ("Home and family", "家居母婴", "", ("home", "appliances", "baby", "toys", "pets")),
    "read": ("Books and hobbies", "图书文体", "", ("books", "stationery", "sport", "digital")),
}
_PERMIT_UNTIL: Final = date(2028, 6, 30)
_SIZES: Final = (("", 100), ("large", 150), ("box of two", 190))


def plant_categories(stage: Stage) -> None:
    """A tree of two levels."""
    chinese = {}
    for row in stage.season.rows("items"):
        word = row["category"].partition(" ")
        chinese[word[2]] = word[0]
    for slug, (name, name_zh, permit, kinds) in _BRANCHES.items():
        _category(slug, (name, name_zh), parent="", permit=permit, stage=stage)
        for kind in kinds:
            both = kind.capitalize(), chinese.get(kind, kind)
            _category(_slug(kind), both, parent=slug, permit="", stage=stage)


def stock_shops(stage: Stage) -> None:
    """Permits first, then goods with variants, prices that changed once, and all on sale."""
    for number, shop_id in stage.shops.items():
        for kind in ("food", "cosmetics"):
            permit = operations.submit_permit(
                shop_id=shop_id,
                kind=kind,
                number=f"DEMO-{kind[:4].upper()}-{number:05}",
                expires_date=_PERMIT_UNTIL,
                actor=stage.owners["shop", number],
                as_of=OPENED_AT,
            )
            operations.approve_permit(
                public_id=permit.public_id, actor=stage.staff, as_of=OPENED_AT
            )
    for row in stage.season.rows("items"):
        _item(row, stage)


def offer_plans(stage: Stage) -> int:
    """The season's plans; one that the catalog refuses is left out. Returns how many stand."""
    standing = 0
    for row in sorted(stage.season.rows("plans"), key=_broad_first):
        facts = PlanFacts(
            kind=row["kind"],
            rate_ppm=row["rate_ppm"],
            item=stage.items.get(row["item_id"], "") if row["item_id"] else "",
            category=category_slug(row["category"]) if row["category"] else "",
            creator=_handle(row["creator_id"], stage) if row["creator_id"] else "",
        )
        try:
            operations.open_plan(
                shop_id=stage.shops[row["shop_id"]],
                facts=facts,
                actor=stage.owners["shop", row["shop_id"]],
                as_of=OPENED_AT + timedelta(days=6),
            )
        except PlanRefused:
            # The generator knows none of the rules against plans that shut each other out.
            continue
        standing += 1
    return standing


def _item(row: dict[str, Any], stage: Stage) -> None:
    number, shop = row["item_id"], row["shop_id"]
    owner, shop_id = stage.owners["shop", shop], stage.shops[shop]
    item = operations.add_item(
        shop_id=shop_id,
        facts=ItemFacts(
            code=f"G{number:05}",
            title=names.item_title(number, row["category"], lang=stage.lang),
            description="",
            category=category_slug(row["category"]),
        ),
        actor=owner,
        as_of=OPENED_AT,
    )
    base_minor = 1_900 + (number * 7_919) % 18_000
    for place, (size, percent) in enumerate(_SIZES[: 1 + number % 3]):
        sku = f"G{number:05}-{place + 1}"
        price_minor = base_minor * percent // 100 // 100 * 100 + 90
        add_variant(
            item_id=item.public_id,
            shop_id=shop_id,
            facts=VariantFacts(
                sku=sku, name=size, price_minor=price_minor, stock=20 + number % 300
            ),
            actor=owner,
            as_of=OPENED_AT,
        )
        if number % 4 == 0:
            change_price(
                sku=sku,
                shop_id=shop_id,
                price_minor=price_minor * 9 // 10,
                actor=owner,
                as_of=OPENED_AT + timedelta(days=95),
            )
    operations.put_on_sale(public_id=item.public_id, shop_id=shop_id, actor=owner, as_of=OPENED_AT)
    stage.items[number], stage.item_ids[number] = item.public_id, item.pk


def _category(
    slug: str, names_both: tuple[str, str], *, parent: str, permit: str, stage: Stage
) -> None:
    operations.add_category(
        slug=slug,
        name=names_both[0],
        name_zh=names_both[1],
        parent=parent,
        required_permit=permit,
        actor=stage.staff,
        as_of=OPENED_AT,
    )


def _broad_first(row: dict[str, Any]) -> tuple[int, int]:
    """General plans before targeted ones, which have to pay more than they do."""
    broad = ("shop", "category", "item", "campaign", "targeted_category", "targeted_item")
    kind = row["kind"]
    return (broad.index(kind) if kind in broad else len(broad), row["plan_id"])


def category_slug(category: str) -> str:
    """The word in addresses of the generator's bilingual category.

    >>> category_slug("腊味 cured meat")
    'cat-cured-meat'
    """
    return _slug(category.partition(" ")[2])


def _slug(kind: str) -> str:
    return f"cat-{kind.replace(' ', '-')}"


def _handle(number: int, stage: Stage) -> str:
    return people.get_creator_by_id(stage.creators[number]).handle
