"""Columns and filters that lists of holds share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.risk import queries
from wavepool.plumbing.lists import Choice, Column, Filter


def columns(to_hold: Callable[[Any], str]) -> tuple[Column, ...]:
    """What every list of holds shows; `to_hold` leads to one."""
    return (
        Column(
            name="until",
            label=_("Until"),
            kind="time",
            value=lambda hold: hold.expires_at,
            sort="expires_at",
            href=to_hold,
            hint=_("Without a decision the default share applies then"),
        ),
        Column(name="state", label=_("State"), kind="badge", value=queries.state_of_hold),
        Column(name="cause", label=_("Cause"), value=lambda hold: hold.get_cause_display()),
        Column(
            name="amount",
            label=_("Held"),
            kind="money",
            value=lambda hold: (hold.amount_minor, hold.currency),
            hint=_("The direct part of the order, the agency's included"),
        ),
        Column(name="line_id", label=_("Line"), kind="code"),
        Column(name="period", label=_("Month"), kind="code", value=lambda h: h.opened_period),
    )


FILTERS: Final = (
    Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in queries.state_choices()),
    ),
    Filter(
        name="cause",
        label=_("Cause"),
        apply=lambda rows, value: rows.filter(cause=value),
        choices=tuple(Choice(value, label) for value, label in queries.cause_choices()),
    ),
)
