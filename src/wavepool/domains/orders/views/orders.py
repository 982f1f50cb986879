"""A buyer's orders: the list, one of them, and everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.orders import forms, operations, queries
from wavepool.domains.orders.views import lists
from wavepool.domains.orders.views.baskets import account_of
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("signed_in")
def orders(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Everything that the account ordered."""
    page = read_list(
        request,
        queries.orders_of_account(account_of(request) or 0),
        columns=(
            lists.order_column("orders.order"),
            Column(name="shop", label=gettext_lazy("Shop"), value=lambda order: order.shop.name),
            *lists.money_columns(),
            lists.state_column(),
            lists.placed_column(),
        ),
        filters=(lists.order_state_filter(),),
        sort="-placed",
    )
    return respond(request, page, "orders/orders.html", {}, export=export)


@access("signed_in")
def order(request: PlatformRequest, order: str) -> HttpResponse:
    """One order: how far it is, its lines, and what can be asked for."""
    return _page(request, order)


@access("signed_in")
@require_POST
def receive(request: PlatformRequest, order: str) -> HttpResponse:
    """The goods are here."""
    return _do(
        request,
        order,
        lambda: operations.receive_order(order_id=order, actor=request.actor, as_of=clock.now()),
        _("Thank you. The shop is told."),
    )


@access("signed_in")
@require_POST
def refund(request: PlatformRequest, order: str) -> HttpResponse:
    """Ask for money back on a line."""
    found = queries.access_order(order, account_id=account_of(request))
    form = forms.RefundForm(request.POST, currency=found.currency)
    return _send(
        request,
        order,
        form,
        lambda said: operations.ask_refund(
            order_id=order,
            line_id=said["line"],
            amount_minor=said["amount"],
            reason=said["reason"],
            actor=request.actor,
            as_of=clock.now(),
        ),
        _("Sent. The shop has five days to answer."),
    )


@access("signed_in")
@require_POST
def cancel(request: PlatformRequest, order: str) -> HttpResponse:
    """Call a line off for which nothing was paid."""
    line = request.POST.get("line", "")
    queries.access_order(order, account_id=account_of(request))
    return _do(
        request,
        order,
        lambda: operations.cancel_line(
            order_id=order,
            line_id=int(line) if line.isdecimal() and len(line) < 19 else 0,
            actor=request.actor,
            as_of=clock.now(),
        ),
        _("It is called off."),
    )


@access("signed_in")
@require_POST
def complain(request: PlatformRequest, order: str) -> HttpResponse:
    """Say what is wrong with a line."""
    queries.access_order(order, account_id=account_of(request))
    return _send(
        request,
        order,
        forms.ComplaintForm(request.POST),
        lambda said: operations.complain(
            order_id=order,
            line_id=said["line"],
            text=said["text"],
            actor=request.actor,
            as_of=clock.now(),
        ),
        _("Sent. If the shop is silent for three days, our staff take it over."),
    )


@access("signed_in")
@require_POST
def rate(request: PlatformRequest, order: str) -> HttpResponse:
    """Rate a line, once."""
    queries.access_order(order, account_id=account_of(request))
    return _send(
        request,
        order,
        forms.RatingForm(request.POST),
        lambda said: operations.rate_line(
            order_id=order,
            line_id=said["line"],
            stars=said["stars"],
            text=said["text"],
            actor=request.actor,
            as_of=clock.now(),
        ),
        _("Thank you for rating it."),
    )


@access("signed_in")
@require_POST
def end_complaint(request: PlatformRequest, order: str, complaint: str, to: str) -> HttpResponse:
    """Say that a complaint is solved, or bring it before our staff."""
    queries.access_order(order, account_id=account_of(request))
    found = queries.access_complaint(complaint, account_id=account_of(request))
    deeds: dict[str, Callable[..., Any]] = {
        "solved": operations.close_complaint,
        "unsolved": operations.escalate_complaint,
    }
    return _do(
        request,
        order,
        lambda: deeds[to](complaint_id=found.public_id, actor=request.actor, as_of=clock.now()),
        _("Noted."),
    )


def _send(
    request: PlatformRequest,
    order: str,
    form: Any,
    deed: Callable[[dict[str, Any]], Any],
    done: str,
) -> HttpResponse:
    """Read a form of one line and do what it asks; refused, the page shows it again."""
    if form.is_valid():
        try:
            deed(form.cleaned_data)
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("orders.order", order)
    return _page(request, order, refused=form)


def _do(request: PlatformRequest, order: str, deed: Callable[[], Any], done: str) -> HttpResponse:
    queries.access_order(order, account_id=account_of(request))
    try:
        deed()
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect("orders.order", order)


def _page(request: PlatformRequest, order: str, *, refused: Any = None) -> HttpResponse:
    found = queries.access_order(order, account_id=account_of(request))
    context = {
        "order": found,
        "state": queries.order_state(found),
        "steps": queries.order_steps(found),
        "rows": [_row(found, line, refused) for line in queries.list_lines(found)],
        "is_paid": found.paid_at is not None,
    }
    return render(request, "orders/order.html", context, status=200 if refused is None else 422)


def _row(order: Any, line: Any, refused: Any) -> dict[str, Any]:
    """A line with what happened to it and the forms that are open for it."""

    def form_of(kind: type[Any], **more: Any) -> Any:
        mine = isinstance(refused, kind) and refused.data.get("line") == str(line.pk)
        name = kind.__name__.lower()
        return (
            refused
            if mine
            else kind(initial={"line": line.pk}, auto_id=f"{name}-{line.pk}-%s", **more)
        )

    complaints = [(each, queries.complaint_state(each)) for each in line.complaints.all()]
    requests = [_request(each) for each in line.refund_requests.all()]
    is_paid = line.paid_at is not None
    waits = any(each["request"].state == "asked" for each in requests)
    can_refund = is_paid and line.refundable_minor > 0 and not waits
    can_complain = is_paid and not any(each.state != "resolved" for each, _state in complaints)
    rating = line.ratings[0] if line.ratings else None
    cancelled = getattr(line, "cancellation", None)
    return {
        "line": line,
        "promise": queries.promise_state(line),
        "requests": requests,
        "complaints": complaints,
        "rating": rating,
        "stars": "★" * (1 + rating.score_ppm // 250_000) if rating else "",
        "cancelled": cancelled,
        "can_cancel": order.state == "paid" and line.paid_minor == 0 and cancelled is None,
        "refund": form_of(forms.RefundForm, currency=order.currency) if can_refund else None,
        "complaint": form_of(forms.ComplaintForm) if can_complain else None,
        "rate": form_of(forms.RatingForm) if order.state == "received" and not rating else None,
        "refused": refused is not None and refused.data.get("line") == str(line.pk),
    }


def _request(request: Any) -> dict[str, Any]:
    refund = getattr(request, "refund", None)
    payback = getattr(refund, "payback", None) if refund else None
    return {
        "request": request,
        "state": queries.request_state(request),
        "payback": queries.payback_state(payback) if payback else None,
    }
