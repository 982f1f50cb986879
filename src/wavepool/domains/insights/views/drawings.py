"""Boards as charts, and the words that stand on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.dateformat import format as written
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.content import queries as content
from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import Board
from wavepool.domains.people import queries as people
from wavepool.plumbing.charts import Chart, Series

Course = Mapping[str, tuple[int | None, ...]]

_MONEY: Final = ("gmv_paid", "gmv_net", "gmv_received", "gmv_refunded")
_PEOPLE: Final = ("dau", "live_viewers_uv", "buyers")
#: Every metric that a chart of the board draws day by day.
COURSE_METRICS: Final = (*_MONEY, *_PEOPLE)
TABLE_TITLES: Final = {
    "tier": gettext_lazy("By tier"),
    "anchor_kind": gettext_lazy("By kind of anchor"),
    "channel": gettext_lazy("By channel"),
}
_TOUCHES: Final[Mapping[str, str | Promise]] = {
    "0": gettext_lazy("none (organic)"),
    "1": "1",
    "2": "2",
    "3": "3",
    "4-5": "4–5",
    "6-10": "6–10",
    "11+": gettext_lazy("11 and more"),
}
_HOURS: Final[Mapping[str, str | Promise]] = {
    "organic": gettext_lazy("no touch (organic)"),
    "0": gettext_lazy("under 1 hour"),
    "1-5": gettext_lazy("1 to 6 hours"),
    "6-23": gettext_lazy("6 to 24 hours"),
    "24-71": gettext_lazy("1 to 3 days"),
    "72-167": gettext_lazy("3 to 7 days"),
    "168+": gettext_lazy("7 to 15 days"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart and the metrics in it, whose definitions stand below."""

    chart: Chart
    metrics: tuple[str, ...]


def lead_of(shown: Board) -> str:
    """Which days a board is about."""
    return _("%(window)s up to %(day)s") % {
        "window": queries.WINDOW_NAMES[shown.window],
        "day": shown.day.isoformat(),
    }


def part_names(dimension: str) -> Mapping[str, str | Promise]:
    """How people call the parts of a dimension."""
    kept = {"organic": _("Organic"), "unknown": _("Unknown")}
    if dimension == "channel":
        return {str(each.pk): each.label for each in content.list_channels()} | kept
    names = people.tier_choices() if dimension == "tier" else people.kind_choices()
    return {**dict(names), **kept}


def course_charts(shown: Board, courses: Course) -> tuple[Drawn, ...]:
    """The last days: money where there is any, and people."""
    first = shown.day - timedelta(days=queries.COURSE_DAYS - 1)
    days = [first + timedelta(days=number) for number in range(queries.COURSE_DAYS)]
    labels = tuple(written(day, "m-d") for day in days)
    note = _("Each day by itself, the last %s days.") % queries.COURSE_DAYS

    def series(names: tuple[str, ...]) -> tuple[Series, ...]:
        return tuple(
            Series(name=str(queries.get_metric(name)), values=courses[name]) for name in names
        )

    people_chart = Chart(
        kind="line",
        title=_("Who came, and who bought"),
        label=_("Day"),
        categories=labels,
        series=series(_PEOPLE),
        note=note,
    )
    if not shown.currency:
        return (Drawn(people_chart, _PEOPLE),)
    money_chart = Chart(
        kind="line",
        title=_("What was paid, what of it was given back, and what stays"),
        label=_("Day"),
        categories=labels,
        series=series(_MONEY),
        unit="money",
        currency=shown.currency,
        note=note,
    )
    return Drawn(money_chart, _MONEY), Drawn(people_chart, _PEOPLE)


def path_charts(shown: Board) -> tuple[Drawn, ...]:
    """Orders by touches, and by hours since the first of them."""
    return (
        _path(shown, "path_touches", _TOUCHES, _("How often buyers looked before they paid")),
        _path(
            shown, "path_hours", _HOURS, _("How long it took from the first look to the payment")
        ),
    )


def _path(shown: Board, dimension: str, parts: Mapping[str, str | Promise], title: str) -> Drawn:
    found = [shown.read("path_orders", dimension=dimension, part=part) for part in parts]
    chart = Chart(
        kind="bar",
        title=title,
        label=queries.DIMENSION_NAMES[dimension],
        categories=tuple(parts.values()),
        series=(
            Series(name=_("Orders"), values=tuple(each.value or 0 for each in found)),
            Series(name=_("Window before"), values=tuple(each.earlier or 0 for each in found)),
        ),
        note=_("Touches in the 15 days up to the payment count."),
    )
    return Drawn(chart, ("path_orders",))
