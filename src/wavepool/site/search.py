"""Search: one page of groups, in a workspace with its own things first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import search as finding
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import Audience, access
from wavepool.plumbing.words import asked_words

#: What a search looks through, by where it stands.
_LEADS: Final = {
    "": _("Creators, shops and goods of everybody."),
    "studio": _("Goods with your rate; creators, shops and goods of everybody."),
    "merchant": _("Your goods; creators, shops and goods of everybody."),
    "agency": _("Creators under contract; creators, shops and goods of everybody."),
    "staff": _("Creators and accounts; shops and goods of everybody."),
}


@access("public", write="view")
def search(request: PlatformRequest) -> HttpResponse:
    """What everybody can find."""
    return _page(request)


def _within(audience: Audience) -> Callable[..., HttpResponse]:
    """The search of a kind of workspace, for those whom it opens for."""

    @access(audience, write="view")
    def page(request: PlatformRequest, **_names: str) -> HttpResponse:
        return _page(request)

    return page


search_studio = _within("studio")
search_merchant = _within("merchant")
search_agency = _within("agency")
search_staff = _within("staff")


def _page(request: PlatformRequest) -> HttpResponse:
    workspace = getattr(request, "workspace", None)
    text = request.GET.get("q", "").replace("\x00", "").strip()[: finding.TEXT_MAX]
    context = {
        "asked_text": text,
        "has_words": bool(asked_words(text)),
        "groups": finding.find(text, workspace=workspace),
        "lead": _LEADS[workspace.kind if workspace else ""],
        "outer": "frames/workspace.html" if workspace else "frames/public.html",
    }
    return render(request, "pages/search.html", context)
