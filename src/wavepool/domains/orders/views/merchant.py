"""A shop's orders and complaints: send, give back, answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.orders import forms, operations, queries
from wavepool.domains.orders.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("merchant")
def orders(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """Orders that the shop was paid for."""
    page = read_list(
        request,
        queries.orders_of_shop(request.workspace.party_id),
        columns=(
            lists.order_column("orders.merchant_order", shop),
            Column(
                name="source",
                label=gettext_lazy("Placed in"),
                value=lambda order: str(order.get_source_display()),
            ),
            *lists.money_columns(),
            lists.state_column(),
            lists.placed_column(),
        ),
        filters=(lists.order_state_filter(),),
        sort="-placed",
    )
    return respond(request, page, "orders/merchant_orders.html", {"shop": shop}, export=export)


@access("merchant")
def order(request: PlatformRequest, shop: str, order: str) -> HttpResponse:  # noqa: ARG001
    """One order: where it goes, what is in it, what the buyer asks for."""
    return _page(request, order, forms.ShipForm())


@access("merchant")
@require_POST
def ship(request: PlatformRequest, shop: str, order: str) -> HttpResponse:
    """The goods are on their way."""
    shop_id = request.workspace.party_id
    queries.access_shop_order(order, shop_id=shop_id)
    form = forms.ShipForm(request.POST)
    if form.is_valid():
        try:
            operations.ship_order(
                order_id=order,
                shop_id=shop_id,
                actor=request.actor,
                as_of=clock.now(),
                **form.cleaned_data,
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Noted. The buyer sees it."))
            return redirect("orders.merchant_order", shop, order)
    return _page(request, order, form)


@access("merchant", write="finance")
@require_POST
def answer_refund(
    request: PlatformRequest, shop: str, order: str, refund: str, to: str
) -> HttpResponse:
    """Give the money back, or say why not."""
    shop_id = request.workspace.party_id
    queries.access_shop_order(order, shop_id=shop_id)
    found = queries.access_request(refund, shop_id=shop_id)
    deeds: dict[str, Callable[..., Any]] = {
        "grant": operations.grant_refund,
        "refuse": operations.refuse_refund,
    }
    form = forms.AnswerForm(request.POST)
    try:
        deeds[to](
            request_id=found.public_id,
            shop_id=shop_id,
            answer=form.cleaned_data["answer"] if form.is_valid() else "",
            actor=request.actor,
            as_of=clock.now(),
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Answered. The buyer sees it."))
    return redirect("orders.merchant_order", shop, order)


@access("merchant")
def complaints(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """What buyers complain about, and until when an answer is due."""
    page = read_list(
        request,
        queries.complaints_of_shop(request.workspace.party_id),
        columns=lists.complaint_columns(
            lambda each: reverse("orders.merchant_complaint", args=[shop, each.public_id])
        ),
        filters=(lists.complaint_state_filter(),),
        sort="-opened",
    )
    return respond(request, page, "orders/merchant_complaints.html", {"shop": shop}, export=export)


@access("merchant")
def complaint(request: PlatformRequest, shop: str, complaint: str) -> HttpResponse:
    """One complaint, and the answer to it."""
    found = queries.access_shop_complaint(complaint, shop_id=request.workspace.party_id)
    form = forms.TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_complaint(
                complaint_id=complaint,
                shop_id=request.workspace.party_id,
                text=form.cleaned_data["text"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Answered. The buyer sees it."))
            return redirect("orders.merchant_complaint", shop, complaint)
    context = {
        "complaint": found,
        "state": queries.complaint_state(found),
        "form": form,
        "order_href": reverse("orders.merchant_order", args=[shop, found.line.order.public_id]),
        "back": reverse("orders.merchant_complaints", args=[shop]),
        "can_answer": found.state == "opened" and request.workspace.can_operate,
    }
    status = 422 if form.errors else 200
    return render(request, "orders/complaint.html", context, status=status)


def _page(request: PlatformRequest, order: str, form: Any) -> HttpResponse:
    found = queries.access_shop_order(order, shop_id=request.workspace.party_id)
    rows = [
        {
            "line": line,
            "requests": [
                {
                    "request": each,
                    "state": queries.request_state(each),
                    "form": forms.AnswerForm(auto_id=f"answer-{each.pk}-%s"),
                }
                for each in line.refund_requests.all()
            ],
            "complaints": [(each, queries.complaint_state(each)) for each in line.complaints.all()],
        }
        for line in queries.list_lines(found)
    ]
    context = {
        "order": found,
        "state": queries.order_state(found),
        "steps": queries.order_steps(found),
        "rows": rows,
        "form": form,
        "can_ship": found.state == "paid" and request.workspace.can_operate,
    }
    status = 422 if form.errors else 200
    return render(request, "orders/merchant_order.html", context, status=status)


@card_of("merchant")
def waiting_cards(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """What waits for the shop: goods to send, complaints to answer."""
    slug = workspace.slug
    sends = queries.orders_of_shop(workspace.party_id).filter(state="paid").count()
    yield HomeCard(
        label=_("Orders to send"),
        value=sends,
        hint=_("Paid, and not on their way yet."),
        href=f"{reverse('orders.merchant_orders', args=[slug])}?state=paid",
    )
    waiting = queries.complaints_of_shop(workspace.party_id).filter(state="opened").count()
    yield HomeCard(
        label=_("Complaints to answer"),
        value=waiting,
        hint=_("A shop that is silent for three days finds them with our staff."),
        href=f"{reverse('orders.merchant_complaints', args=[slug])}?state=opened",
    )
