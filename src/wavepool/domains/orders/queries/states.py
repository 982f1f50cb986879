"""States as people see them: of orders, payments, refunds, complaints and price promises."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models import (
    Complaint,
    Order,
    OrderLine,
    Payback,
    PaymentAttempt,
    Purchase,
    RefundRequest,
)
from wavepool.plumbing.states import State, Step, Tone

_ORDER_TONES: Final[dict[str, Tone]] = {
    Order.State.UNPAID: "warning",
    Order.State.PAID: "info",
    Order.State.SHIPPED: "info",
    Order.State.RECEIVED: "ok",
}
_ORDER_WHY: Final[dict[str, Any]] = {
    Order.State.LAPSED: _("It was not paid within 30 minutes; the goods went back on sale."),
    Order.State.CANCELLED: _("Nothing of it is left: all was given back or called off."),
}
_REQUEST_TONES: Final[dict[str, Tone]] = {
    RefundRequest.State.ASKED: "warning",
    RefundRequest.State.GRANTED: "ok",
    RefundRequest.State.REFUSED: "error",
}
_COMPLAINT_TONES: Final[dict[str, Tone]] = {
    Complaint.State.OPENED: "warning",
    Complaint.State.ANSWERED: "info",
    Complaint.State.ESCALATED: "error",
    Complaint.State.RESOLVED: "ok",
}
_ATTEMPT_TONES: Final[dict[str, Tone]] = {
    PaymentAttempt.State.INTENT: "warning",
    PaymentAttempt.State.UNKNOWN: "warning",
    PaymentAttempt.State.PAID: "ok",
    PaymentAttempt.State.REFUSED: "error",
}


def order_state(order: Order) -> State:
    """How far an order has come."""
    return State(
        name=order.state,
        label=Order.State(order.state).label,
        tone=_ORDER_TONES.get(order.state, "neutral"),
        why=_ORDER_WHY.get(order.state, ""),
    )


def order_state_choices() -> list[tuple[str, Any]]:
    """Every state of an order and how people call it."""
    return list(Order.State.choices)


def order_steps(order: Order) -> tuple[Step, ...]:
    """The way of an order: paid, sent, received."""
    titles = (_("Paid"), _("Sent by the shop"), _("Received"))
    done = (order.paid_at, order.shipped_at, order.received_at)
    if order.state in {Order.State.LAPSED, Order.State.CANCELLED}:
        stopped = _ORDER_WHY[order.state]
        return tuple(
            Step(title=title, state="done" if at else "blocked", text="" if at else stopped)
            for title, at in zip(titles, done, strict=True)
        )
    open_ones = [n for n, at in enumerate(done) if at is None and not any(done[n + 1 :])]
    now = open_ones[0] if open_ones else -1
    return tuple(
        Step(title=title, state="now" if n == now else "next" if n in open_ones else "done")
        for n, title in enumerate(titles)
    )


def request_state(request: RefundRequest) -> State:
    """Where a request for money back stands, and until when the shop answers."""
    is_open = request.state == RefundRequest.State.ASKED
    return State(
        name=request.state,
        label=RefundRequest.State(request.state).label,
        tone=_REQUEST_TONES[request.state],
        why=_("Without an answer by then it is granted.") if is_open else request.answer,
        until=request.answer_due_at if is_open else None,
    )


def payback_state(payback: Payback) -> State:
    """Whether money is on its way back or there."""
    tone: Tone = "ok" if payback.state == Payback.State.DONE else "info"
    label = Payback.State(payback.state).label
    return State(name=payback.state, label=label, tone=tone)


def complaint_state(complaint: Complaint) -> State:
    """Where a complaint stands, and when a silent shop loses it to our staff."""
    is_open = complaint.state == Complaint.State.OPENED
    return State(
        name=complaint.state,
        label=Complaint.State(complaint.state).label,
        tone=_COMPLAINT_TONES[complaint.state],
        why=_("If the shop is silent until then, our staff take it over.") if is_open else "",
        until=complaint.answer_due_at if is_open else None,
    )


def complaint_state_choices() -> list[tuple[str, Any]]:
    """Every state of a complaint and how people call it."""
    return list(Complaint.State.choices)


def attempt_state(attempt: PaymentAttempt) -> State:
    """What is known of a payment."""
    label = PaymentAttempt.State(attempt.state).label
    return State(
        name=attempt.state, label=label, tone=_ATTEMPT_TONES[attempt.state], why=attempt.why
    )


def purchase_state(purchase: Purchase) -> State:
    """Whether a purchase is paid."""
    tones: dict[str, Tone] = {"unpaid": "warning", "paying": "warning", "paid": "ok"}
    is_open = purchase.state == Purchase.State.UNPAID
    return State(
        name=purchase.state,
        label=Purchase.State(purchase.state).label,
        tone=tones.get(purchase.state, "neutral"),
        why=_("The goods are set aside for you until then.") if is_open else "",
        until=purchase.pay_until if is_open else None,
    )


def promise_state(line: OrderLine) -> State | None:
    """Whether a line was bought at the lowest price of 30 days; None where nobody looked."""
    kept = line.keeps_price_promise
    if kept is None:
        return None
    if kept:
        return State(name="kept", label=_("Lowest price of 30 days"), tone="ok")
    why = _("It had been cheaper within 30 days before.")
    return State(name="broken", label=_("Not the lowest price of 30 days"), why=why)
