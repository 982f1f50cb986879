"""Who may enter the routes of libraries, which carry no mark of ours."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from wavepool.plumbing.routes import Access

#: Beginnings of route names (or of paths, with a slash) and their audience.
FOREIGN: Final[tuple[tuple[str, Access], ...]] = (
    ("account_", Access(audience="public", write="view")),
    ("mfa_", Access(audience="public", write="view")),
    ("usersessions_", Access(audience="public", write="view")),
    ("set_language", Access(audience="public", write="view")),
    ("api-1:", Access(audience="machine")),
)


def access_of_foreign(request: HttpRequest) -> Access | None:
    """The audience of a library's route, by its name; None where nobody classified it."""
    match = request.resolver_match
    return foreign_access(match.view_name) if match else None


def foreign_access(name: str) -> Access | None:
    """The audience of a route name of a library.

    >>> foreign_access("account_login").audience
    'public'
    >>> foreign_access("admin:index")
    """
    return next((mark for start, mark in FOREIGN if name.startswith(start)), None)
