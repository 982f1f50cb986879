"""What the village cohort brought: the report of staff, and totals for everybody."""

from __future__ import annotations

import csv
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from wavepool.domains.programmes import queries
from wavepool.plumbing import clock
from wavepool.plumbing.charts import Chart, Series
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_COLUMNS: Final = (
    "month",
    "anchors",
    "counties",
    "sessions",
    "received_minor",
    "farm_minor",
    "income_minor",
)


@access("staff")
@require_GET
def impact(request: PlatformRequest) -> HttpResponse:
    """Anchors, sessions, counties, farm sales and income, month by month."""
    report = queries.village_impact(at=clock.now())
    changes = {name: report.change_ppm(name) for name in _COLUMNS[1:]}
    context = {"report": report, "changes": changes, "charts": _charts(report)}
    return render(request, "programmes/village_impact.html", context)


@access("staff")
@require_GET
def impact_csv(_request: PlatformRequest) -> HttpResponse:
    """The same months as a file."""
    report = queries.village_impact(at=clock.now())
    answer = HttpResponse(content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="village-impact.csv"'
    writer = csv.writer(answer)
    writer.writerow((*_COLUMNS, "currency"))
    for each in report.months:
        writer.writerow((*(getattr(each, name) for name in _COLUMNS), report.currency))
    return answer


@access("public")
@require_GET
def public_village(request: PlatformRequest) -> HttpResponse:
    """Totals of the cohort, for everybody; no person and no county is named with its figures."""
    report = queries.village_impact(at=clock.now())
    totals = {name: report.total(name) for name in ("sessions", "farm_minor", "income_minor")}
    return render(request, "programmes/public_village.html", {"report": report, "totals": totals})


def _charts(report: queries.Impact) -> tuple[Chart, ...]:
    if not report.months:
        return ()
    return (
        _chart(report, _("Anchors and counties"), anchors=_("Anchors"), counties=_("Counties")),
        _chart(report, _("Live sessions"), sessions=_("Sessions")),
        _chart(
            report,
            _("Sales and income"),
            received_minor=_("Received sales"),
            farm_minor=_("Farm sales"),
            income_minor=_("Income"),
        ),
    )


def _chart(report: queries.Impact, title: Promise, **series: Promise) -> Chart:
    is_money = any(name.endswith("_minor") for name in series)
    return Chart(
        kind="bar",
        title=title,
        label=_("Month"),
        categories=tuple(each.month for each in report.months),
        series=tuple(
            Series(name=label, values=tuple(getattr(each, name) for each in report.months))
            for name, label in series.items()
        ),
        unit="money" if is_money else "number",
        currency=report.currency if is_money else "",
        note=_("From the latest run; the running month still grows."),
    )
