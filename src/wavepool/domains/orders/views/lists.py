"""Columns and filters that several lists of orders share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders import queries
from wavepool.plumbing.lists import Choice, Column, Filter


def order_column(route: str, *names: str) -> Column:
    """An order's number, leading to its page."""
    return Column(
        name="order",
        label=_("Order"),
        kind="code",
        value=lambda order: order.public_id,
        href=lambda order: reverse(route, args=[*names, order.public_id]),
    )


def money_columns() -> tuple[Column, Column]:
    """What was paid, and what of it went back."""
    return (
        Column(
            name="total",
            label=_("Total"),
            kind="money",
            value=lambda order: (order.total_minor, order.currency),
            hint=_("What the buyer pays for all its lines."),
        ),
        Column(
            name="refunded",
            label=_("Refunded"),
            kind="money",
            value=lambda order: (order.refunded_minor, order.currency),
            hint=_("Of all refunds that were granted."),
        ),
    )


def placed_column() -> Column:
    """When it was placed; the order in which orders came."""
    return Column(
        name="placed",
        label=_("Placed"),
        kind="time",
        value=lambda order: order.placed_at,
        sort="pk",
    )


def state_column() -> Column:
    """How far it has come."""
    return Column(name="state", label=_("State"), kind="badge", value=queries.order_state)


def order_state_filter() -> Filter:
    """Narrow to orders of one state."""
    return _state(queries.order_state_choices())


def complaint_columns(href: Callable[[Any], str]) -> tuple[Column, ...]:
    """A complaint: about what, where it stands, since when, until when."""
    return (
        Column(
            name="complaint",
            label=_("Complaint"),
            kind="code",
            value=lambda each: each.public_id,
            href=href,
        ),
        Column(name="item", label=_("Item"), value=lambda each: each.line.title),
        Column(name="state", label=_("State"), kind="badge", value=queries.complaint_state),
        Column(
            name="opened",
            label=_("Opened"),
            kind="time",
            value=lambda each: each.opened_at,
            sort="pk",
        ),
        Column(
            name="due",
            label=_("Answer due"),
            kind="time",
            value=lambda each: each.answer_due_at,
            hint=_("After that, a silent shop's complaint goes to our staff."),
        ),
    )


def complaint_state_filter() -> Filter:
    """Narrow to complaints of one state."""
    return _state(queries.complaint_state_choices())


def _state(pairs: list[tuple[str, Any]]) -> Filter:
    return Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in pairs),
    )
