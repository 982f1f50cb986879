"""Pieces as everybody sees them: the newest, a creator's, those one follows, and one piece."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.safestring import SafeString, mark_safe

from wavepool.domains.content import queries
from wavepool.domains.content.views import lists
from wavepool.domains.people import queries as people
from wavepool.plumbing.lists import ListPage, read_list, respond
from wavepool.plumbing.panels import Panel, panel_on
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: Pieces that a feed holds, and that a creator's page shows.
_FED: Final = 50
_SHOWN: Final = 6
#: What each format is in the words of schema.org.
_SCHEMA: Final = {"live": "BroadcastEvent", "short_video": "VideoObject", "qa": "QAPage"}
#: Signs that could end a script element or begin a comment, as JSON may also write them.
_ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@access("public")
def pieces(request: HttpRequest, export: str = "") -> HttpResponseBase:
    """What was published, the newest first."""
    page = _list(request, queries.list_public_pieces())
    return respond(request, page, "content/public_pieces.html", {}, export=export)


@access("public")
def creator_pieces(request: HttpRequest, handle: str, export: str = "") -> HttpResponseBase:
    """What a creator published, the newest first."""
    creator = people.get_creator(handle)
    page = _list(request, queries.list_public_pieces_of(creator.pk))
    context = {"creator": creator}
    return respond(request, page, "content/creator_pieces.html", context, export=export)


@access("public")
def creator_feed(request: HttpRequest, handle: str) -> HttpResponse:
    """What a creator published, as a feed for readers of feeds (Atom, RFC 4287)."""
    creator = people.get_creator(handle)
    page = request.build_absolute_uri(reverse("content.creator_pieces", args=[creator.handle]))
    feed = Atom1Feed(
        title=creator.name,
        link=page,
        description=creator.bio,
        feed_url=request.build_absolute_uri(),
        author_name=creator.name,
    )
    newest = queries.list_public_pieces_of(creator.pk).order_by("-published_at", "-pk")
    for each in newest[:_FED]:
        address = request.build_absolute_uri(reverse("content.piece", args=[each.public_id]))
        feed.add_item(
            title=each.title,
            link=address,
            description="",
            unique_id=address,
            pubdate=each.published_at,
            updateddate=each.published_at,
        )
    text = feed.writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@panel_on("creator")
def pieces_panel(_request: HttpRequest, creator: Any, _at: datetime) -> Panel:
    """A creator's newest pieces on their page, and where all of them are."""
    rows = queries.list_public_pieces_of(creator.pk).order_by("-published_at", "-pk")
    values = {"creator": creator, "pieces": rows[:_SHOWN]}
    return Panel(template="content/creator_panel.html", values=values)


@access("signed_in")
def followed_pieces(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """What the creators whom one follows published, the newest first."""
    account_id = request.actor.account_id
    assert account_id is not None, "whoever is signed in has an account"
    page = _list(request, queries.list_followed_pieces(account_id))
    return respond(request, page, "content/followed_pieces.html", {}, export=export)


@access("public")
def piece(request: HttpRequest, piece: str) -> HttpResponse:
    """A piece: what it says and shows, who made it, and what ties its maker to it."""
    try:
        found = queries.get_public_piece(piece)
    except queries.PieceRemoved as error:
        removed = {"why": error.why}
        return render(request, "content/piece_removed.html", removed, status=error.status)
    items = queries.list_items(found)
    context = {
        "piece": found,
        "items": items,
        "others": queries.list_series_pieces(found),
        "json_ld": _json_ld(request, found, items),
    }
    return render(request, "content/piece.html", context)


def _list(request: HttpRequest, rows: Any) -> ListPage:
    return read_list(
        request,
        rows,
        columns=(
            lists.cover_column(),
            lists.title_column("content.piece"),
            lists.creator_column(),
            lists.format_column(),
            lists.published_column(),
        ),
        filters=(lists.format_filter(), lists.category_filter()),
        sort="-published",
    )


def _json_ld(request: HttpRequest, piece: Any, items: list[Any]) -> SafeString:
    """What a piece is, for search engines, in the words of schema.org; it cannot end its element."""
    maker = request.build_absolute_uri(reverse("people.creator", args=[piece.creator.handle]))
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _SCHEMA.get(piece.format, "Article"),
        "@id": request.build_absolute_uri(),
        "name": piece.title,
        "headline": piece.title,
        "datePublished": piece.published_at.isoformat(),
        "dateModified": piece.changed_at.isoformat(),
        "author": {"@type": "Person", "name": piece.creator.name, "url": maker},
        "mentions": [
            {
                "@type": "Product",
                "name": each.item.title,
                "url": request.build_absolute_uri(
                    reverse("catalog.product", args=[each.item.public_id])
                ),
            }
            for each in items
            if each.item.state == "on_sale"
        ],
    }
    if piece.cover:
        said["image"] = request.build_absolute_uri(piece.cover_url)
    if piece.language in {"en", "zh-hans"}:
        said["inLanguage"] = piece.language
    return mark_safe(json.dumps(said, ensure_ascii=False).translate(_ESCAPES))
