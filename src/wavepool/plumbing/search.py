"""Search: each domain says what it finds, the site shows it in groups.

    @finder("goods", label=_("Goods"), places=("public",))
    def goods(asked: Asked) -> list[Hit]: ...

A finder asks the store once, by an index, and gives a few hits; so a search asks
as often as there are finders, whatever it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from wavepool.plumbing.words import asked_words

#: Hits of a group; a search that leaves more is narrowed by typing on.
SHOWN: Final = 8
TEXT_MAX: Final = 100
Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that was found.

    Attributes:
        title: its name.
        href: its page.
        text: what tells it from others of that name.
        picture: address of a picture of it, "" for none.
    """

    title: str
    href: str
    text: Text = ""
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for.

    Attributes:
        text: as typed.
        workspace: where it was typed, as its reader may use it; None outside of any.
        limit: hits to give at most.
    """

    text: str
    workspace: Any = None
    limit: int = SHOWN + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Hits of one kind; `has_more` when some were left out."""

    name: str
    label: Text
    hits: tuple[Hit, ...]
    has_more: bool


FinderFunction = Callable[[Asked], Sequence[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """A registered function and the places whose searches ask it: "public" or a workspace's kind."""

    name: str
    label: Text
    places: frozenset[str]
    find: FinderFunction


_FINDERS: Final[dict[str, Finder]] = {}


def finder(
    name: str, *, label: Text, places: Collection[str]
) -> Callable[[FinderFunction], FinderFunction]:
    """Have a function asked whenever somebody searches in one of these places."""

    def remember(function: FinderFunction) -> FinderFunction:
        assert name not in _FINDERS, f"two finders are called {name}"
        _FINDERS[name] = Finder(name=name, label=label, places=frozenset(places), find=function)
        return function

    return remember


def finders_of(place: str) -> tuple[Finder, ...]:
    """The finders of a place, in the order of their registration."""
    return tuple(each for each in _FINDERS.values() if place in each.places)


def find(text: str, *, workspace: Any = None) -> tuple[Group, ...]:
    """What every finder has for a text: the workspace's own things first, empty groups left out.

    Nothing is asked for a text without a word in it.
    """
    text = text[:TEXT_MAX]
    if not asked_words(text):
        return ()
    places = ("public",) if workspace is None else (workspace.kind, "public")
    asked = Asked(text=text, workspace=workspace)
    found = ((each, each.find(asked)) for place in places for each in finders_of(place))
    return tuple(
        Group(
            name=each.name,
            label=each.label,
            hits=tuple(hits[:SHOWN]),
            has_more=len(hits) > SHOWN,
        )
        for each, hits in found
        if hits
    )
