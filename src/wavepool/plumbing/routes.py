"""Every route says who may come in; one that says nothing does not open.

`access` marks a view. The site's middleware reads the mark, finds the
workspace that the address names, and answers 404 to whoever has no right
there, so a foreign workspace looks like a missing one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Audience = Literal[
    "public",  # everybody
    "signed_in",  # every account
    "studio",  # people of the creator that the address names
    "merchant",  # people of the shop that the address names
    "agency",  # people of the agency that the address names
    "staff",  # the operator's own people
    "machine",  # callers with an API key, checked by the API itself
    "operations",  # probes and scrapers, from the inside only
]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may enter a route, and the right that reading and writing ask for.

    Attributes:
        audience: whom the route is for.
        read: right for GET and HEAD: "view", "operate", "finance" or "own" in a
            workspace; a staff role or "view" (any role) for staff.
        write: right for every other method.
    """

    audience: Audience
    read: str = "view"
    write: str = "operate"


def access(
    audience: Audience, *, read: str = "view", write: str = "operate"
) -> Callable[[View], View]:
    """Mark a view with whom it is for.

    >>> @access("merchant", write="finance")
    ... def spend(request): ...
    >>> access_of(spend).write
    'finance'
    """

    def mark(view: View) -> View:
        view.route_access = Access(  # type: ignore[attr-defined]
            audience=audience, read=read, write=write
        )
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view, or None where nobody classified it."""
    return getattr(view, "route_access", None)
