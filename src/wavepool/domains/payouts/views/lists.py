"""Columns and filters that several lists of payouts share."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import queries
from wavepool.plumbing.lists import Choice, Column, Filter


def own_columns(route: str, slug: str) -> tuple[Column, ...]:
    """A payout as its payee sees it."""
    return (
        Column(name="period", label=_("Months"), value=periods_of,
               href=lambda row: reverse(route, args=[slug, row.public_id]),
               hint=_("Months whose statements it pays.")),
        Column(name="state", label=_("Status"), kind="badge", value=queries.payout_state),
        amount_column(),
        Column(name="account", label=_("To"), kind="code", value=lambda row: row.account.masked),
        Column(name="planned", label=_("Planned"), kind="time", sort="pk",
               value=lambda row: row.planned_at),
        Column(name="paid", label=_("Paid"), kind="time", value=lambda row: row.paid_at),
        Column(name="why", label=_("Why not"), value=lambda row: row.why,
               is_in_files_only=True),
        Column(name="payout", label=_("Number"), kind="code",
               value=lambda row: row.public_id, is_in_files_only=True),
    )  # fmt: skip


def amount_column() -> Column:
    """What a payout pays."""
    return Column(
        name="amount",
        label=_("Amount"),
        kind="money",
        value=lambda row: (row.amount_minor, row.currency),
        sort="amount_minor",
    )


def staff_columns() -> tuple[Column, ...]:
    """A payout as staff see it."""
    return (
        Column(name="line", label=_("Line"), kind="number", sort="line_no",
               value=lambda row: row.line_no),
        Column(name="payout", label=_("Payout"), kind="code",
               value=lambda row: row.public_id, href=_payout_href),
        Column(name="payee", label=_("Payee"), value=lambda row: row.payee.name),
        Column(name="account", label=_("To"), kind="code", value=lambda row: row.account.masked),
        amount_column(),
        Column(name="state", label=_("State"), kind="badge", value=queries.payout_state),
        Column(name="reference", label=_("Bank's number"), kind="code",
               value=lambda row: row.rail_reference, is_in_files_only=True),
        Column(name="why", label=_("Why not"), value=lambda row: row.why,
               is_in_files_only=True),
    )  # fmt: skip


def waiting_columns() -> tuple[Column, ...]:
    """A payout without an answer, and since when it waits."""
    return (
        Column(name="payout", label=_("Payout"), kind="code",
               value=lambda row: row.public_id, href=_payout_href),
        Column(name="payee", label=_("Payee"), value=lambda row: row.payee.name),
        amount_column(),
        Column(name="rail", label=_("Way of payment"), kind="code",
               value=lambda row: row.batch.rail),
        Column(name="state", label=_("State"), kind="badge", value=queries.payout_state),
        Column(name="sent", label=_("Waits since"), kind="time", sort="sent_at",
               value=lambda row: row.sent_at),
        Column(name="asked", label=_("Asked last"), kind="time",
               value=lambda row: row.asked_at),
    )  # fmt: skip


def batch_columns() -> tuple[Column, ...]:
    """A batch in a list."""
    return (
        Column(name="batch", label=_("Batch"), kind="code", value=lambda row: row.public_id,
               href=lambda row: reverse("payouts.batch", args=[row.public_id])),
        Column(name="state", label=_("State"), kind="badge", value=queries.batch_state),
        Column(name="rail", label=_("Way of payment"), kind="code", value=lambda row: row.rail),
        Column(name="payouts", label=_("Payouts"), kind="number",
               value=lambda row: row.payout_count),
        Column(name="total", label=_("Total"), kind="money", sort="total_minor",
               value=lambda row: (row.total_minor, row.currency)),
        Column(name="made_by", label=_("Made by"), value=lambda row: row.made_name),
        Column(name="made", label=_("Made"), kind="time", sort="pk",
               value=lambda row: row.made_at),
        Column(name="signed_by", label=_("Signed by"), value=lambda row: row.approved_name),
    )  # fmt: skip


def payout_state_filter() -> Filter:
    """Narrow to payouts of one state."""
    return state_filter(queries.payout_state_choices())


def state_filter(pairs: list[tuple[str, Any]]) -> Filter:
    """Narrow to rows of one state."""
    return Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in pairs),
    )


def periods_of(row: Any) -> str:
    """The months that a payout pays, the earliest first."""
    return ", ".join(sorted({each.period for each in row.parts.all()}))


def shown_parts(payout: Any, workspace: Any) -> list[dict[str, Any]]:
    """What a payout pays of each statement, with the address of the statement's lines."""
    return [
        {
            "period": each.period,
            "amount_minor": each.amount_minor,
            "net_minor": each.statement.net_minor,
            "line_count": each.statement.line_count,
            "href": statement_href(workspace, payout, each.period),
        }
        for each in queries.parts_of_payout(payout.pk)
    ]


def statement_href(workspace: Any, payout: Any, period: str) -> str:
    """Where a statement and its lines stand in a workspace; "" where it shows none."""
    names = [workspace.slug] if workspace.slug else [payout.payee_id]
    try:
        href = reverse(f"statements.{workspace.kind}_statement", args=[*names, period])
    except NoReverseMatch:
        return ""
    return f"{href}?currency={payout.currency}"


def _payout_href(row: Any) -> str:
    return reverse("payouts.staff_payout", args=[row.public_id])
