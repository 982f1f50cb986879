"""What insights tell on the homes of a creator and of staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from wavepool.domains.credits import queries as settled
from wavepool.domains.insights import queries
from wavepool.domains.insights.templatetags.metrics import address_of, duration
from wavepool.domains.live import queries as live
from wavepool.plumbing.homes import HomeCard, HomeSection, card_of, section_of

#: Yesterday's figures on the home of staff.
STAFF: Final = ("dau", "views_pv", "gmv_paid", "gmv_net")
#: Lines that a section shows.
_LINES: Final = 5


@card_of("studio")
def creator_cards(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """The creator's last 28 days, each figure with its course and the 28 days before."""
    built = queries.days_built()
    if built is None:
        return
    hint = _("28 days up to %s") % built[1].isoformat()
    for each in queries.get_creator_courses(workspace.party_id, until=built[1]):
        yield HomeCard(
            label=str(each.metric),
            value=_value(each.metric, each.value, each.currency),
            hint=hint,
            href=address_of(each.metric),
            spark=each.course,
            delta_ppm=queries.change_ppm(each.value, each.earlier),
            delta_label=_("against the 28 days before"),
        )


@card_of("staff")
def staff_cards(_workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """Yesterday, or the newest day that was counted, against the day before."""
    built = queries.days_built()
    if built is None:
        return
    day = min(built[1], queries.last_finished_day(at))
    board = queries.get_board(day, window="day")
    courses = queries.get_courses(STAFF, until=day, currency=board.currency)
    for name in STAFF:
        shown = board.read(name)
        if shown.value is None:
            continue
        yield HomeCard(
            label=str(shown.metric),
            value=_value(shown.metric, shown.value, shown.currency),
            hint=day.isoformat(),
            href=f"{reverse('insights.board')}?day={day.isoformat()}",
            spark=courses[name],
            delta_ppm=shown.delta_ppm,
            delta_label=_("against the day before"),
        )


def _value(metric: queries.Metric, value: int, currency: str) -> int | tuple[int, str] | str:
    if metric.unit == "money":
        return value, currency
    return duration(value) or "" if metric.unit == "ms" else value


@section_of("studio")
def next_live(workspace: Any, at: datetime) -> Iterator[HomeSection]:
    """The creator's next sessions."""
    yield HomeSection(
        title=_("Next live"),
        template="insights/next_live.html",
        content=live.list_scheduled_of(workspace.party_id, at=at)[:_LINES],
        href=reverse("live.sessions", args=[workspace.slug]),
    )


@section_of("studio")
def newest_lines(workspace: Any, _at: datetime) -> Iterator[HomeSection]:
    """What the newest orders bring, for whom may see money."""
    if not workspace.can_finance:
        return
    rows = settled.lines_of_creator(workspace.party_id).order_by("-paid_at", "-pk")[:_LINES]
    yield HomeSection(
        title=_("Newest lines"),
        lead=_("Seconds after a buyer paid."),
        template="insights/newest_lines.html",
        content=[
            {
                "line": line,
                # Until when stands on the line's own page; here it would be cut off.
                "state": replace(settled.state_of_line(line), until=None),
                "href": reverse("credits.studio_line", args=[workspace.slug, line.line_id]),
            }
            for line in rows
        ],
        href=reverse("credits.studio_lines", args=[workspace.slug]),
    )
