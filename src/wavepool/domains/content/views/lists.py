"""Columns and filters that several lists of content share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries
from wavepool.plumbing.lists import Choice, Column, Filter


def choices(pairs: list[tuple[str, Any]]) -> tuple[Choice, ...]:
    """Values and labels as a filter takes them."""
    return tuple(Choice(value, label) for value, label in pairs)


def state_filter() -> Filter:
    """Narrow to pieces of one state."""
    return Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=choices(queries.piece_state_choices()),
    )


def format_filter() -> Filter:
    """Narrow to pieces of one format."""
    return Filter(
        name="format",
        label=_("Format"),
        apply=lambda rows, value: rows.filter(format=value),
        choices=choices(queries.format_choices()),
    )


def category_filter() -> Filter:
    """Narrow to pieces of one category, by its name alone: an index stands for it."""
    tree = [(each.slug, "· " * each.depth + each.label) for each in catalog.list_categories()]
    return Filter(
        name="category",
        label=_("Category"),
        apply=lambda rows, value: rows.filter(category=value),
        choices=choices(tree),
    )


def cover_column() -> Column:
    """The picture of a piece."""
    return Column(
        name="picture",
        label=_("Picture"),
        kind="picture",
        value=lambda piece: (piece.cover_url, piece.cover_alt) if piece.cover else None,
    )


def title_column(route: str, *names: str, sort: str | None = None) -> Column:
    """A piece's title, leading to its page."""
    return Column(
        name="title",
        label=_("Piece"),
        href=lambda piece: reverse(route, args=[*names, piece.public_id]),
        sort=sort,
    )


def creator_column() -> Column:
    """Whose it is."""
    return Column(
        name="creator",
        label=_("Creator"),
        value=lambda row: row.creator.name,
        href=lambda row: reverse("people.creator", args=[row.creator.handle]),
    )


def format_column() -> Column:
    """What kind of content it is."""
    return Column(
        name="format", label=_("Format"), value=lambda piece: str(piece.get_format_display())
    )


def channel_column() -> Column:
    """Where it is shown."""
    return Column(name="channel", label=_("Channel"), value=lambda piece: piece.channel.label)


def state_column() -> Column:
    """Who can see it."""
    return Column(name="state", label=_("State"), kind="badge", value=queries.piece_state)


def added_column() -> Column:
    """When it was begun; the order in which pieces came."""
    return Column(
        name="added", label=_("Added"), kind="time", value=lambda row: row.created_at, sort="pk"
    )


def published_column() -> Column:
    """When it was first published."""
    return Column(
        name="published",
        label=_("Published"),
        kind="time",
        value=lambda row: row.published_at,
        sort="published_at",
    )
