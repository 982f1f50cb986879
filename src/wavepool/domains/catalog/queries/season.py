"""What a season of the engine reads of the catalog."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

import pyarrow as pa
from django.db.models import QuerySet

from wavepool.domains.catalog import tables
from wavepool.domains.catalog.models import Item, PlanVersion

_CHUNK: Final = 10_000


def season_tables() -> Mapping[str, Callable[[], pa.Table]]:
    """How to read each table of the engine that the catalog owns, by contract name."""
    return {"items": _items, "plans": _plans}


def season_tables_of(
    *, item_ids: Collection[int], shop_ids: Collection[int]
) -> Mapping[str, pa.Table]:
    """The same tables with some goods, and the plans of some shops, and nothing else."""
    items = [tables.item_table(Item.objects.filter(pk__in=some)) for some in _chunks(item_ids)]
    plans = [
        tables.plan_table(_versions().filter(plan__shop_id__in=some)) for some in _chunks(shop_ids)
    ]
    return {"items": pa.concat_tables(items), "plans": pa.concat_tables(plans)}


def _chunks(ids: Collection[int]) -> Iterator[Collection[int]]:
    wanted = sorted(ids)
    for start in range(0, max(len(wanted), 1), _CHUNK):
        yield wanted[start : start + _CHUNK]


def _items() -> pa.Table:
    return tables.item_table(Item.objects.all())


def _plans() -> pa.Table:
    return tables.plan_table(_versions())


def _versions() -> QuerySet[PlanVersion]:
    return PlanVersion.objects.select_related("plan").order_by("pk")
