"""When the money of each order leaves, as its creator sees it, and how far it is trusted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("studio", read="finance")
def studio_paydays(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Lines that are not final yet, each with its payday; sums by payday; trust and its facts."""
    now = clock.now()
    creator_id = request.workspace.party_id
    assert creator_id is not None, "a studio is a creator's"
    forecast = queries.forecast_at(now)
    page = read_list(
        request,
        queries.lines_to_come(creator_id),
        columns=_columns(handle, forecast),
        sort="-paid",
    )
    if export:
        return respond(request, page, "statements/studio_paydays.html", {}, export=export)
    payee = people.find_payee(party="creator", party_id=creator_id, at=now)
    context: dict[str, Any] = {
        "handle": handle,
        "sums": queries.sums_by_payday(creator_id, forecast),
        "payee": payee,
        "found": [],
        "trust": None,
    }
    if payee is not None:
        context["found"] = [
            queries.eligibility(payee_id=payee.pk, currency=currency, at=now)
            for currency in queries.currencies_of_payee(payee.pk)
        ]
        review = queries.find_trust_review(payee.pk)
        context["review"] = review
        context["trust"] = queries.state_of_trust(review) if review else None
    return respond(request, page, "statements/studio_paydays.html", context)


def _columns(handle: str, forecast: queries.Forecast) -> tuple[Column, ...]:
    def to_line(line: Any) -> str:
        return reverse("credits.studio_line", args=[handle, line.line_id])

    return (
        Column(name="paid", label=_("Order paid"), kind="time", sort="paid_at",
               value=lambda line: line.paid_at, href=to_line),
        Column(name="item", label=_("Item"), value=lambda line: line.item.title),
        Column(name="kept", label=_("You get"), kind="money", sort="kept_minor",
               value=lambda line: (line.kept_minor, line.currency),
               hint=_("Your direct part after the agency's, before refunds")),
        Column(name="settles", label=_("Settles"), kind="time",
               value=lambda line: line.settle_at,
               hint=_("Receipt of the goods and your waiting time; before, a refund is simple")),
        Column(name="month", label=_("Month"), kind="code",
               value=lambda line: forecast.of(line.settle_at).period,
               hint=_("Whose statement it comes into")),
        Column(name="pays", label=_("When do I get it?"), kind="time",
               value=lambda line: forecast.of(line.settle_at).pays_at,
               hint=_("The day on which that month is paid")),
        Column(name="reason", label=_("Why not known"),
               value=lambda line: forecast.of(line.settle_at).reason),
        Column(name="line_id", label=_("Line"), kind="code"),
    )  # fmt: skip
