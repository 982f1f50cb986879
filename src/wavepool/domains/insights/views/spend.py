"""What a shop spends on content, by creator and by what it goes to, and what stays sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import Reading, Spend
from wavepool.domains.people import queries as people
from wavepool.plumbing.charts import Chart, Series
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

PAID: Final = ("spend_gmv", "spend_received", "spend_commission", "spend_rate")
STACK: Final = ("spend_creator", "spend_agency", "spend_pool", "spend_fee")
FINAL: Final = (
    *("spend_final_gmv", "spend_refunded", "spend_net_gmv"),
    *("spend_net_commission", "spend_net_rate", "spend_refund_rate"),
)
COLUMNS: Final = (
    "spend_lines",
    "spend_gmv",
    "spend_commission",
    "spend_rate",
    "spend_net_gmv",
    "spend_net_commission",
    "spend_refund_rate",
    "spend_incremental",
)
#: Creators that the chart shows; the table has all.
_DRAWN: Final = 10
#: Months that the course of the cost shows.
_MONTHS: Final = 12


@access("merchant", read="finance")
def merchant_spend(request: PlatformRequest, shop: str) -> HttpResponse:
    """A month of the shop as the latest settlement has it."""
    runs = queries.runs_of_months()
    asked = request.GET.get("month", "")
    month = asked if asked in runs else next(iter(runs), "")
    context: dict[str, Any] = {"shop": shop, "months": list(runs), "month": month}
    if month:
        shop_id = request.workspace.party_id
        rows = queries.spend_of_shop(runs[month], shop_id=shop_id, month=month)
        course = queries.spend_by_month(runs, shop_id=shop_id, months=_MONTHS)
        context |= {
            "run": runs[month],
            "parts": _by_currency(rows),
            "courses": [
                _course(currency, course)
                for currency in sorted({name for each in course.values() for name in each})
            ],
        }
    return render(request, "insights/spend.html", context)


def _by_currency(rows: Sequence[Spend]) -> list[dict[str, Any]]:
    ids = {row.creator_id for row in rows}
    creators = people.list_creators().filter(pk__in=ids)
    names = dict(creators.values_list("pk", "name"))
    return [
        _part(currency, [row for row in rows if row.currency == currency], rows, names)
        for currency in sorted({row.currency for row in rows})
    ]


def _part(
    currency: str, rows: Sequence[Spend], every_row: Sequence[Spend], names: dict[int, str]
) -> dict[str, Any]:
    whole = queries.sum_spend(every_row, currency)
    called = [_name(row, names) for row in rows]
    brought = [(row, name) for row, name in zip(rows, called, strict=True) if row.spend_commission]
    return {
        "currency": currency,
        "tiles": [_reading(whole, name) for name in (*PAID, *STACK)],
        "final": [_reading(whole, name) for name in FINAL],
        "chart": _chart(currency, brought[:_DRAWN]) if brought else None,
        "stack": STACK,
        "columns": COLUMNS,
        "rows": [
            {"name": name, "readings": [_reading(row, each) for each in COLUMNS]}
            for row, name in zip(rows, called, strict=True)
        ],
        "whole": [_reading(whole, name) for name in COLUMNS],
    }


def _chart(currency: str, brought: Sequence[tuple[Spend, str]]) -> Chart:
    return Chart(
        kind="stacked",
        title=_("Where the commission goes"),
        label=_("Creator"),
        categories=tuple(name for _row, name in brought),
        series=tuple(
            Series(
                name=str(queries.get_metric(metric)),
                values=tuple(getattr(row, metric) for row, _name in brought),
            )
            for metric in STACK
        ),
        unit="money",
        currency=currency,
        note=_("The creators who sold the most, at most ten; the table has all."),
    )


def _course(currency: str, course: Mapping[str, Any]) -> Chart:
    """What content cost of what stayed sold, month by month."""
    sums = [each.get(currency) for each in course.values()]
    return Chart(
        kind="line",
        title=_("Commission of what stayed sold, %s") % currency,
        label=_("Month"),
        categories=tuple(course),
        series=(
            Series(
                name=str(queries.get_metric("spend_net_rate")),
                values=tuple(each.spend_net_rate if each else None for each in sums),
            ),
        ),
        unit="rate",
        note=_("Of lines that became final in the month; the latest months are drafts."),
    )


def _reading(row: Spend, name: str) -> Reading:
    metric = queries.get_metric(name)
    currency = row.currency if metric.unit == "money" else ""
    return Reading(metric=metric, value=getattr(row, name), currency=currency)


def _name(row: Spend, names: dict[int, str]) -> str:
    if row.creator_id == 0:
        return _("Nobody (organic)")
    return names.get(row.creator_id, _("A creator who is not here"))
