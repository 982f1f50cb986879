"""Lines as a creator, an agency and a shop see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from wavepool.domains.credits import queries
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

PAID: Final = Column(
    name="paid", label=_("Paid"), kind="time", value=lambda line: line.paid_at, sort="paid_at"
)
STATE: Final = Column(name="state", label=_("State"), kind="badge", value=queries.state_of_line)
LINE: Final = Column(name="line_id", label=_("Line"), kind="code")
ITEM: Final = Column(name="item", label=_("Item"), value=lambda line: line.item.title)
SHOP: Final = Column(name="shop", label=_("Shop"), value=lambda line: line.shop.name)
CREATOR: Final = Column(name="creator", label=_("Creator"), value=lambda line: line.creator.name)


def _money(name: str, label: Any, *, hint: Any = "", sort: str | None = None) -> Column:
    return Column(
        name=name.removesuffix("_minor"),
        label=label,
        kind="money",
        value=lambda line: (getattr(line, name), line.currency),
        hint=hint,
        sort=sort,
    )


ORDER: Final = _money("paid_minor", _("Order"), hint=_("What the buyer paid, before refunds"))
COMMISSION: Final = _money(
    "commission_minor", _("Commission"), hint=_("The fee base times the plan's rate")
)
FILTERS: Final = (
    Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in queries.line_state_choices()),
    ),
    Filter(
        name="period",
        label=_("Month"),
        apply=lambda rows, value: rows.filter(period=value),
    ),
)


@access("studio", read="finance")
def studio_lines(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Every order that brought the creator something, seconds after it was paid."""

    def to_line(line: Any) -> str:
        return reverse("credits.studio_line", args=[handle, line.line_id])

    page = read_list(
        request,
        queries.lines_of_creator(request.workspace.party_id),
        columns=(
            Column(
                name="paid",
                label=_("Paid"),
                kind="time",
                value=lambda line: line.paid_at,
                sort="paid_at",
                href=to_line,
            ),
            ITEM,
            STATE,
            _money("kept_minor", _("You get"), sort="kept_minor",
                   hint=_("Your direct part after the agency's, before refunds")),
            _money("pool_minor", _("Into the pool"),
                   hint=_("Shared at the month's end by the value of everybody's content")),
            Column(name="why", label=_("Why"), value=queries.sentence_of, is_in_files_only=True),
            _money("agency_minor", _("Agency"), hint=_("The agency's part of your direct part")),
            ORDER,
            COMMISSION,
            LINE,
        ),
        filters=FILTERS,
        sort="-paid",
    )  # fmt: skip
    return respond(request, page, "credits/studio_lines.html", {"handle": handle}, export=export)


@access("studio", read="finance")
@require_GET
def studio_line(request: PlatformRequest, handle: str, line: int) -> HttpResponse:
    """One line: its sentence, the way from piece over click to order, and every number."""
    found = queries.access_line(line, creator_id=request.workspace.party_id)
    context = {
        "handle": handle,
        "line": found,
        "state": queries.state_of_line(found),
        "sentence": queries.sentence_of(found),
        "outcome": queries.outcome_label(found),
        "path": queries.path_of(found),
        "steps": queries.steps_of(found),
    }
    return render(request, "credits/studio_line.html", context)


@access("agency", read="finance")
def agency_lines(request: PlatformRequest, org: str, export: str = "") -> HttpResponseBase:
    """Every order of the roster of which the agency has a part."""
    own = _money("agency_minor", _("Your part"), hint=_("By the contract as of payment"))
    page = _list(request, queries.lines_of_agency, (PAID, CREATOR, ITEM, STATE, own, LINE))
    return respond(request, page, "credits/agency_lines.html", {"org": org}, export=export)


@access("merchant", read="finance")
def merchant_lines(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """Every order on which the shop owes commission, and to whom it goes."""
    columns = (
        PAID,
        ITEM,
        CREATOR,
        STATE,
        ORDER,
        COMMISSION,
        _money("direct_minor", _("To the creator"), hint=_("The creator's and the agency's part")),
        _money("pool_minor", _("Into the pool")),
        _money("fee_minor", _("Platform fee")),
        LINE,
    )
    page = _list(request, queries.lines_of_shop, columns)
    return respond(request, page, "credits/merchant_lines.html", {"shop": shop}, export=export)


@card_of("studio")
def month_so_far(workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """What this month's orders bring so far, as the lines say it."""
    if not workspace.can_finance:
        return
    period = at.astimezone(ZoneInfo(settings.OPERATOR_ZONE)).strftime("%Y-%m")
    for currency, sum_minor in queries.sum_of_creator(workspace.party_id, period=period).items():
        yield HomeCard(
            label=_("Direct commission this month"),
            value=(sum_minor, currency),
            hint=_("From orders paid this month, estimates included, before refunds"),
            href=reverse("credits.studio_lines", args=[workspace.slug]),
        )


def _list(
    request: PlatformRequest, rows_of: Callable[[int], Any], columns: tuple[Column, ...]
) -> Any:
    rows = rows_of(request.workspace.party_id)
    return read_list(request, rows, columns=columns, filters=FILTERS, sort="-paid")
