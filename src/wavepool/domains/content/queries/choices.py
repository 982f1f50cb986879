"""Values that people pick from, in their words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content.models import Admission, Disclosure, Format, Piece, QualityMark
from wavepool.domains.content.queries.channels import list_channels
from wavepool.domains.people import queries as people

Choices = list[tuple[str, str | Promise]]
#: Grades that a review gives, best first, and what each counts. Ours.
GRADES: Final[dict[str, tuple[int, Promise]]] = {
    "a": (1_000_000, _("A: an example for others")),
    "b": (900_000, _("B: good")),
    "c": (750_000, _("C: fair")),
    "d": (500_000, _("D: thin")),
}
#: What a creator may say of the language of a piece.
LANGUAGES: Final = (("zh-hans", _("Chinese")), ("en", _("English")), ("other", _("Another")))


def format_choices() -> Choices:
    """Formats of pieces, live ones too."""
    return [(each.value, each.label) for each in Format]


def written_format_choices() -> Choices:
    """Formats that are made on a form; a live one comes with its session."""
    return [each for each in format_choices() if each[0] != Format.LIVE]


def disclosure_choices() -> Choices:
    """What ties a maker to what a piece shows."""
    return [(each.value, each.label) for each in Disclosure]


def piece_state_choices() -> Choices:
    """States of a piece."""
    return [(each.value, each.label) for each in Piece.State]


def admission_state_choices() -> Choices:
    """States of an admission."""
    return [(each.value, each.label) for each in Admission.State]


def quality_choices() -> Choices:
    """Qualities that staff mark; completeness is measured and review comes with its grade."""
    measured = {QualityMark.Kind.COMPLETENESS, QualityMark.Kind.REVIEW}
    return [(each.value, each.label) for each in QualityMark.Kind if each not in measured]


def grade_choices() -> Choices:
    """Grades of a review, best first."""
    return [(name, label) for name, (_ppm, label) in GRADES.items()]


def language_choices() -> Choices:
    """Languages of a piece."""
    return [("", _("Not said")), *LANGUAGES]


def channel_choices() -> Choices:
    """Channels, in their order."""
    return [(each.pk, each.label) for each in list_channels()]


def category_choices() -> list[tuple[str, str]]:
    """The tree of the catalog as choices, each level set in."""
    indent = "\N{NO-BREAK SPACE}" * 4
    return [(each.slug, indent * each.depth + each.label) for each in catalog.list_categories()]


def account_choices(creator_id: int) -> Choices:
    """A creator's accounts on channels."""
    rows = people.list_channel_accounts(creator_id)
    return [(str(each.pk), f"{each.name} · {each.channel}") for each in rows]
