"""Figures, things to do and sections on the homes of workspaces, told by the domains that know them.

The home belongs to a domain that knows nothing of those above it, so they
register what they have to say:

    @card_of("studio")
    def balance(workspace: Any, at: datetime) -> Iterator[HomeCard]: ...

    @todo_of("merchant")
    def late(workspace: Any, at: datetime) -> Iterator[HomeToDo]: ...

    @section_of("studio")
    def next_live(workspace: Any, at: datetime) -> Iterator[HomeSection]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCard:
    """A key figure of a home.

    Attributes:
        label: what is measured.
        value: a whole number, `(amount_minor, currency)`, or ready text.
        hint: its definition.
        href: where it can be opened.
        spark: its course, oldest first.
        delta_ppm: its change in parts per million.
        delta_label: against what it changed.
    """

    label: Text
    value: int | tuple[int, str] | Text
    hint: Text = ""
    href: str = ""
    spark: tuple[int | None, ...] = ()
    delta_ppm: int | None = None
    delta_label: Text = ""


@dataclass(frozen=True, slots=True)
class HomeToDo:
    """One line of a home: how many wait, for what, and where."""

    count: int
    title: Text
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSection:
    """A card of a home with content of its own.

    Attributes:
        title: its heading.
        template: what shows it, with this section as `section`.
        content: what the template shows; plain values, asked for already.
        lead: one sentence below the heading.
        href: where all of it stands.
    """

    title: Text
    template: str
    content: Any
    lead: Text = ""
    href: str = ""


Told = TypeVar("Told", HomeCard, HomeToDo, HomeSection)
#: Gives what a domain has to say on a workspace as its reader may see it; nothing without the right.
Teller = Callable[[Any, datetime], Iterable[Told]]
CardFunction = Teller[HomeCard]
ToDoFunction = Teller[HomeToDo]
SectionFunction = Teller[HomeSection]
_CARDS: Final[dict[str, list[CardFunction]]] = {}
_TODOS: Final[dict[str, list[ToDoFunction]]] = {}
_SECTIONS: Final[dict[str, list[SectionFunction]]] = {}


def card_of(*kinds: str) -> Callable[[CardFunction], CardFunction]:
    """Have a function asked for cards whenever a home of these kinds of workspaces opens."""
    return _remembered(_CARDS, kinds)


def todo_of(*kinds: str) -> Callable[[ToDoFunction], ToDoFunction]:
    """Have a function asked for things to do whenever a home of these kinds opens."""
    return _remembered(_TODOS, kinds)


def section_of(*kinds: str) -> Callable[[SectionFunction], SectionFunction]:
    """Have a function asked for sections whenever a home of these kinds opens."""
    return _remembered(_SECTIONS, kinds)


def cards_of(workspace: Any, *, at: datetime) -> tuple[HomeCard, ...]:
    """What the domains have to say on a workspace's home, in the order of their registration."""
    return _told(_CARDS, workspace, at)


def todos_of(workspace: Any, *, at: datetime) -> tuple[HomeToDo, ...]:
    """What waits for the people of a workspace; nothing of which there is none."""
    return tuple(each for each in _told(_TODOS, workspace, at) if each.count)


def sections_of(workspace: Any, *, at: datetime) -> tuple[HomeSection, ...]:
    """The sections of a workspace's home, in the order of their registration."""
    return _told(_SECTIONS, workspace, at)


def _remembered(
    book: dict[str, list[Teller[Told]]], kinds: tuple[str, ...]
) -> Callable[[Teller[Told]], Teller[Told]]:
    def remember(function: Teller[Told]) -> Teller[Told]:
        for kind in kinds:
            known = book.setdefault(kind, [])
            if function not in known:
                known.append(function)
        return function

    return remember


def _told(book: dict[str, list[Teller[Told]]], workspace: Any, at: datetime) -> tuple[Told, ...]:
    functions = book.get(workspace.kind, ())
    return tuple(each for function in functions for each in function(workspace, at))
