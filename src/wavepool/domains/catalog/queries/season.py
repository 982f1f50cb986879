"""What a season of the engine reads of the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from wavepool.domains.catalog import tables
from wavepool.domains.catalog.models import Item, PlanVersion


def season_tables() -> Mapping[str, Callable[[], pa.Table]]:
    """How to read each table of the engine that the catalog owns, by contract name."""
    return {"items": _items, "plans": _plans}


def _items() -> pa.Table:
    return tables.item_table(Item.objects.all())


def _plans() -> pa.Table:
    return tables.plan_table(PlanVersion.objects.select_related("plan").order_by("pk"))
