"""The roles of the content ecosystem: one taxonomy, as data, in both languages."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import Creator
from wavepool.plumbing.errors import NotFound

_VOCABULARIES: Final = ("groups", "formats", "tools", "earnings")
_COLUMNS: Final = (
    "id",
    "group",
    "kind",
    "name_en",
    "name_zh",
    "about_en",
    "about_zh",
    "formats",
    "tools",
    "earnings",
)


class RolesNotValid(ValueError):
    """The shipped taxonomy contradicts itself; a fault of the release, not of a reader."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the taxonomy in both languages; `str` gives the reader's."""

    id: str
    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRole:
    """One role: who it is, what it makes, with which tools, and how it earns.

    Attributes:
        kind: what the settlement knows it as, one of `Creator.Kind`.
    """

    id: str
    group: Term
    kind: str
    name: Term
    about: Term
    formats: tuple[Term, ...]
    tools: tuple[Term, ...]
    earnings: tuple[Term, ...]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def words(self) -> str:
        """Everything that a search looks into, in lower case."""
        terms = (self.name, self.about, self.group, *self.formats, *self.tools, *self.earnings)
        return " ".join(f"{term.en} {term.zh}" for term in terms).lower()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Every role by id, and the vocabularies that describe them."""

    roles: Mapping[str, ContentRole]
    groups: Mapping[str, Term]
    formats: Mapping[str, Term]
    tools: Mapping[str, Term]
    earnings: Mapping[str, Term]


@cache
def get_taxonomy() -> Taxonomy:
    """The shipped taxonomy, read and checked once.

    Raises:
        RolesNotValid: a row lacks something or names an unknown word.
    """
    here = resources.files("wavepool.domains.people.queries")
    words = tomllib.loads((here / "taxonomy.toml").read_text("utf-8"))
    rows = csv.DictReader((here / "roles.csv").read_text("utf-8").splitlines())
    return read_taxonomy(words, rows)


def read_taxonomy(
    words: Mapping[str, Mapping[str, list[str]]], rows: Iterable[Mapping[str, str]]
) -> Taxonomy:
    """Build a taxonomy from its vocabularies and rows.

    Raises:
        RolesNotValid: naming the row and the column at fault.
    """
    known = {
        name: {key: Term(key, *pair) for key, pair in words[name].items()} for name in _VOCABULARIES
    }
    roles: dict[str, ContentRole] = {}
    for row in rows:
        role = _role(row, known)
        if role.id in roles:
            raise RolesNotValid(f"{role.id}: the id stands there twice")
        roles[role.id] = role
    return Taxonomy(roles, *(known[name] for name in _VOCABULARIES))


def list_roles(*, group: str = "", earning: str = "", search: str = "") -> tuple[ContentRole, ...]:
    """Roles in the order of the taxonomy, narrowed by group, way to earn and words."""
    asked = search.lower().split()
    return tuple(
        role
        for role in get_taxonomy().roles.values()
        if (not group or role.group.id == group)
        and (not earning or earning in {term.id for term in role.earnings})
        and all(word in role.words for word in asked)
    )


def get_role(role_id: str) -> ContentRole:
    """A role by id.

    Raises:
        NotFound: there is none.
    """
    role = find_role(role_id)
    if role is None:
        raise NotFound(_("There is no such role."))
    return role


def find_role(role_id: str) -> ContentRole | None:
    """A role by id, or None."""
    return get_taxonomy().roles.get(role_id)


def _role(row: Mapping[str, str], known: Mapping[str, Mapping[str, Term]]) -> ContentRole:
    name = row.get("id") or "?"
    for column in _COLUMNS:
        if not row.get(column):
            raise RolesNotValid(f"{name}: {column} is missing")
    if row["group"] not in known["groups"]:
        raise RolesNotValid(f"{name}: group {row['group']!r} does not exist")
    if row["kind"] not in Creator.Kind.values:
        raise RolesNotValid(f"{name}: kind {row['kind']!r} does not exist")
    return ContentRole(
        id=name,
        group=known["groups"][row["group"]],
        kind=row["kind"],
        name=Term(name, row["name_en"], row["name_zh"]),
        about=Term(name, row["about_en"], row["about_zh"]),
        formats=_terms(row, "formats", known),
        tools=_terms(row, "tools", known),
        earnings=_terms(row, "earnings", known),
    )


def _terms(
    row: Mapping[str, str], column: str, known: Mapping[str, Mapping[str, Term]]
) -> tuple[Term, ...]:
    named = row[column].split()
    unknown = [each for each in named if each not in known[column]]
    if unknown:
        raise RolesNotValid(f"{row['id']}: {column} {unknown[0]!r} does not exist")
    return tuple(known[column][each] for each in named)
