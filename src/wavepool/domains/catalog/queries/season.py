"""What a season of the engine reads of the catalog."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from wavepool.domains.catalog import tables
from wavepool.domains.catalog.models import Item, PlanVersion


def engine_tables() -> Mapping[str, pa.Table]:
    """Every table of the engine that the catalog owns, by contract name; ids are primary keys."""
    versions = PlanVersion.objects.select_related("plan").order_by("pk")
    return {
        "items": tables.item_table(Item.objects.all()),
        "plans": tables.plan_table(versions),
    }
