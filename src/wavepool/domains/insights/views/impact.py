"""What the platform does for those who earn on it: for staff by month and tier, for all in totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import MonthEarnings, Reading, TierPart
from wavepool.domains.insights.views.growth import gini_chart, tier_chart
from wavepool.domains.insights.views.tabular import page_of_rows
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Column, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import State

TILES: Final = ("impact_earners", "impact_first_earners", "impact_income", "impact_gini")
OF_TIERS: Final = ("impact_earners", "impact_income", "impact_share")


@access("staff")
def impact(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Earners, first-time earners, income by tier and its inequality, month by month."""
    earnings = queries.earnings_by_month(at=clock.now())
    page = page_of_rows(request, earnings, columns=_columns(), keep={})
    months = sorted({each.month for each in earnings}, reverse=True)
    asked = request.GET.get("period", "")
    month = asked if asked in months else next(iter(months), "")
    context = {"months": months, "month": month, **_shown(earnings, month), "metrics": TILES}
    return respond(request, page, "insights/impact.html", context, export=export)


@access("public")
def public_impact(request: PlatformRequest) -> HttpResponse:
    """The same in totals, of closed months alone; what would name a few people is left out."""
    earnings = [
        each
        for each in queries.earnings_by_month(at=clock.now())
        if each.is_final and each.impact_earners >= queries.FEW
    ]
    months = sorted({each.month for each in earnings}, reverse=True)
    month = next(iter(months), "")
    context = {"month": month, "few": queries.FEW,
               **_shown(earnings, month, is_public=True)}  # fmt: skip
    return render(request, "insights/public_impact.html", context)


def _shown(
    earnings: Sequence[MonthEarnings], month: str, *, is_public: bool = False
) -> dict[str, Any]:
    """The month's figures in each currency, against the month before, and the charts."""
    currencies = sorted({each.currency for each in earnings if each.month == month})
    return {"parts": [_part(earnings, month, name, is_public=is_public) for name in currencies]}


def _part(
    earnings: Sequence[MonthEarnings], month: str, currency: str, *, is_public: bool
) -> dict[str, Any]:
    rows = [each for each in earnings if each.currency == currency and each.month <= month]
    now, before = rows[0], rows[1] if len(rows) > 1 else None
    charts = [gini_chart(rows)] if is_public else [tier_chart(rows), gini_chart(rows)]
    names = dict(people.tier_choices())
    withheld = queries.withheld_tiers(now.tiers) if is_public else frozenset()
    return {
        "currency": currency,
        "tiles": [_tile(now, before, name) for name in TILES],
        "metrics": OF_TIERS,
        "tiers": [
            {
                "name": names[tier.tier],
                "is_few": tier.tier in withheld,
                "readings": [_of_tier(tier, currency, name) for name in OF_TIERS],
            }
            for tier in now.tiers
        ],
        "charts": [each for each in charts if each is not None],
    }


def _tile(now: MonthEarnings, before: MonthEarnings | None, name: str) -> Reading:
    metric = queries.get_metric(name)
    # A change of the coefficient is neither a gain nor a loss; its chart shows it.
    is_compared = before is not None and name != "impact_gini"
    return Reading(
        metric=metric,
        value=getattr(now, name),
        earlier=getattr(before, name) if is_compared else None,
        currency=now.currency if metric.unit == "money" else "",
    )


def _of_tier(tier: TierPart, currency: str, name: str) -> Reading:
    metric = queries.get_metric(name)
    held = currency if metric.unit == "money" else ""
    return Reading(metric=metric, value=getattr(tier, name), currency=held)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="month", label=_("Month"), kind="code"),
        Column(name="state", label=_("State"), kind="badge", value=_state),
        *(_column(name) for name in TILES),
        *(_tier_column(place, name) for place, name in enumerate(queries.TIERS)),
    )


def _state(row: MonthEarnings) -> State:
    if row.is_final:
        return State(name="final", label=_("Settled"), tone="ok")
    why = _("From the newest draft; facts still come in.")
    return State(name="draft", label=_("Draft"), tone="info", why=why)


def _column(name: str) -> Column:
    metric = queries.get_metric(name)
    label, hint = str(metric), str(metric.formula)
    if metric.unit == "money":
        return Column(name=name, label=label, hint=hint, kind="money",
                      value=lambda row: (getattr(row, name), row.currency))  # fmt: skip
    kind: Any = "rate" if metric.unit == "ppm" else "number"
    return Column(name=name, label=label, hint=hint, kind=kind)


def _tier_column(place: int, tier: str) -> Column:
    share = queries.get_metric("impact_share")
    return Column(
        name=f"share_{tier}",
        label=dict(people.tier_choices())[tier],
        kind="rate",
        value=lambda row: row.tiers[place].impact_share,
        hint=str(share.formula),
    )
