"""How a reader wants the pages: language, theme, the colour of a rise.

An account keeps it for all of its devices; a cookie keeps a guest's, for this browser.
What an account never chose is read from the cookie too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import operations as people
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

THEMES: Final = (("device", _("Device")), ("light", _("Light")), ("dark", _("Dark")))
GAINS: Final = (("green", _("Green is up")), ("red", _("Red is up")))
THEME_COOKIE: Final = "wavepool_theme"
GAIN_COOKIE: Final = "wavepool_gain"
_YEAR_S: Final = 365 * 24 * 3600

_CHOICES: Final = {
    "language": frozenset(code for code, _name in settings.LANGUAGES),
    "theme": frozenset(value for value, _label in THEMES),
    "gain": frozenset(value for value, _label in GAINS),
}
_COOKIES: Final = {
    "language": settings.LANGUAGE_COOKIE_NAME,
    "theme": THEME_COOKIE,
    "gain": GAIN_COOKIE,
}

#: Where an account keeps each choice.
_FIELDS: Final = {"language": "language", "theme": "theme", "gain": "gain_colour"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What is in force for a request, and what can be chosen."""

    theme: str
    gain: str
    other_language: str
    other_language_name: str
    themes: tuple[tuple[str, str | Promise], ...] = THEMES
    gains: tuple[tuple[str, str | Promise], ...] = GAINS


def preferences_of(request: HttpRequest) -> Preferences:
    """What the account or the browser chose, or the defaults; Chinese boards show rises in red."""
    language = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _name in settings.LANGUAGES if code != language)
    return Preferences(
        theme=_chosen(request, "theme", default="device"),
        gain=_chosen(request, "gain", default="red" if language.startswith("zh") else "green"),
        other_language=other,
        other_language_name=get_language_info(other)["name_local"],
    )


@access("public", write="view")
@require_POST
def save(request: PlatformRequest) -> HttpResponse:
    """Keep what was chosen and go back to the page it was chosen on."""
    answer = redirect(_way_back(request))
    asked = {name: request.POST.get(name, "") for name in _CHOICES}
    chosen = {name: value for name, value in asked.items() if value in _CHOICES[name]}
    if request.actor.is_known:
        kept = {_FIELDS[name]: value for name, value in chosen.items()}
        people.set_preferences(actor=request.actor, **kept)
        return answer
    for name, value in chosen.items():
        answer.set_cookie(
            _COOKIES[name],
            value,
            max_age=_YEAR_S,
            samesite="Lax",
            secure=settings.IS_SECURE,
            httponly=True,
        )
    return answer


def language_of_account(request: HttpRequest) -> str:
    """The language that a signed-in reader chose, "" where none was."""
    return _kept(request, "language")


def _chosen(request: HttpRequest, name: str, *, default: str) -> str:
    value = request.COOKIES.get(_COOKIES[name], "")
    return _kept(request, name) or (value if value in _CHOICES[name] else default)


def _kept(request: HttpRequest, name: str) -> str:
    """What the account of a request keeps, as far as it is still offered."""
    account = getattr(request, "user", None)
    value = getattr(account, _FIELDS[name], "")
    return value if value in _CHOICES[name] else ""


def _way_back(request: HttpRequest) -> str:
    """A page of this site, never another one's."""
    target = request.POST.get("next", "")
    is_ours: Any = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else reverse("home")
