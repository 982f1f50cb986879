"""Rows as the engine's tables: goods and plans, as a season reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db.models import QuerySet

from wavepool.domains.catalog.models import CategoryLink, Item, PlanVersion

_CHUNK: Final = 10_000
_PLAN_SCHEMA: Final = pa.schema(
    [
        ("plan_id", pa.string()),
        ("kind", pa.string()),
        ("shop_id", pa.int64()),
        ("item_id", pa.int64()),
        ("category", pa.string()),
        ("creator_id", pa.int64()),
        ("link_id", pa.string()),
        ("rate_ppm", pa.int64()),
        ("valid_from", pa.int64()),
        ("valid_to", pa.int64()),
    ]
)
_ITEM_SCHEMA: Final = pa.schema(
    [("item_id", pa.int64()), ("shop_id", pa.int64()), ("category", pa.string())]
)


def item_table(items: QuerySet[Item]) -> pa.Table:
    """The engine's `items`: item, shop and the slug of the category; sorted by item."""
    rows = items.order_by("pk").values_list("pk", "shop_id", "category__slug")
    columns = list(zip(*rows.iterator(chunk_size=_CHUNK), strict=True)) or [()] * 3
    return pa.table(columns, schema=_ITEM_SCHEMA)


def plan_table(versions: Iterable[PlanVersion]) -> pa.Table:
    """The engine's `plans`, one row per version; withdrawn ones never bound anybody.

    The engine knows no tree, so a plan of a category becomes one plan for each
    category below it, its id followed by theirs. All ids are of one length, so
    the order of ids, which decides between equal rates, stays what it was.
    """
    below = _slugs_below()
    rows = [
        row
        for version in versions
        if version.withdrawn_at is None
        for row in _plan_rows(version, below)
    ]
    return pa.Table.from_pylist(rows, schema=_PLAN_SCHEMA)


def _slugs_below() -> Mapping[int, Sequence[str]]:
    """The slugs of each category and of those below it, sorted."""
    found: dict[int, list[str]] = {}
    links = CategoryLink.objects.order_by("descendant__slug")
    for ancestor, slug in links.values_list("ancestor", "descendant__slug"):
        found.setdefault(ancestor, []).append(slug)
    return found


def _plan_rows(
    version: PlanVersion, below: Mapping[int, Sequence[str]]
) -> list[dict[str, str | int | None]]:
    plan = version.plan
    row: dict[str, str | int | None] = {
        "plan_id": plan.public_id,
        "kind": plan.kind,
        "shop_id": plan.shop_id,
        "item_id": plan.item_id,
        "category": None,
        "creator_id": plan.creator_id,
        "link_id": plan.link_id or None,
        "rate_ppm": version.rate_ppm,
        "valid_from": _epoch_ms(version.valid_from),
        "valid_to": _epoch_ms(version.valid_to) if version.valid_to else None,
    }
    if plan.category_id is None:
        return [row]
    slugs = below.get(plan.category_id, ())
    return [row | {"plan_id": f"{plan.public_id}:{slug}", "category": slug} for slug in slugs]


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)
