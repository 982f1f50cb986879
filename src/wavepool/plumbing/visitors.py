"""The number of a browser: drawn at random when it is first needed, kept in a cookie of ours.

It names a browser and nobody; what it is joined with is for those who ask consent.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE: Final = "visitor"
KEPT: Final = timedelta(days=30)
#: The tracked link by which a browser came last; an order that follows names it.
LINK_COOKIE: Final = "link"
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def visitor_of(request: HttpRequest) -> str:
    """The browser's number; a new one is set with the answer."""
    known = request.COOKIES.get(COOKIE, "")
    if _FORM.fullmatch(known):
        return known
    drawn: str = getattr(request, "new_visitor", "") or secrets.token_urlsafe(16)
    request.new_visitor = drawn  # type: ignore[attr-defined]
    return drawn


def remember_link(response: HttpResponseBase, code: str) -> None:
    """Keep the link that a browser followed, for the order that may follow."""
    response.set_cookie(
        LINK_COOKIE,
        code,
        max_age=KEPT,
        secure=settings.IS_SECURE,
        httponly=True,
        samesite="Lax",
    )


def link_of(request: HttpRequest) -> str:
    """The link by which a browser came last, "" without one or with one that nobody made."""
    code = request.COOKIES.get(LINK_COOKIE, "")
    return code if _LINK.fullmatch(code) else ""


class VisitorMiddleware:
    """Set the cookie of a number that a request drew; other requests set none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        drawn = getattr(request, "new_visitor", "")
        if drawn:
            response.set_cookie(
                COOKIE,
                drawn,
                max_age=KEPT,
                secure=settings.IS_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
