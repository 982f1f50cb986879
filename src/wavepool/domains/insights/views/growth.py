"""How the programme grows: newcomers who stay, income by tier, and what staying costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import Cohort, MonthEarnings, Reading
from wavepool.domains.insights.views.tabular import page_of_rows
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.charts import Chart, Series
from wavepool.plumbing.lists import Column, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

COLUMNS: Final = (
    "growth_newcomers",
    "growth_measured_30",
    "growth_retained_30",
    "growth_retention_30",
    "growth_measured_90",
    "growth_retained_90",
    "growth_retention_90",
)
#: Months that charts draw.
_DRAWN: Final = 12


@access("staff")
def growth(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Cohorts of newcomers, and income by tier month by month, each against the one before."""
    cohorts = queries.cohorts_by_month()
    earnings = queries.earnings_by_month(at=clock.now())
    currencies = sorted({each.currency for each in earnings})
    asked = request.GET.get("currency", "")
    currency = asked if asked in currencies else next(iter(currencies), "")
    rows = [each for each in earnings if each.currency == currency]
    page = page_of_rows(
        request,
        cohorts,
        columns=_columns(currency),
        keep={"currency": currency} if currency else {},
    )
    context = {
        "tiles": tiles(cohorts, rows),
        "cohorts": cohorts,
        "columns": (*COLUMNS, "growth_spent", "growth_cost"),
        "charts": [each for each in (retention_chart(cohorts), tier_chart(rows), gini_chart(rows))
                   if each is not None],
        "currency": currency,
        "currencies": currencies,
    }  # fmt: skip
    return respond(request, page, "insights/growth.html", context, export=export)


def tiles(cohorts: Sequence[Cohort], earnings: Sequence[MonthEarnings]) -> list[Reading]:
    """The newest months against the ones before: arrivals, both retentions, inequality."""
    found = [_latest(cohorts, "growth_newcomers")]
    found += [
        _latest([each for each in cohorts if getattr(each, of)], name)
        for name, of in (
            ("growth_retention_30", "growth_measured_30"),
            ("growth_retention_90", "growth_measured_90"),
        )
    ]
    # A change of the coefficient is neither a gain nor a loss; its chart shows it.
    found.append(replace(_latest(earnings, "impact_gini"), earlier=None))
    return found


def retention_chart(cohorts: Sequence[Cohort]) -> Chart | None:
    """Of each month's newcomers, the part that stayed."""
    drawn = list(reversed(cohorts[:_DRAWN]))
    if not drawn:
        return None
    return Chart(
        kind="bar",
        title=_("Of new anchors, who came back"),
        label=_("First live in"),
        categories=tuple(each.month for each in drawn),
        series=tuple(
            Series(
                name=str(queries.get_metric(name)),
                values=tuple(getattr(each, name) for each in drawn),
            )
            for name in ("growth_retention_30", "growth_retention_90")
        ),
        unit="rate",
        note=_("At least one effective session on days 30 to 59, or 90 to 119, after the first."),
    )


def tier_chart(earnings: Sequence[MonthEarnings]) -> Chart | None:
    """What of each month's income goes to which tier."""
    drawn = list(reversed(earnings[:_DRAWN]))
    if not drawn:
        return None
    names = dict(people.tier_choices())
    return Chart(
        kind="stacked",
        title=_("Income by tier"),
        label=_("Month"),
        categories=tuple(each.month for each in drawn),
        series=tuple(
            Series(
                name=names[tier],
                values=tuple(each.tiers[place].impact_income for each in drawn),
            )
            for place, tier in enumerate(queries.TIERS)
        ),
        unit="money",
        currency=drawn[0].currency,
        note=_("A payee counts with the highest tier of its creators at the month's end."),
    )


def gini_chart(earnings: Sequence[MonthEarnings]) -> Chart | None:
    """How unequal income was, month by month."""
    drawn = list(reversed(earnings[:_DRAWN]))
    if not drawn:
        return None
    return Chart(
        kind="line",
        title=_("How unequal income is"),
        label=_("Month"),
        categories=tuple(each.month for each in drawn),
        series=(
            Series(
                name=str(queries.get_metric("impact_gini")),
                values=tuple(each.impact_gini for each in drawn),
            ),
        ),
        unit="rate",
        note=_("0% where all earners have the same."),
    )


def _latest(rows: Sequence[Any], name: str) -> Reading:
    """A figure of the newest row beside the same of the one before."""
    metric = queries.get_metric(name)
    values = [getattr(row, name) for row in rows[:2]]
    blank = Reading(metric=metric, value=values[0] if values else None)
    return replace(blank, earlier=values[1]) if len(values) > 1 else blank


def _columns(currency: str) -> tuple[Column, ...]:
    cost = queries.get_metric("growth_cost")
    spent = queries.get_metric("growth_spent")
    return (
        Column(name="month", label=_("First live in"), kind="code"),
        *(_column(name) for name in COLUMNS),
        Column(
            name="growth_spent",
            label=str(spent),
            kind="money",
            value=lambda row: _money(row.spent_minor.get(currency), currency),
            hint=str(spent.formula),
        ),
        Column(
            name="growth_cost",
            label=str(cost),
            kind="money",
            value=lambda row: _money(row.cost_minor(currency), currency),
            hint=str(cost.formula),
        ),
    )


def _column(name: str) -> Column:
    metric = queries.get_metric(name)
    kind = "rate" if metric.unit == "ppm" else "number"
    return Column(name=name, label=str(metric), kind=kind, hint=str(metric.formula))  # type: ignore[arg-type]


def _money(minor: int | None, currency: str) -> tuple[int, str] | None:
    return None if minor is None else (minor, currency)
