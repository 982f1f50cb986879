"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.plumbing import notifications
from wavepool.site.homes import address_of
from wavepool.site.navigation import navigation_of, views_of
from wavepool.site.preferences import preferences_of
from wavepool.site.twins import path_in, twins_of

#: One module per behaviour; every page works without them.
BEHAVIOURS: Final = (
    "capture",
    "copy",
    "dialog",
    "filters",
    "menu",
    "poll",
    "search-key",
    "sheet",
    "switches",
)
_KINDS: Final = {
    "studio": (_("Studio"), "studio"),
    "merchant": (_("Merchant"), "merchant"),
    "agency": (_("Agency"), "agency"),
    "staff": (pgettext_lazy("workspace", "Operator"), "staff"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A workspace in the switcher: its address, its name and what it is."""

    href: str
    name: str
    label: str | Promise
    icon: str
    is_here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """The workspace, its navigation and its neighbours, preferences, whether this is a demo."""
    workspace = getattr(request, "workspace", None)
    navigation = navigation_of(workspace, path=request.path) if workspace else ()
    chosen = preferences_of(request)
    return {
        "is_demo": settings.IS_DEMO,
        "workspace": workspace,
        "workspaces": SimpleLazyObject(lambda: doors(request)),
        "unread": cache(lambda: unread_of(request)),
        "search_href": search_of(workspace),
        "navigation": navigation,
        "views": views_of(navigation),
        "preferences": chosen,
        "other_language_path": path_in(request, language=chosen.other_language),
        "twins": twins_of(request, language=get_language() or settings.LANGUAGE_CODE),
        "behaviours": [static(f"site/js/{name}.js") for name in BEHAVIOURS],
    }


def unread_of(request: HttpRequest) -> int:
    """How many notifications the actor has not read; asked where the bell is shown, once."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.account_id is None:
        return 0
    return notifications.count_unread(actor.account_id)


def search_of(workspace: people.Workspace | None) -> str:
    """Where the bar's search asks: in the workspace that is open, else everywhere."""
    if workspace is None:
        return reverse("search")
    return reverse(f"search.{workspace.kind}", args=[workspace.slug] if workspace.slug else [])


def doors(request: HttpRequest) -> tuple[Door, ...]:
    """Every workspace that the actor may enter; read only where a page shows them."""
    actor, here = getattr(request, "actor", None), getattr(request, "workspace", None)
    if actor is None or not actor.is_known:
        return ()
    found = []
    for each in people.list_workspaces(actor):
        label, icon = _KINDS[each.kind]
        is_here = here is not None and (here.kind, here.slug) == (each.kind, each.slug)
        found.append(
            Door(href=address_of(each), name=each.name, label=label, icon=icon, is_here=is_here)
        )
    return tuple(found)
