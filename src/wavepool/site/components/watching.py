"""A page that is watched: what its script may say, signed for this viewer."""

from __future__ import annotations

from typing import Any

from django.template.context import Context
from django.urls import reverse

from wavepool.domains.events import queries
from wavepool.plumbing import clock, ids, visitors


def watching(
    context: Context, piece_id: int, *, session_id: int | None = None, slot: str = ""
) -> dict[str, Any]:
    """The element whose script says that a piece is watched.

    Args:
        context: of the page.
        piece_id: the engine's piece id.
        session_id: of a live room.
        slot: where on the page the piece stands.
    """
    request = context["request"]
    at = clock.now()
    link = queries.read_ref(request.GET.get("ref", ""), at=at)
    word = queries.PageWord(
        watch=ids.new_id("w"),
        piece=piece_id,
        account=request.user.pk if request.user.is_authenticated else None,
        visitor=visitors.visitor_of(request),
        session=session_id,
        slot=slot or None,
        link=link.pk if link else None,
    )
    return {"word": queries.sign_page(word, at=at), "href": reverse("events.say")}
