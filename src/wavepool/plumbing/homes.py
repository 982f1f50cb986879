"""Figures on the homes of workspaces, each told by the domain that knows it.

The home belongs to a domain that knows nothing of those above it, so they
register what they have to say:

    @card_of("studio")
    def balance(workspace: Any, at: datetime) -> Iterator[HomeCard]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCard:
    """A key figure of a home.

    Attributes:
        label: what is measured.
        value: a whole number, or `(amount_minor, currency)`.
        hint: its definition.
        href: where it can be opened.
    """

    label: Text
    value: int | tuple[int, str]
    hint: Text = ""
    href: str = ""


#: Gives the cards of a workspace as its reader may see it; none where the right is missing.
CardFunction = Callable[[Any, datetime], Iterable[HomeCard]]
_CARDS: Final[dict[str, list[CardFunction]]] = {}


def card_of(*kinds: str) -> Callable[[CardFunction], CardFunction]:
    """Have a function asked for cards whenever a home of these kinds of workspaces opens."""

    def remember(function: CardFunction) -> CardFunction:
        for kind in kinds:
            known = _CARDS.setdefault(kind, [])
            if function not in known:
                known.append(function)
        return function

    return remember


def cards_of(workspace: Any, *, at: datetime) -> tuple[HomeCard, ...]:
    """What the domains have to say on a workspace's home, in the order of their registration."""
    functions = _CARDS.get(workspace.kind, ())
    return tuple(card for function in functions for card in function(workspace, at))
