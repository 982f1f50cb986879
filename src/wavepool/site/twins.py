"""The Chinese twins of public pages: the same views under `/zh-hans/`, found and linked both ways.

A request under the prefix is resolved by `site.twin_urls` instead of `site.urls`. There
the pages stand under the prefix and everything else where it always is, so
`reverse` and `{% url %}` lead from a twin to twins without a word in any view.
Workspaces follow the reader's preference and have no twin; nor do addresses that
only machines and forms call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from wavepool.plumbing.routes import access_of

LANGUAGE: Final = "zh-hans"
PREFIX: Final = f"{LANGUAGE}/"
URLCONF: Final = "wavepool.site.twin_urls"
#: Beginnings of addresses that have no twin.
APART: Final = (
    "studio/",
    "merchant/",
    "agency/",
    "staff/",
    "api/",
    "files/",
    "i18n/",
    "preferences/",
    "demo/",
    "healthz",
    "readyz",
    "metrics",
)


class TwinMiddleware:
    """Send what is asked for under the prefix to the twins; before anything looks at the path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if f"{request.path_info}/".startswith(f"/{PREFIX}"):
            request.urlconf = URLCONF
        return self.get_response(request)


def language_of_path(request: HttpRequest) -> str:
    """The language that the address names; "" where it names none."""
    return LANGUAGE if getattr(request, "urlconf", None) == URLCONF else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """The addresses of one public page, in full.

    Attributes:
        canonical: of the page as it is shown now.
        alternates: each language as a page says it, and the page in it.
    """

    canonical: str
    alternates: tuple[tuple[str, str], ...]


def twins_of(request: HttpRequest, *, language: str) -> Twins | None:
    """The twins of the page that a request opens; None for whatever is no public page.

    Without a prefix a page speaks as its reader prefers, English to who says nothing;
    so it is the English one and the one for everybody else.
    """
    if not _is_public_page(request):
        return None
    plain = _plain(request.path_info)
    paths = {"en": plain, "zh-Hans": f"/{LANGUAGE}{plain}", "x-default": plain}
    here = "zh-Hans" if language.startswith("zh") else "en"
    return Twins(
        canonical=request.build_absolute_uri(paths[here]),
        alternates=tuple((name, request.build_absolute_uri(each)) for name, each in paths.items()),
    )


def path_in(request: HttpRequest, *, language: str) -> str:
    """Where the page that is open stands in a language, its query kept.

    English and workspaces stand without a prefix.
    """
    path = _plain(request.path_info)
    if language == LANGUAGE and (_is_public_page(request) or language_of_path(request)):
        path = f"/{LANGUAGE}{path}"
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _plain(path: str) -> str:
    return path.removeprefix(f"/{LANGUAGE}") or "/"


def _is_public_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    mark = access_of(match.func) if match else None
    is_page = mark is not None and mark.audience == "public"
    return is_page and match is not None and not match.route.startswith(APART)
