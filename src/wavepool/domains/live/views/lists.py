"""Columns and filters that several lists of sessions share."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.live import queries
from wavepool.plumbing.lists import Choice, Column, Filter

MINUTE_MS: Final = 60_000


def state_filter() -> Filter:
    """Narrow to sessions of one state."""
    return Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(*each) for each in queries.session_state_choices()),
    )


def title_column(route: str, *names: str) -> Column:
    """A session's title, leading to its page."""
    return Column(
        name="title",
        label=_("Session"),
        href=lambda row: reverse(route, args=[*names, row.public_id]),
    )


def creator_column() -> Column:
    """Whose it is."""
    return Column(
        name="creator",
        label=_("Creator"),
        value=lambda row: row.creator.name,
        href=lambda row: reverse("people.creator", args=[row.creator.handle]),
    )


def state_column() -> Column:
    """Where it stands."""
    return Column(name="state", label=_("State"), kind="badge", value=queries.session_state)


def scheduled_column(*, sort: str | None = None) -> Column:
    """When it shall begin, or began."""
    return Column(name="scheduled_at", label=_("Begins"), kind="time", sort=sort)


def effective_column() -> Column:
    """How many minutes of it count."""
    return Column(
        name="effective_minutes",
        label=_("Effective minutes"),
        kind="number",
        value=lambda row: row.effective_ms // MINUTE_MS,
        hint=_("On air without pauses; nothing below 30 minutes."),
    )


def added_column() -> Column:
    """When it was planned; the order in which sessions came."""
    return Column(
        name="added", label=_("Planned"), kind="time", value=lambda row: row.created_at, sort="pk"
    )
