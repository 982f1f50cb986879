"""The operator's board, and the path to purchase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import Board, Reading
from wavepool.domains.insights.views import drawings
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: The figures that the board opens with; of a single day, viewers are daily viewers.
PEOPLE: Final = ("viewers_uv", "views_pv", "watch_ms", "watch_per_viewer_ms")
LIVE: Final = ("live_viewers_uv", "live_effective_sessions", "gmv_live", "arpu_live")
MONEY: Final = ("gmv_paid", "gmv_refunded", "gmv_net", "gmv_received")
VALUE: Final = ("orders", "buyers", "conversion_viewed", "conversion_clicked", "gpm_pv", "uv_value")
#: The columns of the tables by tier, kind and channel.
COLUMNS: Final = (
    "viewers_uv",
    "views_pv",
    "watch_ms",
    "orders",
    "gmv_paid",
    "gmv_net",
    "gpm_pv",
    "uv_value",
)
_AGAINST: Final = {
    "day": gettext_lazy("against the day before"),
    "week": gettext_lazy("against the 7 days before"),
    "d28": gettext_lazy("against the 28 days before"),
    "year": gettext_lazy("against the 365 days before"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A window in the row of windows."""

    href: str
    label: str | Promise
    is_here: bool
    count: int | None = None


@access("staff")
def board(request: PlatformRequest) -> HttpResponse:
    """Yesterday in figures, against what was before, whole and by part."""
    at = clock.now()
    shown, context = _open(request, "insights.board", at=at)
    if shown.is_built:
        context |= _figures(shown)
    context["paths_href"] = _href("insights.paths", shown)
    return render(request, "insights/board.html", context)


@access("staff")
def paths(request: PlatformRequest) -> HttpResponse:
    """How many touches and hours lie between the first look and the order."""
    at = clock.now()
    shown, context = _open(request, "insights.paths", at=at)
    if shown.is_built:
        context["charts"] = drawings.path_charts(shown)
        context["tiles"] = [shown.read(name) for name in ("orders", "buyers", "conversion_viewed")]
    context["back"] = _href("insights.board", shown)
    return render(request, "insights/paths.html", context)


def _open(request: PlatformRequest, route: str, *, at: datetime) -> tuple[Board, dict[str, Any]]:
    """The board that was asked for, and what stands around it on each of its pages."""
    last, built = queries.last_finished_day(at), queries.days_built()
    newest = min(last, built[1]) if built else last
    day = _day(request.GET.get("day", ""), default=newest, last=last)
    window = request.GET.get("window", "day")
    window = window if window in queries.WINDOWS else "day"
    shown = queries.get_board(day, window=window, currency=request.GET.get("currency", ""))
    neighbours = {
        "previous": _href(route, replace(shown, day=day - timedelta(days=1)))
        if built and day > built[0]
        else "",
        "next": _href(route, replace(shown, day=day + timedelta(days=1))) if day < last else "",
    }
    return shown, {
        "board": shown,
        "state": queries.board_state(at=at),
        "lead": drawings.lead_of(shown),
        "against": _AGAINST[window],
        "last_day": last,
        "missing": _("Boards are counted each night; this day has none."),
        "windows": [
            Tab(_href(route, replace(shown, window=name)), label, name == window)
            for name, label in queries.WINDOW_NAMES.items()
            if name in queries.WINDOWS
        ],
        **neighbours,
    }


def _figures(shown: Board) -> dict[str, Any]:
    """The tiles with their courses, the charts, and the tables by part."""
    groups = (
        (_("Viewers and time"), _by_day(PEOPLE, shown)),
        (_("Live"), LIVE),
        (_("Money, from gross to received"), MONEY),
        (_("Orders and value"), VALUE),
    )
    drawn = {*drawings.COURSE_METRICS, *(name for _title, names in groups for name in names)}
    courses = queries.get_courses(drawn, until=shown.day, currency=shown.currency)
    return {
        "groups": [
            (title, [replace(shown.read(name), course=courses[name]) for name in names])
            for title, names in groups
        ],
        "charts": drawings.course_charts(shown, courses),
        "parts": [_table(shown, dimension) for dimension in ("tier", "anchor_kind", "channel")],
    }


def _table(shown: Board, dimension: str) -> dict[str, Any]:
    """What each part of a dimension had, and the whole below."""

    def readings(part: str, place: str) -> list[Reading]:
        return [shown.read(name, dimension=place, part=part) for name in COLUMNS]

    names = drawings.part_names(dimension)
    return {
        "title": drawings.TABLE_TITLES[dimension],
        "label": queries.DIMENSION_NAMES[dimension],
        "metrics": COLUMNS,
        "rows": [
            {"name": names.get(part, part), "readings": readings(part, dimension)}
            for part in shown.parts(dimension)
        ],
        "whole": readings("", "all"),
    }


def _by_day(names: Iterable[str], shown: Board) -> tuple[str, ...]:
    """Of a single day, viewers bear the name that everybody calls them by."""
    is_day = shown.window == "day"
    return tuple("dau" if name == "viewers_uv" and is_day else name for name in names)


def _day(text: str, *, default: date, last: date) -> date:
    """The day of an address; anything else is the newest board's."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return default
    return asked if date(2000, 1, 1) <= asked <= last else default


def _href(route: str, shown: Board) -> str:
    query = {"day": shown.day.isoformat(), "window": shown.window, "currency": shown.currency}
    kept = {name: value for name, value in query.items() if value}
    return f"{reverse(route)}?{urlencode(kept)}"
