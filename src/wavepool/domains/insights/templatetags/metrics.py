"""Numbers with their definition one click away."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from wavepool.domains.insights import queries

register = template.Library()


@register.inclusion_tag("insights/metric_link.html")
def metric_link(metric_id: str) -> dict[str, Any]:
    """A metric's name, leading to its definition: `{% metric_link "gmv_paid" %}`."""
    metric = queries.get_metric(metric_id)
    return {"metric": metric, "href": address_of(metric)}


@register.inclusion_tag("insights/metric_value.html")
def metric(metric_id: str, value: int | None, *, currency: str = "") -> dict[str, Any]:
    """A value as its metric's unit asks, leading to its definition: `{% metric "dau" 1200 %}`."""
    found = queries.get_metric(metric_id)
    return {"metric": found, "value": value, "currency": currency, "href": address_of(found)}


@register.inclusion_tag("insights/reading.html")
def reading(shown: queries.Reading) -> dict[str, Any]:
    """A figure of a board as its metric's unit asks; its column's head has the definition."""
    return {"metric": shown.metric, "value": shown.value, "currency": shown.currency}


@register.inclusion_tag("insights/metric_tile.html")
def metric_tile(shown: queries.Reading, *, against: str = "") -> dict[str, Any]:
    """A figure of a board as a tile: its change, its course, and its definition behind it."""
    return {"shown": shown, "href": address_of(shown.metric), "against": against}


@register.filter
def whole_minor(value_micro: int | None) -> int | None:
    """Whole minor units of an exact amount, rounded towards zero."""
    if value_micro is None:
        return None
    whole = abs(value_micro) // queries.MICRO
    return whole if value_micro >= 0 else -whole


@register.filter
def duration(value_ms: int | None) -> str | None:
    """Time in the largest unit of which there are at least ten, rounded down."""
    if value_ms is None:
        return None
    seconds = value_ms // 1_000
    if seconds >= 36_000:
        return _("%s h") % f"{seconds // 3_600:,}"
    if seconds >= 600:
        return _("%s min") % (seconds // 60)
    return _("%s s") % seconds


def address_of(metric: queries.Metric) -> str:
    """Where a metric is defined."""
    return reverse("insights.metric", args=[metric.id])
