"""What the front door says: for whom this is, what holds, and one line worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Point:
    """One thing said in a title and a sentence."""

    name: str | Promise
    text: str | Promise
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """A line of a statement, split to the cent."""

    paid_minor: int
    rate_ppm: int
    commission_minor: int
    agency_ppm: int
    agency_minor: int

    @property
    def creator_minor(self) -> int:
        """What the creator gets: the commission less the agency's share."""
        return self.commission_minor - self.agency_minor


LINE: Final = SampleLine(
    paid_minor=25_900,
    rate_ppm=120_000,
    commission_minor=3_108,
    agency_ppm=200_000,
    agency_minor=621,
)
PEOPLE: Final = (
    Point(
        _("Creators"),
        _("Goods with their rates, a place to publish and go live, and a reason for every cent."),
        "creator",
    ),
    Point(
        _("Merchants"),
        _("Plans and budgets, creators who fit, and what would have been sold anyway."),
        "merchant",
    ),
    Point(
        _("Agencies"),
        _("A roster, splits that both sides signed, and one statement that adds up."),
        "agency",
    ),
    Point(
        _("Buyers"),
        _("People who show what they sell, honest prices, and orders they can follow."),
        "shopping-bag",
    ),
    Point(
        _("Operators"),
        _("Rules as data, replayed on past months before they change anybody's pay."),
        "staff",
    ),
)
PROMISES: Final = (
    Point(
        _("Every line can be recalculated"),
        _("A receipt carries the numbers and the rule; any machine repeats the result."),
    ),
    Point(
        _("Every state says why, and until when"),
        _("Nothing is held, refused or taken back without a reason and a date to answer it."),
    ),
    Point(
        _("Rules change with notice"),
        _("A policy has a version and a first day, and shows what it changes for you."),
    ),
)
