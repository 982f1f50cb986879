"""Orders for the operator's people: all of them, escalated complaints, payments without an answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.orders import forms, operations, queries
from wavepool.domains.orders.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def orders(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Orders of all shops."""
    page = read_list(
        request,
        queries.every_order(),
        columns=(
            lists.order_column("orders.staff_order"),
            Column(name="shop", label=gettext_lazy("Shop"), value=lambda order: order.shop.name),
            *lists.money_columns(),
            lists.state_column(),
            lists.placed_column(),
        ),
        filters=(lists.order_state_filter(),),
        sort="-placed",
    )
    return respond(request, page, "orders/staff_orders.html", {}, export=export)


@access("staff")
def order(request: PlatformRequest, order: str) -> HttpResponse:
    """One order as it stands, with what was in force at its payment."""
    found = queries.get_order(order)
    context = {
        "order": found,
        "state": queries.order_state(found),
        "steps": queries.order_steps(found),
        "lines": [(line, queries.promise_state(line)) for line in queries.list_lines(found)],
    }
    return render(request, "orders/staff_order.html", context)


@access("staff")
def complaints(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Complaints of all shops; those with us come by the filter."""
    page = read_list(
        request,
        queries.every_complaint(),
        columns=(
            *lists.complaint_columns(
                lambda each: reverse("orders.staff_complaint", args=[each.public_id])
            ),
            Column(name="shop", label=gettext_lazy("Shop"), value=lambda each: each.shop.name),
        ),
        filters=(lists.complaint_state_filter(),),
        sort="-opened",
    )
    return respond(request, page, "orders/staff_complaints.html", {}, export=export)


@access("staff")
def complaint(request: PlatformRequest, complaint: str) -> HttpResponse:
    """One complaint, and the ruling on it."""
    found = queries.get_complaint(complaint)
    form = forms.TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.rule_complaint(
                complaint_id=complaint,
                text=form.cleaned_data["text"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Resolved. Both sides see it."))
            return redirect("orders.staff_complaint", complaint)
    context = {
        "complaint": found,
        "state": queries.complaint_state(found),
        "form": form,
        "order_href": reverse("orders.staff_order", args=[found.line.order.public_id]),
        "back": reverse("orders.staff_complaints"),
        "can_answer": found.state == "escalated" and request.workspace.can_operate,
    }
    status = 422 if form.errors else 200
    return render(request, "orders/complaint.html", context, status=status)


@access("staff", read="finance")
def payments(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Payments of which nobody knows yet whether the money moved."""
    page = read_list(
        request,
        queries.open_attempts(),
        columns=(
            Column(
                name="payment",
                label=gettext_lazy("Payment"),
                kind="code",
                value=lambda each: each.public_id,
                href=lambda each: reverse("orders.payment", args=[each.public_id]),
            ),
            Column(name="provider", label=gettext_lazy("Provider")),
            Column(
                name="amount",
                label=gettext_lazy("Amount"),
                kind="money",
                value=lambda each: (each.amount_minor, each.currency),
            ),
            Column(
                name="state",
                label=gettext_lazy("State"),
                kind="badge",
                value=queries.attempt_state,
            ),
            Column(
                name="started",
                label=gettext_lazy("Begun"),
                kind="time",
                value=lambda each: each.started_at,
                sort="pk",
            ),
        ),
        sort="started",
    )
    return respond(request, page, "orders/payments.html", {}, export=export)


@access("staff", read="finance", write="finance")
def payment(request: PlatformRequest, payment: str) -> HttpResponse:
    """One payment: ask the provider; in the sandbox, say first what it shall answer."""
    found = queries.get_attempt(payment)
    if request.method == "POST":
        return _ask(request, found)
    context = {
        "payment": found,
        "state": queries.attempt_state(found),
        "purchase": found.purchase,
        "is_open": found.state in {"intent", "unknown"},
        "can_decide": hasattr(operations.find_provider(), "decide"),
    }
    return render(request, "orders/payment.html", context)


def _ask(request: PlatformRequest, found: Any) -> HttpResponse:
    provider: Any = operations.provider_in_use()
    outcome = request.POST.get("outcome", "")
    if outcome:
        if outcome not in {"paid", "refused"} or not hasattr(provider, "decide"):
            raise NotFound(_("There is no such outcome."))
        provider.decide(key=found.public_id, outcome=outcome)
    state = operations.ask_provider(
        attempt_id=found.public_id, provider=provider, actor=request.actor, as_of=clock.now()
    )
    if state in {"paid", "refused"}:
        messages.success(request, _("The provider answered."))
    else:
        messages.info(request, _("The provider does not know yet either."))
    return redirect("orders.payment", found.public_id)
