"""What a version changes, in rows and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wavepool.domains.policies.tables import (
    Change,
    DocumentUnreadable,
    Fault,
    Kind,
    compare,
    flatten,
    judge,
    kind_of,
    read_document,
)
from wavepool.domains.policies.tables.wording import (
    key_words,
    place_words,
    section_words,
    value_words,
)

_DEFAULT_CURRENCY = "CNY"
_CURRENCY = re.compile(r"\[(?:[a-z]+,)?([A-Z]{3})(?:#\d+)?\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change as a person reads it.

    Attributes:
        change: the change as data.
        section, place, label: where it stands: "Scenes", "open", "Part paid directly".
        before, after: the values in words; "" where there was nothing.
        sentence: the whole in one sentence.
    """

    change: Change
    section: str | Promise
    place: str
    label: str | Promise
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a document in words: its meaning, its value, its key."""

    place: str
    label: str | Promise
    value: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """The numbers of one section."""

    title: str | Promise
    figures: tuple[Figure, ...]


def list_differences(kind: str, *, before: str, after: str) -> tuple[Difference, ...]:
    """What changes from one text to another of a kind; empty where they say the same.

    Raises:
        DocumentUnreadable: a text is no document.
    """
    old, new = _tables(before, kind), _tables(after, kind)
    currency = str(new["document"].get("currency", _DEFAULT_CURRENCY))
    return tuple(_difference(change, currency) for change in compare(old, new))


def find_differences(kind: str, *, before: str, after: str) -> tuple[Difference, ...]:
    """The same where both can be read; nothing where one cannot."""
    try:
        return list_differences(kind, before=before, after=after)
    except DocumentUnreadable:
        return ()


def list_figures(kind: str, text: str) -> tuple[FigureGroup, ...]:
    """Every key of a document in plain words, by section.

    Raises:
        DocumentUnreadable: the text is no document.
    """
    tables = _tables(text, kind)
    currency = str(tables["document"].get("currency", _DEFAULT_CURRENCY))
    groups: dict[str, list[Figure]] = {}
    for path, value in flatten(tables):
        section = path.split(".", 1)[0].split("[", 1)[0]
        figure = Figure(
            place=_place(path),
            label=key_words(path),
            value=value_words(value, path=path, currency=_currency_in(path) or currency),
            path=path,
        )
        groups.setdefault(section, []).append(figure)
    return tuple(
        FigureGroup(title=section_words(name), figures=tuple(figures))
        for name, figures in groups.items()
    )


def list_faults(text: str, *, kind: Kind, number: int, others: dict[str, str]) -> tuple[Fault, ...]:
    """Everything that keeps a text from binding, each with its line and field."""
    return judge(text, kind=kind, number=number, others=others)


def _tables(text: str, kind: str) -> dict[str, Any]:
    document = read_document(text, kind=kind_of(kind))
    return {"document": document.head, **document.body}


def _difference(change: Change, currency: str) -> Difference:
    before = _words(change.before, change, currency)
    after = _words(change.after, change, currency)
    label: str | Promise = key_words(change.path)
    if change.way in {"added", "removed"} and change.path.endswith("]"):
        label = place_words(change.path)
    if change.way == "moved":
        label = pgettext("sequence", "Order")
    place = _place(change.path) if change.way == "changed" else ""
    return Difference(
        change=change,
        section=section_words(change.section),
        place=place,
        label=label,
        before=before,
        after=after,
        sentence=_sentence(change, label=str(label), place=place, before=before, after=after),
    )


def _words(value: Any, change: Change, currency: str) -> str:
    if value is None:
        return ""
    return value_words(value, path=change.path, currency=_currency_in(change.path) or currency)


def _currency_in(path: str) -> str:
    """The currency that a table is labelled with: `limits[CNY].minimum_minor`; else ""."""
    found = _CURRENCY.search(path)
    return found[1] if found else ""


def _sentence(change: Change, *, label: str, place: str, before: str, after: str) -> str:
    subject = " · ".join(filter(None, (str(section_words(change.section)), place, label)))
    values = {"what": subject, "before": before, "after": after}
    if change.way == "added":
        return _("%(what)s: added, %(after)s") % values
    if change.way == "removed":
        return _("%(what)s: removed, it was %(before)s") % values
    if change.way == "moved":
        return _("%(what)s: listed in another order, nothing else changes") % values
    return _("%(what)s: %(before)s → %(after)s") % values


def _place(path: str) -> str:
    return place_words(path.rpartition(".")[0])


def iterate_lines(
    text: str, faults: tuple[Fault, ...] = ()
) -> Iterator[tuple[int, str, list[Fault]]]:
    """Each line of a text with its number and the faults at it."""
    for number, line in enumerate(text.split("\n")[:-1] or [""], start=1):
        yield number, line, [each for each in faults if each.line == number]
