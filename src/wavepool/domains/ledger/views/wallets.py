"""What a creator, a shop and an agency see of their own money; nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.charts import Chart, Series
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: Months that the chart shows.
_SHOWN: Final = 12
_PARTY_OF: Final = {"studio": "creator", "agency": "agency"}
COLUMNS: Final = (
    Column(name="posted", label=_("Posted"), kind="time", value=lambda row: row.posted_at,
           sort="transfer_id"),
    Column(name="kind", label=_("What"), value=lambda row: queries.kind_of(row.kind).label),
    Column(name="other", label=_("Other side"), value=lambda row: queries.other_side(row.other)),
    Column(name="period", label=_("Month"), kind="code"),
    Column(name="transfer", label=_("Number"), kind="code", value=lambda row: row.transfer_id,
           hint=_("Name it when you ask us about this movement")),
    Column(name="amount", label=_("Amount"), kind="money", sort="amount_minor",
           value=lambda row: (row.amount_minor, row.currency),
           hint=_("What came in is above zero, what went out is below")),
)  # fmt: skip


@access("studio", read="finance")
def studio_wallet(request: PlatformRequest, handle: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What whoever is paid for the creator holds, what is reserved, and every movement."""
    return _payee_wallet(request, export=export)


@access("agency", read="finance")
def agency_wallet(request: PlatformRequest, org: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What the agency holds, what is reserved, and every movement."""
    return _payee_wallet(request, export=export)


@access("merchant", read="finance")
def merchant_wallet(request: PlatformRequest, shop: str, export: str) -> HttpResponseBase:  # noqa: ARG001
    """What the shop was charged, what it paid, and what it still owes."""
    accounts = queries.list_receivables(request.workspace.party_id)
    owed = [(max(0, -each.balance_minor), each.currency) for each in accounts]
    credit = [(each.balance_minor, each.currency) for each in accounts if each.balance_minor > 0]
    context = {"owed": owed, "credit": credit}
    names = (_("Paid and refunded"), _("Charged"))
    return _wallet(request, accounts, context, kinds=queries.SHOP_KINDS, names=names, export=export)


@card_of("studio", "agency")
def balance_cards(workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """What a wallet holds, for a home whose reader may see money."""
    if not workspace.can_finance:
        return
    href = reverse(f"ledger.{workspace.kind}_wallet", args=[workspace.slug])
    for each in queries.list_wallets(_payee_id(workspace, at)):
        hint = _("What you hold here, reserved amounts included.")
        value = (each.balance_minor, each.currency)
        yield HomeCard(label=_("Balance"), value=value, hint=hint, href=href)


@card_of("merchant")
def debt_cards(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """What a shop owes, for a home whose reader may see money."""
    if not workspace.can_finance:
        return
    href = reverse("ledger.merchant_wallet", args=[workspace.slug])
    for each in queries.list_receivables(workspace.party_id):
        hint = _("What was charged and not paid yet.")
        value = (max(0, -each.balance_minor), each.currency)
        yield HomeCard(label=_("Owed"), value=value, hint=hint, href=href)


def _payee_wallet(request: PlatformRequest, *, export: str) -> HttpResponseBase:
    payee_id = _payee_id(request.workspace, clock.now())
    accounts = queries.list_wallets(payee_id)
    names = (_("In"), _("Out"))
    context = {"has_payee": payee_id is not None}
    return _wallet(
        request, accounts, context, kinds=queries.WALLET_KINDS, names=names, export=export
    )


def _payee_id(workspace: Any, at: datetime) -> int | None:
    party = _PARTY_OF[workspace.kind]
    payee = people.find_payee(party=party, party_id=workspace.party_id, at=at)
    return payee.pk if payee else None


def _wallet(
    request: PlatformRequest,
    accounts: list[Any],
    context: dict[str, Any],
    *,
    kinds: Mapping[str, queries.Kind],
    names: tuple[Any, Any],
    export: str,
) -> HttpResponseBase:
    """The page of some accounts; the number of queries is fixed."""
    months = queries.sum_months(accounts)
    page = read_list(
        request,
        queries.entries_of(accounts),
        columns=COLUMNS,
        filters=_filters(kinds, sorted({each.period for each in months}, reverse=True)),
        sort="-posted",
    )
    context |= {
        "accounts": accounts,
        "charts": [_chart(months, each.currency, names) for each in accounts if months],
        "kinds": list(kinds.values()),
    }
    return respond(
        request, page, f"ledger/{request.workspace.kind}_wallet.html", context, export=export
    )


def _filters(kinds: Mapping[str, queries.Kind], periods: list[str]) -> tuple[Filter, ...]:
    """By month and by kind; a list without months takes none."""
    by_kind = Filter(
        name="kind",
        label=_("What"),
        apply=lambda rows, text: rows.filter(kind=text),
        choices=tuple(Choice(name, each.label) for name, each in kinds.items()),
    )
    if not periods:
        return (by_kind,)
    by_month = Filter(
        name="month",
        label=_("Month"),
        apply=lambda rows, text: rows.filter(period=text),
        choices=tuple(Choice(each, each) for each in periods),
    )
    return by_month, by_kind


def _chart(months: list[queries.MonthSums], currency: str, names: tuple[Any, Any]) -> Chart:
    found = [each for each in months if each.currency == currency][-_SHOWN:]
    came, went = names
    return Chart(
        kind="bar",
        title=_("What each month moved"),
        label=_("Month"),
        categories=tuple(each.period for each in found),
        series=(
            Series(name=came, values=tuple(each.in_minor for each in found)),
            Series(name=went, values=tuple(each.out_minor for each in found)),
        ),
        unit="money",
        currency=currency,
    )
