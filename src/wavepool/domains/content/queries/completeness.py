"""Completeness: how much of what a good piece has is filled in; see docs/algorithms/content.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLE_MIN: Final = 8
BODY_MIN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a piece.

    Attributes:
        name: stable name.
        label: what its creator is asked for.
        weight_ppm: what it adds; the weights of all parts add up to a million.
    """

    name: str
    label: str | Promise
    weight_ppm: int


#: Ours: no platform published such weights. They follow the six parts that 有好货 asked for.
PARTS: Final = (
    Part(name="title", label=_("A title of 8 characters or more"), weight_ppm=200_000),
    Part(name="body", label=_("A text of 50 characters or more"), weight_ppm=250_000),
    Part(name="cover", label=_("A cover picture"), weight_ppm=200_000),
    Part(name="cover_alt", label=_("Words for those who do not see the cover"), weight_ppm=50_000),
    Part(name="items", label=_("At least one item"), weight_ppm=250_000),
    Part(name="language", label=_("Its language"), weight_ppm=50_000),
)


def filled_parts(
    *, title: str, body: str, cover: str, cover_alt: str, items: int, language: str
) -> frozenset[str]:
    """Names of the parts that are filled.

    >>> sorted(filled_parts(title="Two cups", body="", cover="", cover_alt="x", items=1, language=""))
    ['items', 'title']
    """
    said = {
        "title": len(title.strip()) >= TITLE_MIN,
        "body": len(body.strip()) >= BODY_MIN,
        "cover": bool(cover),
        "cover_alt": bool(cover and cover_alt),
        "items": items > 0,
        "language": bool(language),
    }
    return frozenset(name for name, is_filled in said.items() if is_filled)


def completeness_of(filled: frozenset[str]) -> int:
    """The sum of the weights of the filled parts, in parts per million.

    >>> completeness_of(frozenset({"title", "items"}))
    450000
    """
    return sum(part.weight_ppm for part in PARTS if part.name in filled)


def missing_parts(filled: frozenset[str]) -> tuple[Part, ...]:
    """What would make a piece more complete."""
    return tuple(part for part in PARTS if part.name not in filled)
