"""The metric dictionary for everybody: what a number means, and how it is counted."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from wavepool.domains.insights import queries
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_GROUPS: Final = {
    "traffic": _("Viewers and time"),
    "live": _("Live sessions"),
    "sales": _("Orders and money"),
    "ratio": _("Rates and values"),
    "paths": _("Path to purchase"),
    "spend": _("What content costs a shop"),
    "settlement_creators": _("What an agency settles"),
    "settlement_platform": _("The month by agency"),
    "earnings": _("Who earns"),
    "growth": _("New anchors who stay"),
    "budget_cards": _("What programmes pay"),
    "holdout": _("Not measurable yet"),
}


@access("public")
def dictionary(request: PlatformRequest) -> HttpResponse:
    """Every metric, by how it is counted."""
    metrics = queries.list_metrics()
    groups = [
        (title, [each for each in metrics if each.computed_by == method])
        for method, title in _GROUPS.items()
    ]
    return render(request, "insights/dictionary.html", {"groups": groups})


@access("public")
def metric(request: PlatformRequest, metric: str) -> HttpResponse:
    """One metric: its formula, its window, its freshness, and what it is not."""
    found = queries.get_metric(metric)
    context = {
        "metric": found,
        "unit": queries.UNIT_NAMES[found.unit],
        "windows": [queries.WINDOW_NAMES[each] for each in found.windows],
        "dimensions": [queries.DIMENSION_NAMES[each] for each in found.dimensions],
        "beside": [queries.get_metric(each) for each in found.beside],
        "users": queries.users_of(found.id),
        "sql": queries.metric_sql(found),
    }
    return render(request, "insights/metric.html", context)
