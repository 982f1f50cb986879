"""What an agency settles, by creator and line by line; and the whole month by agency, for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import CreatorPart, PartLine, Reading
from wavepool.domains.insights.templatetags.metrics import whole_minor
from wavepool.domains.insights.views.tabular import page_of_rows
from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries as statements
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Column, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import State

TILES: Final = (
    "settlement_total",
    "settlement_direct",
    "settlement_pool",
    "settlement_award",
    "settlement_refund",
    "settlement_held",
)
COLUMNS: Final = (
    "settlement_lines",
    "settlement_commission",
    "settlement_fee",
    "settlement_direct",
    "settlement_pool",
    "settlement_award",
    "settlement_refund",
    "settlement_ruling",
    "settlement_total",
    "settlement_held",
    "settlement_kept",
)
#: What a creator may withhold from its agency; the agency's own money is its own.
INCOME_ONLY: Final = frozenset(
    {"settlement_lines", "settlement_commission", "settlement_fee", "settlement_kept"}
)
PLATFORM: Final = (
    "settlement_creators",
    "settlement_total",
    "settlement_kept",
    "settlement_whole",
)
KINDS: Final[Mapping[str, str | Promise]] = {
    "commission": gettext_lazy("Commission"),
    "refund": gettext_lazy("Refund"),
    "pool": gettext_lazy("Pool share"),
    "award": gettext_lazy("Award"),
    "ruling": gettext_lazy("End of a hold"),
}
_HELD: Final = State(
    name="held",
    label=gettext_lazy("In escrow"),
    tone="warning",
    why=gettext_lazy("The order behind it is held; a ruling decides who gets it."),
)
_WITHHELD: Final = gettext_lazy("Withheld by the creator")
_COUNTS: Final = State(name="counts", label=gettext_lazy("In the statement"), tone="ok")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with the name beside it, and whether its order may be seen."""

    line: PartLine
    name: str
    is_open: bool
    is_income_open: bool

    @property
    def address(self) -> str:
        """The line of the statement as addresses name it; parts of others' shares are one line."""
        is_own = self.line.kind in {"commission", "refund", "ruling"} or not self.line.split_ppm
        key = self.line.line_key if is_own else f"GA:{self.line.currency}"
        return statements.key_to_address(key)

    @property
    def state(self) -> State:
        """Whether it is paid or waits."""
        return _HELD if self.line.is_held else _COUNTS


@access("agency", read="finance")
def agency_settlement(request: PlatformRequest, org: str, export: str = "") -> HttpResponseBase:
    """A month of the agency: what it has of each creator, each line, up to its statement."""
    runs = queries.runs_of_months()
    period = _asked(request, runs)
    context: dict[str, Any] = {"org": org, "months": list(runs), "month": period}
    agency_id = request.workspace.party_id
    found = _settlement(runs, agency_id, period)
    scopes = people.data_scopes_of(agency_id, at=clock.now())
    names = _names({row.creator_id for row in found.creators})
    shown = [
        Shown(
            line,
            _name(line.creator_id, names),
            is_open=_opens(scopes, line.creator_id, "orders"),
            is_income_open=_opens(scopes, line.creator_id, "income"),
        )
        for line in found.lines
    ]
    wanted = request.GET.get("creator", "")
    if wanted.isdecimal():
        shown = [each for each in shown if str(each.line.creator_id) == wanted]
    keep = {"period": period} | ({"creator": wanted} if wanted.isdecimal() else {})
    stated = _stated(found, period)
    page = page_of_rows(request, shown, columns=_columns(org, period, stated), keep=keep)
    if period:
        context |= {
            "run": runs[period],
            "settlement": found,
            "stated": stated,
            "creator": wanted,
            "parts": [
                _part(found, currency, names, scopes)
                for currency in sorted({row.currency for row in found.creators})
            ],
        }
    return respond(request, page, "insights/settlement.html", context, export=export)


@access("staff", read="finance")
def staff_settlement(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """The month by agency against all statements; whoever does not match is named."""
    runs = queries.runs_of_months()
    period = _asked(request, runs)
    context: dict[str, Any] = {"months": list(runs), "month": period}
    if not period:
        return render(request, "insights/platform_settlement.html", context)
    found = queries.settlement_of_platform(runs[period], month=period)
    ids = [row.agency_id for row in found.agencies]
    names = dict(people.list_agencies().filter(pk__in=ids).values_list("pk", "name"))
    page = page_of_rows(
        request, found.agencies, columns=_platform_columns(names), keep={"period": period}
    )
    context |= {
        "run": runs[period],
        "settlement": found,
        "checks": [
            {
                "currency": currency,
                "parts": sum(
                    row.settlement_whole for row in found.agencies if row.currency == currency
                ),
                "lines": found.lines_micro.get(currency, 0),
                "difference": found.difference_micro(currency),
            }
            for currency in found.currencies
        ],
        "metrics": PLATFORM,
    }
    return respond(request, page, "insights/platform_settlement.html", context, export=export)


def _asked(request: HttpRequest, runs: Mapping[str, Any]) -> str:
    """The month of an address; anything else is the latest."""
    asked = request.GET.get("period", "")
    return asked if asked in runs else next(iter(runs), "")


def _settlement(
    runs: Mapping[str, Any], agency_id: int | None, period: str
) -> queries.AgencySettlement:
    if not period or agency_id is None:
        return queries.AgencySettlement((), (), ())
    return queries.settlement_of_agency(runs[period], agency_id=agency_id, month=period)


def _part(
    found: queries.AgencySettlement,
    currency: str,
    names: Mapping[int, str],
    scopes: Mapping[int, frozenset[str]],
) -> dict[str, Any]:
    rows = [row for row in found.creators if row.currency == currency]
    whole = queries.sum_parts(rows, currency)
    every_open = all(_opens(scopes, row.creator_id, "income") for row in rows)
    return {
        "currency": currency,
        "tiles": [_reading(whole, name) for name in TILES],
        "columns": COLUMNS,
        "rows": [
            {
                "name": _name(row.creator_id, names),
                "creator_id": row.creator_id,
                "cells": _cells(row, is_open=_opens(scopes, row.creator_id, "income")),
            }
            for row in rows
        ],
        # A sum over locked cells would give them away.
        "whole": _cells(whole, is_open=every_open),
        "bridges": [each for each in found.bridges if each.currency == currency],
    }


def _cells(row: CreatorPart, *, is_open: bool) -> list[dict[str, Any]]:
    return [
        {"reading": _reading(row, name), "is_locked": name in INCOME_ONLY and not is_open}
        for name in COLUMNS
    ]


def _reading(row: CreatorPart, name: str) -> Reading:
    metric = queries.get_metric(name)
    currency = row.currency if metric.unit in {"money", "micro"} else ""
    return Reading(metric=metric, value=getattr(row, name), currency=currency)


def _opens(scopes: Mapping[int, frozenset[str]], creator_id: int | None, scope: str) -> bool:
    """Whether the agency may see this of a creator; what belongs to no creator is its own."""
    return creator_id is None or scope in scopes.get(creator_id, frozenset())


def _names(ids: set[int | None]) -> dict[int, str]:
    known = people.list_creators().filter(pk__in=[each for each in ids if each is not None])
    return dict(known.values_list("pk", "name"))


def _name(creator_id: int | None, names: Mapping[int, str]) -> str:
    if creator_id is None:
        return _("No single creator")
    return names.get(creator_id, _("A creator who is not here"))


def _stated(found: queries.AgencySettlement, period: str) -> frozenset[str]:
    """In which currencies the month's statement of the agency is there to be opened."""
    payees = {bridge.payee_id for bridge in found.bridges}
    rows = statements.list_statements().filter(payee_id__in=payees, period=period)
    return frozenset(rows.values_list("currency", flat=True)) if payees else frozenset()


def _columns(org: str, period: str, stated: frozenset[str]) -> tuple[Column, ...]:
    def to_line(row: Shown) -> str | None:
        if not row.is_open or row.line.currency not in stated:
            return None
        return reverse("statements.agency_why", args=[org, period, row.address])

    return (
        Column(name="creator", label=_("Creator"), value=lambda row: row.name),
        Column(name="kind", label=_("Kind"), value=lambda row: str(KINDS[row.line.kind])),
        Column(
            name="order_line",
            label=_("Order line"),
            kind="number",
            value=lambda row: row.line.line_id if row.is_open else None,
            is_in_files_only=True,
        ),
        Column(name="key", label=_("Line"), kind="code", value=_key, href=to_line),
        Column(
            name="of",
            label=_("Of"),
            kind="money",
            value=lambda row: (
                (row.line.gross_micro // queries.MICRO, row.line.currency)
                if row.line.gross_micro and row.is_open and row.is_income_open
                else None
            ),
            hint=_("The direct part, pool share or award that it is a part of"),
        ),
        Column(
            name="split",
            label=_("Rate"),
            kind="rate",
            value=lambda row: row.line.split_ppm or None,
            hint=_("The agency's part by the contract when the buyer paid"),
        ),
        Column(
            name="part",
            label=_("Your part"),
            kind="money",
            value=lambda row: (whole_minor(row.line.micro), row.line.currency),
        ),
        Column(
            name="part_micro",
            label=_("Exact"),
            kind="number",
            value=lambda row: row.line.micro,
            hint=_("In millionths of the minor unit; these add up to the statement"),
        ),
        Column(name="state", label=_("State"), kind="badge", value=lambda row: row.state),
    )


def _key(row: Shown) -> str:
    return row.line.line_key if row.is_open else str(_WITHHELD)


def _platform_columns(names: Mapping[int, str]) -> tuple[Column, ...]:
    return (
        Column(
            name="agency",
            label=_("Agency"),
            value=lambda row: (
                names.get(row.agency_id, _("An agency that is not here"))
                if row.agency_id
                else _("Creators without agency")
            ),
        ),
        *(_platform_column(name) for name in PLATFORM),
        *(_exact_column(name) for name in PLATFORM[1:]),
    )


def _platform_column(name: str) -> Column:
    metric = queries.get_metric(name)
    if metric.unit == "count":
        return Column(name=name, label=str(metric), kind="number", hint=str(metric.formula))
    return Column(
        name=name,
        label=str(metric),
        kind="money",
        value=lambda row: (whole_minor(getattr(row, name)), row.currency),
        hint=str(metric.formula),
    )


def _exact_column(name: str) -> Column:
    """The same in millionths, for files."""
    return Column(
        name=f"{name}_micro",
        label=str(queries.get_metric(name)),
        kind="number",
        value=lambda row: getattr(row, name),
        is_in_files_only=True,
    )
