"""Panels on pages: what domains above have to add to the page of a record below them.

The page belongs to a domain that knows nothing of those above it, so they
register what they show there:

    @panel_on("product")
    def buy(request: HttpRequest, item: Any, at: datetime) -> Panel | None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a page.

    Attributes:
        template: what draws it; gets `panel`, the values below, and everything of the page.
        values: what it shows.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


#: Gives the panel for a page's subject as this request may see it; None where there is none.
PanelFunction = Callable[[HttpRequest, Any, datetime], Panel | None]
_PANELS: Final[dict[str, list[PanelFunction]]] = {}


def panel_on(*pages: str) -> Callable[[PanelFunction], PanelFunction]:
    """Have a function asked for a panel whenever one of these pages opens."""

    def remember(function: PanelFunction) -> PanelFunction:
        for page in pages:
            known = _PANELS.setdefault(page, [])
            if function not in known:
                known.append(function)
        return function

    return remember


def panels_on(page: str, *, request: HttpRequest, subject: Any, at: datetime) -> tuple[Panel, ...]:
    """What the domains add to a page, in the order of their registration."""
    found = (function(request, subject, at) for function in _PANELS.get(page, ()))
    return tuple(panel for panel in found if panel is not None)
