"""Rows of the catalog; foreign keys from other domains name them by string."""

from wavepool.domains.catalog.models.categories import Category, CategoryLink, PermitKind
from wavepool.domains.catalog.models.imports import ImportBatch, ImportRow
from wavepool.domains.catalog.models.items import (
    Item,
    ItemImage,
    ItemWord,
    PriceChange,
    Variant,
)
from wavepool.domains.catalog.models.permits import Permit
from wavepool.domains.catalog.models.plans import Plan, PlanBook, PlanKind, PlanVersion
from wavepool.domains.catalog.models.reservations import Reservation

__all__ = [
    "Category",
    "CategoryLink",
    "ImportBatch",
    "ImportRow",
    "Item",
    "ItemImage",
    "ItemWord",
    "Permit",
    "PermitKind",
    "Plan",
    "PlanBook",
    "PlanKind",
    "PlanVersion",
    "PriceChange",
    "Reservation",
    "Variant",
]
