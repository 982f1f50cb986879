"""Sessions as everybody sees them: who is on air, who will be, one session, a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries as content
from wavepool.domains.live import queries
from wavepool.domains.live.views import lists
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Choice, Filter, read_list, respond
from wavepool.plumbing.panels import Panel, panel_on
from wavepool.plumbing.routes import access

_OCTETS_MAX: Final = 75
#: Sessions that a creator's page shows.
_SHOWN: Final = 4


@access("public")
def sessions(request: HttpRequest, export: str = "") -> HttpResponseBase:
    """Sessions on air now, or, by `?when=next`, those to come."""
    at = clock.now()
    when = Filter(
        name="when",
        label=_("When"),
        apply=lambda _rows, _value: queries.list_upcoming_sessions(at=at),
        choices=(Choice("next", _("To come")),),
    )
    page = read_list(
        request,
        queries.list_sessions_on_air(),
        columns=(
            lists.title_column("live.session"),
            lists.creator_column(),
            lists.state_column(),
            lists.scheduled_column(sort="scheduled_at"),
        ),
        filters=(when,),
        sort="-scheduled_at",
    )
    return respond(request, page, "live/public_sessions.html", {}, export=export)


@access("public")
def session(request: HttpRequest, session: str) -> HttpResponse:
    """A session: when, whose, what it shows, and how it stands."""
    found = queries.get_public_session(session)
    shown = queries.list_shown(found)
    context = {
        "session": found,
        "piece": found.piece,
        "state": queries.session_state(found),
        "items": content.list_items(found.piece),
        "now": [each for each in shown if each.until_at is None],
        "minutes": found.effective_ms // lists.MINUTE_MS,
    }
    return render(request, "live/session.html", context)


@access("public")
def schedule(request: HttpRequest, handle: str) -> HttpResponse:
    """A creator's next sessions as a calendar (RFC 5545)."""
    creator, at = people.get_creator(handle), clock.now()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wavepool//live sessions//EN"]
    for each in queries.list_scheduled_of(creator.pk, at=at):
        assert each.scheduled_at is not None, "what is scheduled has its time"
        ends_at = each.scheduled_at + timedelta(minutes=each.planned_minutes)
        address = request.build_absolute_uri(reverse("live.session", args=[each.public_id]))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{each.public_id}@wavepool",
            f"DTSTAMP:{each.changed_at:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{each.version}",
            f"DTSTART:{each.scheduled_at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{ends_at:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{_escaped(f'{creator.name}: {each.title}')}",
            f"URL:{address}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    text = "".join(f"{part}\r\n" for line in lines for part in _folded(line))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{creator.handle}.ics"'
    return answer


@panel_on("creator")
def sessions_panel(_request: HttpRequest, creator: Any, at: datetime) -> Panel:
    """A creator's next sessions on their page, and the calendar to take along."""
    values = {"creator": creator, "sessions": queries.list_scheduled_of(creator.pk, at=at)[:_SHOWN]}
    return Panel(template="live/creator_panel.html", values=values)


def _escaped(text: str) -> str:
    """A text as a calendar takes it.

    >>> _escaped("Tea; cups, pots")
    'Tea\\\\; cups\\\\, pots'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """A line in parts of at most 75 octets, each but the first behind a space."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > _OCTETS_MAX:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]
