"""The front page: who is on air, who comes next, and what is new, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.content import queries as content
from wavepool.domains.insights.views import landing
from wavepool.domains.live import queries as live
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Column, read_list
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: Pieces that a page of the feed shows, and sessions above it.
FEED_SIZE: Final = 24
SESSIONS_SHOWN: Final = 6
_PUBLISHED: Final = Column(
    name="published", label=gettext_lazy("Published"), kind="time", sort="published_at",
    value=lambda piece: piece.published_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the feeds."""

    href: str
    label: str | Promise
    is_here: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A piece in the feed, and why it stands there."""

    piece: Any
    why: str


@access("public")
def home(request: PlatformRequest) -> HttpResponse:
    """What there is to see now; as many queries for many pieces as for none."""
    at = clock.now()
    account_id = request.actor.account_id
    followed = set(people.list_followed_ids(account_id)) if account_id else set()
    is_followed = request.GET.get("feed") == "followed"
    rows = content.list_public_pieces()
    if is_followed:
        rows = rows.filter(creator_id__in=followed)
    page = read_list(request, rows, columns=(_PUBLISHED,), sort="-published", page_size=FEED_SIZE)
    kept = "feed=followed&" if is_followed else ""
    context = {
        "on_air": live.list_sessions_on_air().order_by("-scheduled_at", "-pk")[:SESSIONS_SHOWN],
        "upcoming": live.list_upcoming_sessions(at=at).order_by("scheduled_at", "pk")[
            :SESSIONS_SHOWN
        ],
        "cards": [Card(row.record, _why(row.record, followed)) for row in page.rows],
        "more": f"?{kept}{page.next}" if page.next else "",
        "first": f"?{kept.rstrip('&')}" if page.previous else "",
        "is_followed": is_followed,
        "tabs": (Tab("?", _("Newest"), not is_followed),
                 Tab("?feed=followed", _("Followed"), is_followed)),
        "line": landing.LINE,
        "people": landing.PEOPLE,
        "promises": landing.PROMISES,
    }  # fmt: skip
    return render(request, "insights/home.html", context)


def _why(piece: Any, followed: set[int]) -> str:
    if piece.creator_id in followed:
        return _("You follow %(name)s") % {"name": piece.creator.name}
    return _("It is new")
