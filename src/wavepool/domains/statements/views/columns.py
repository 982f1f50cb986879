"""Columns and filters of lists of statements and of their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements import queries
from wavepool.plumbing.lists import Choice, Column, Filter

Href = Callable[[Any], str | None]
MICRO: Final = 1_000_000


def statement_columns(now: datetime, *, href: Href, has_payee: bool = False) -> tuple[Column, ...]:
    """Columns of a list of statements."""
    payee = (
        Column(name="payee", label=_("Payee"), value=lambda row: row.payee.name),
        Column(name="payee_id", label=_("Payee's number"), kind="code"),
    )
    return (
        Column(name="month", label=_("Month"), kind="code", sort="period",
               value=lambda row: row.period, href=href),
        *(payee if has_payee else ()),
        Column(name="state", label=_("State"), kind="badge",
               value=lambda row: queries.state_of(row, now)),
        _money("net", _("Amount"), "net_minor", sort="net_minor",
               hint=_("What is paid out, or is expected to be")),
        Column(name="estimated", label=_("Was estimated"), kind="money",
               value=lambda row: None if row.estimated_minor is None
               else (row.estimated_minor, row.currency),
               hint=_("What it said when it was put to objection")),
        _money("paid", _("Paid"), "paid_minor"),
        _money("held", _("Held"), "held_minor", hint=_("Parked until a decision or an end")),
        Column(name="lines", label=_("Lines"), kind="number",
               value=lambda row: row.line_count),
        Column(name="issued", label=_("Final since"), kind="time",
               value=lambda row: row.issued_at),
    )  # fmt: skip


def line_columns(*, why: Href, names: dict[str, Any]) -> tuple[Column, ...]:
    """Columns of the lines of a statement."""
    return (
        Column(name="key", label=_("Line"), kind="code", href=why,
               hint=_("Opens why the line is what it is")),
        Column(name="kind", label=_("What"), value=lambda row: row.get_kind_display()),
        Column(name="source", label=_("Of"), value=lambda row: names.get(row.source, row.source),
               hint=_("The scene, pool, programme or cause that the line belongs to")),
        Column(name="occurred", label=_("Order paid"), kind="time", sort="occurred_at",
               value=lambda row: row.occurred_at if row.order_line_id else None),
        Column(name="gross", label=_("Before the agency"), kind="money",
               value=lambda row: (row.gross_micro // MICRO, row.currency)),
        _money("amount", _("Amount"), "amount_minor", sort="amount_minor",
               hint=_("+ is to you")),
        Column(name="held", label=_("Held"),
               value=lambda row: _("held") if row.is_held else ""),
        Column(name="order_line", label=_("Order line"), kind="code",
               value=lambda row: row.order_line_id),
        Column(name="micro", label=_("Exact, in millionths"), kind="number",
               is_in_files_only=True),
        Column(name="digest", label=_("Digest"), kind="code", is_in_files_only=True),
    )  # fmt: skip


def line_filters(groups: list[queries.LineGroup]) -> tuple[Filter, ...]:
    """By kind and by what the lines belong to; only those that occur."""
    kinds = {each.kind: each.kind_label for each in groups}
    sources = {each.source: each.source_label for each in groups if each.source}
    found = [
        Filter(
            name="kind",
            label=_("What"),
            apply=lambda rows, text: rows.filter(kind=text),
            choices=tuple(Choice(name, label) for name, label in kinds.items()),
        ),
        Filter(
            name="source",
            label=_("Of"),
            apply=lambda rows, text: rows.filter(source=text),
            choices=tuple(Choice(name, label) for name, label in sources.items()),
        ),
    ]
    return tuple(each for each in found if each.choices)


def currency_filters(statement: Any) -> tuple[Filter, ...]:
    """Which of the month's statements is open, where a payee has several; links keep it."""
    month = queries.statements_of_payee(statement.payee_id).filter(period=statement.period)
    found = sorted(month.order_by().values_list("currency", flat=True))
    if len(found) == 1:
        return ()
    return (
        Filter(
            name="currency",
            label=_("Currency"),
            apply=lambda rows, text: rows.filter(currency=text),
            choices=tuple(Choice(each, each) for each in found),
        ),
    )


def state_filter() -> Filter:
    """By where a statement stands."""
    choices = (
        Choice("estimated", _("Estimated")),
        Choice("final", _("Final")),
        Choice("paid", _("Paid")),
    )

    def apply(rows: Any, text: str) -> Any:
        if text == "paid":
            return rows.filter(paid_at__isnull=False)
        if text == "final":
            return rows.filter(issued_at__isnull=False, paid_at=None)
        return rows.filter(issued_at=None)

    return Filter(name="state", label=_("State"), apply=apply, choices=choices)


def period_filter(periods: list[str]) -> Filter:
    """By month."""
    return Filter(
        name="period",
        label=_("Month"),
        apply=lambda rows, text: rows.filter(period=text),
        choices=tuple(Choice(each, each) for each in periods),
    )


def _money(name: str, label: Any, field: str, *, hint: Any = "", sort: str | None = None) -> Column:
    return Column(
        name=name,
        label=label,
        kind="money",
        value=lambda row: (getattr(row, field), row.currency),
        hint=hint,
        sort=sort,
    )
