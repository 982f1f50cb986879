"""Rows as the engine's tables: goods, shops and plans, as a season reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import pyarrow as pa

from wavepool.domains.catalog.models import CategoryLink, Item, PlanVersion

_PLAN_SCHEMA: Final = pa.schema(
    [
        ("plan_id", pa.string()),
        ("kind", pa.string()),
        ("shop_id", pa.string()),
        ("item_id", pa.string()),
        ("category", pa.string()),
        ("creator_id", pa.string()),
        ("link_id", pa.string()),
        ("rate_ppm", pa.int64()),
        ("valid_from", pa.int64()),
        ("valid_to", pa.int64()),
    ]
)
_ITEM_SCHEMA: Final = pa.schema(
    [("item_id", pa.string()), ("shop_id", pa.string()), ("category", pa.string())]
)


def item_table(items: Iterable[Item]) -> pa.Table:
    """The engine's `items`: public id, slug of the shop, slug of the category."""
    rows = [
        {"item_id": each.public_id, "shop_id": each.shop.slug, "category": each.category.slug}
        for each in items
    ]
    return pa.Table.from_pylist(rows, schema=_ITEM_SCHEMA)


def shop_table(currencies: Mapping[str, str], payees: Mapping[str, str]) -> pa.Table:
    """The engine's `shops`: slug, payee and currency of each shop."""
    return pa.table(
        {
            "shop_id": pa.array(currencies, pa.string()),
            "payee_id": pa.array([payees[slug] for slug in currencies], pa.string()),
            "currency": pa.array(currencies.values(), pa.string()),
        }
    )


def plan_table(versions: Iterable[PlanVersion]) -> pa.Table:
    """The engine's `plans`, one row per version; withdrawn ones never bound anybody.

    The engine knows no tree, so a plan of a category becomes one plan for each
    category below it, its id followed by theirs. All ids are of one length, so
    the order of ids, which decides between equal rates, stays what it was.
    """
    rows = [
        row for version in versions if version.withdrawn_at is None for row in _plan_rows(version)
    ]
    return pa.Table.from_pylist(rows, schema=_PLAN_SCHEMA)


def _plan_rows(version: PlanVersion) -> list[dict[str, str | int | None]]:
    plan = version.plan
    row: dict[str, str | int | None] = {
        "plan_id": plan.public_id,
        "kind": plan.kind,
        "shop_id": plan.shop.slug,
        "item_id": plan.item.public_id if plan.item else None,
        "category": None,
        "creator_id": plan.creator.handle if plan.creator else None,
        "link_id": plan.link_id or None,
        "rate_ppm": version.rate_ppm,
        "valid_from": _epoch_ms(version.valid_from),
        "valid_to": _epoch_ms(version.valid_to) if version.valid_to else None,
    }
    if plan.category_id is None:
        return [row]
    below = CategoryLink.objects.filter(ancestor=plan.category_id)
    slugs = below.order_by("descendant__slug").values_list("descendant__slug", flat=True)
    return [row | {"plan_id": f"{plan.public_id}:{slug}", "category": slug} for slug in slugs]


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)
