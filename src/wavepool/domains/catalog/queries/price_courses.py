"""Prices over time, as a chart and as small curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, PriceChange, Variant
from wavepool.plumbing.charts import SERIES_MAX, Chart, Series

_MOMENTS_MAX: Final = 40


def price_courses(
    variants: Sequence[Variant], changes: Sequence[PriceChange]
) -> dict[int, list[int | None]]:
    """The price of each variant at every moment when one of them changed; None before its first."""
    courses: dict[int, list[int | None]] = {each.pk: [] for each in variants}
    now: dict[int, int | None] = dict.fromkeys(courses)
    for change in changes:
        now[change.variant_id] = change.price_minor
        for pk, course in courses.items():
            course.append(now[pk])
    return courses


def price_chart(
    item: Item, variants: Sequence[Variant], changes: Sequence[PriceChange]
) -> Chart | None:
    """The last 40 changes of an item's prices, at most five variants; None without any change."""
    if len(changes) < 2:
        return None
    shown = variants[:SERIES_MAX]
    courses = price_courses(shown, changes)
    return Chart(
        kind="line",
        title=_("What each variant cost, change by change"),
        label=_("Changed on"),
        categories=tuple(f"{each.changed_at:%Y-%m-%d %H:%M}" for each in changes[-_MOMENTS_MAX:]),
        series=tuple(
            Series(name=each.name or each.sku, values=tuple(courses[each.pk][-_MOMENTS_MAX:]))
            for each in shown
        ),
        unit="money",
        currency=item.shop.currency,
        note=_("Every price that was ever set; times in UTC."),
    )
