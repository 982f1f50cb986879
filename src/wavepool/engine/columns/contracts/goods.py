"""Goods: scenes, channels, items, shops and their commission plans."""

from __future__ import annotations

from wavepool.engine.columns.contract import (
    SPAN_ORDER,
    Form,
    Reference,
    Rule,
    Table,
    identifier,
    no_overlap,
    share,
    valid_span,
    words,
)

PLAN_KINDS = (
    "exclusive",
    "task",
    "targeted_item",
    "targeted_category",
    "campaign",
    "item",
    "category",
    "shop",
)

SCENES = Table(
    "scenes",
    "Where pieces compete; everything else about a scene is policy.",
    (words("scene_id"), words("name_zh"), words("name_en")),
    key=("scene_id",),
    references=(Reference("scene_id", "policy_scenes"),),
)

CHANNELS = Table(
    "channels",
    "Where pieces are shown.",
    (identifier("channel_id", "channel"), words("name")),
    key=("channel_id",),
)

SHOPS = Table(
    "shops",
    "A merchant's shop.",
    (
        identifier("shop_id", "shop"),
        identifier("payee_id", "payee"),
        words("currency", form=Form.CURRENCY, meaning="ISO 4217"),
    ),
    key=("shop_id",),
    references=(Reference("payee_id", "payees"),),
)

ITEMS = Table(
    "items",
    "Goods on sale.",
    (identifier("item_id", "item"), identifier("shop_id", "shop"), words("category")),
    key=("item_id",),
    references=(Reference("shop_id", "shops"),),
)


def _needs(column: str, *kinds: str) -> Rule:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return Rule(
        f"plan without {column}",
        column,
        f"mine.kind in ({listed}) and mine.{column} is null",
        f"a plan of kind {' or '.join(kinds)} names its {column}",
    )


PLANS = Table(
    "plans",
    "A commission plan of a shop, by version.",
    (
        identifier("plan_id", "plan"),
        words("kind", allowed=PLAN_KINDS, meaning="in order of precedence"),
        identifier("shop_id", "shop"),
        identifier("item_id", "item", is_nullable=True),
        words("category", is_nullable=True),
        identifier("creator_id", "creator", is_nullable=True),
        identifier("link_id", "link", is_nullable=True),
        share("rate_ppm", meaning="commission rate of the fee base"),
        *valid_span(),
    ),
    key=("plan_id", "valid_from"),
    references=(
        Reference("shop_id", "shops"),
        Reference("item_id", "items"),
        Reference("creator_id", "creators"),
    ),
    rules=(
        SPAN_ORDER,
        _needs("item_id", "item", "targeted_item"),
        _needs("category", "category", "targeted_category"),
        _needs("creator_id", "targeted_item", "targeted_category"),
        _needs("link_id", "campaign"),
        Rule(
            "item of another shop",
            "item_id",
            "to_item_id.shop_id <> mine.shop_id",
            "the plan's item must belong to the plan's shop",
        ),
        no_overlap("plan_id", key=("plan_id",)),
    ),
)
