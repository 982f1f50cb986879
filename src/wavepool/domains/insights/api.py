"""Insights for programs: the operator's boards, and what is public of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.insights import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, check_party, needs
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("insights:read", _("Read the operator's boards"))

router = Router(tags=["Insights"])


class FigureOut(Schema):
    """One figure: `metric` is an entry of the dictionary; null is not known, never zero."""

    metric: str
    version: int
    unit: str
    dimension: str
    part: str
    value: int | None
    earlier: int | None


class BoardOut(Schema):
    """A day's board over one window, in one currency."""

    day: date
    window: str
    currency: str
    built_at: datetime | None
    figures: list[FigureOut]


class CohortOut(Schema):
    """The newcomers of a month; a rate is null before anybody is measured."""

    month: str
    newcomers: int
    measured_30: int
    retained_30: int
    retention_30_ppm: int | None
    measured_90: int
    retained_90: int
    retention_90_ppm: int | None
    spent: list[Money]


class TierOut(Schema):
    """One tier's part of a month."""

    tier: str
    earners: int
    income: Money
    share_ppm: int | None


class ImpactOut(Schema):
    """Who earned in a month, in one currency."""

    month: str
    is_final: bool
    earners: int
    first_time_earners: int
    income: Money
    gini_ppm: int | None
    tiers: list[TierOut]


@router.get(
    "/insights/board", auth=needs(READ), response=BoardOut, summary="A day's board of the operator"
)
def get_board(
    request: PlatformRequest, day: date | None = None, window: str = "day", currency: str = ""
) -> dict[str, Any]:
    """The newest day that was counted, or the one that is asked for; 404 where none was."""
    _enter(request)
    built = queries.days_built()
    wanted = day or (built[1] if built else None)
    if wanted is None or window not in queries.WINDOWS:
        raise NotFound(_("There is no such board."))
    board = queries.get_board(wanted, window=window, currency=currency)
    if not board.is_built:
        raise NotFound(_("There is no such board."))
    return {
        "day": board.day,
        "window": board.window,
        "currency": board.currency,
        "built_at": board.built_at,
        "figures": [
            _figure(*place, *values)
            for place, values in sorted(board.figures.items())
            if place[3] in {"", board.currency}
        ],
    }


@router.get(
    "/insights/growth",
    auth=needs(READ),
    response=list[CohortOut],
    summary="Newcomers by month, and who of them stayed",
)
def list_cohorts(request: PlatformRequest) -> list[dict[str, Any]]:
    """The latest month first."""
    _enter(request)
    return [
        {
            "month": each.month,
            "newcomers": each.growth_newcomers,
            "measured_30": each.growth_measured_30,
            "retained_30": each.growth_retained_30,
            "retention_30_ppm": each.growth_retention_30,
            "measured_90": each.growth_measured_90,
            "retained_90": each.growth_retained_90,
            "retention_90_ppm": each.growth_retention_90,
            "spent": [Money.of(minor, name) for name, minor in sorted(each.spent_minor.items())],
        }
        for each in queries.cohorts_by_month()
    ]


@router.get(
    "/insights/impact",
    auth=needs(READ),
    response=list[ImpactOut],
    summary="Who earned, for the first time or again, and how evenly",
)
def list_impact(request: PlatformRequest) -> list[dict[str, Any]]:
    """The latest month first, once for each currency."""
    _enter(request)
    return [
        {
            "month": each.month,
            "is_final": each.is_final,
            "earners": each.impact_earners,
            "first_time_earners": each.impact_first_earners,
            "income": Money.of(each.impact_income, each.currency),
            "gini_ppm": each.impact_gini,
            "tiers": [
                {
                    "tier": tier.tier,
                    "earners": tier.impact_earners,
                    "income": Money.of(tier.impact_income, each.currency),
                    "share_ppm": tier.impact_share,
                }
                for tier in each.tiers
            ],
        }
        for each in queries.earnings_by_month(at=clock.now())
    ]


def _enter(request: PlatformRequest) -> None:
    """Staff alone, by a key that is not bound to one party."""
    people.access_staff(actor=request.actor, to="view")
    check_party(request, kind="staff", party_id=0)


def _figure(
    metric_id: str,
    dimension: str,
    part: str,
    _currency: str,
    value: int | None,
    earlier: int | None,
) -> dict[str, Any]:
    metric = queries.get_metric(metric_id)
    return {
        "metric": metric.id,
        "version": metric.version,
        "unit": metric.unit,
        "dimension": dimension,
        "part": part,
        "value": value,
        "earlier": earlier,
    }
