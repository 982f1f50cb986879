"""A month's statement as the people of a payee see it, and as staff do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries
from wavepool.domains.statements.views.columns import (
    currency_filters,
    line_columns,
    line_filters,
    period_filter,
    state_filter,
    statement_columns,
)
from wavepool.plumbing import clock
from wavepool.plumbing.charts import Chart, Series
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: Which party a workspace's payee is found by.
_PARTY_OF: Final = {"studio": "creator", "agency": "agency", "merchant": "shop"}


@access("studio", read="finance")
def studio_statements(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Every month of whoever is paid for the creator."""
    return _list(request, handle, export=export)


@access("studio", read="finance")
def studio_statement(
    request: PlatformRequest, handle: str, month: str, export: str = ""
) -> HttpResponseBase:
    """One month: two bridges, what the lines group under, and every line."""
    return _statement(request, handle, month, export=export)


@access("agency", read="finance")
def agency_statements(request: PlatformRequest, org: str, export: str = "") -> HttpResponseBase:
    """Every month of the agency."""
    return _list(request, org, export=export)


@access("agency", read="finance")
def agency_statement(
    request: PlatformRequest, org: str, month: str, export: str = ""
) -> HttpResponseBase:
    """One month of the agency."""
    return _statement(request, org, month, export=export)


@access("merchant", read="finance")
def merchant_statements(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """Every month in which the shop itself is paid: its own hosts' pools and awards."""
    return _list(request, shop, export=export)


@access("merchant", read="finance")
def merchant_statement(
    request: PlatformRequest, shop: str, month: str, export: str = ""
) -> HttpResponseBase:
    """One month of the shop."""
    return _statement(request, shop, month, export=export)


@access("staff", read="finance")
def staff_statements(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every payee's month."""
    now = clock.now()

    def to_statement(row: Any) -> str:
        href = reverse("statements.staff_statement", args=[row.payee_id, row.period])
        return f"{href}?currency={row.currency}"

    months = sorted({each.period for each in queries.list_takes()}, reverse=True)
    page = read_list(
        request,
        queries.list_statements(),
        columns=statement_columns(now, href=to_statement, has_payee=True),
        filters=(period_filter(months), state_filter()) if months else (state_filter(),),
        sort="-month",
    )
    return respond(request, page, "statements/staff_statements.html", {}, export=export)


@access("staff", read="finance")
def staff_statement(
    request: PlatformRequest, payee: int, month: str, export: str = ""
) -> HttpResponseBase:
    """One payee's month, as it sees it itself."""
    currency = request.GET.get("currency") or None
    found = queries.get_statement(payee_id=payee, period=month, currency=currency)
    return _show(request, found, names=(payee,), export=export)


def _list(request: PlatformRequest, slug: str, *, export: str) -> HttpResponseBase:
    now = clock.now()
    area = request.workspace.kind
    payee = _payee(request, now)

    def to_statement(row: Any) -> str:
        href = reverse(f"statements.{area}_statement", args=[slug, row.period])
        return f"{href}?currency={row.currency}"

    page = read_list(
        request,
        queries.statements_of_payee(payee.pk if payee else 0),
        columns=statement_columns(now, href=to_statement),
        filters=(state_filter(),),
        sort="-month",
    )
    context = {"payee": payee}
    return respond(request, page, "statements/statements.html", context, export=export)


def _statement(request: PlatformRequest, slug: str, month: str, *, export: str) -> HttpResponseBase:
    found = queries.access_statement(
        party=_PARTY_OF[request.workspace.kind],
        party_id=request.workspace.party_id,
        period=month,
        actor=request.actor,
        at=clock.now(),
        currency=request.GET.get("currency") or None,
    )
    return _show(request, found, names=(slug,), export=export)


def _show(
    request: PlatformRequest, statement: Any, *, names: tuple[Any, ...], export: str
) -> HttpResponseBase:
    now = clock.now()
    area = request.workspace.kind
    words = queries.source_names(at=now)
    groups = queries.groups_of(statement, words)

    def to_why(row: Any) -> str:
        key = queries.key_to_address(row.key)
        return reverse(f"statements.{area}_why", args=[*names, statement.period, key])

    page = read_list(
        request,
        queries.lines_of(statement),
        columns=line_columns(why=to_why, names=words),
        filters=(*currency_filters(statement), *line_filters(groups)),
        sort="-amount",
    )
    if export:
        return respond(request, page, "statements/statement.html", {}, export=export)
    steps = queries.bridge_of(statement)
    shifts = queries.shifts_of(statement)
    context = {
        "statement": statement,
        "state": queries.state_of(statement, now),
        "steps": steps,
        "bridge": bridge_chart(statement, steps),
        "shifts": [(queries.SHIFT_WORDS[each.reason], each) for each in shifts],
        "groups": groups,
        "list_route": f"statements.{area}_statements",
        "is_staff": area == "staff",
        "here": reverse(f"statements.{area}_statement", args=[*names, statement.period]),
    }
    return respond(request, page, "statements/statement.html", context)


def bridge_chart(statement: Any, steps: list[queries.BridgeStep]) -> Chart:
    """The first bridge as a chart, in whole minor units; the table beside it counts exactly."""
    last = steps[-1]
    shown = [
        (each.label, each.minor)
        for each in steps
        if not each.is_total and each.minor and not each.name.startswith("carry_")
    ]
    rest = last.minor - sum(amount for _label, amount in shown)
    if rest:
        shown.append((_("Fractions"), rest))
    return Chart(
        kind="bridge",
        title=_("Step by step"),
        label=_("Step"),
        categories=(*(label for label, _amount in shown), last.label),
        series=(
            Series(
                name=_("Amount"),
                values=(*(amount for _label, amount in shown), last.minor),
                is_estimate=statement.issued_at is None,
            ),
        ),
        unit="money",
        currency=statement.currency,
        note=_("Whole minor units; the table below counts to the millionth of one."),
    )


def _payee(request: PlatformRequest, at: datetime) -> Any:
    party = _PARTY_OF[request.workspace.kind]
    return people.find_payee(party=party, party_id=request.workspace.party_id, at=at)
