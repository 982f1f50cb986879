"""Money back: asked for by the buyer, answered by the shop, never above what was paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations import clean_line
from wavepool.domains.orders import queries
from wavepool.domains.orders.models import (
    AMOUNT_MAX,
    Cancellation,
    Order,
    OrderLine,
    Payback,
    PaymentAttempt,
    Refund,
    RefundRequest,
)
from wavepool.domains.orders.operations import notices
from wavepool.domains.orders.operations.providers import PaymentProvider
from wavepool.plumbing import audit
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.ids import new_id

#: A shop that does not answer a request within this has granted it.
ANSWER_WITHIN: Final = timedelta(days=5)


class RefundAbovePaid(PlatformError):
    """More is asked back than was paid and not yet given back."""

    kind = "orders.refund_above_paid"
    status: ClassVar[int] = 422

    def __init__(self, *, asked_minor: int, most_minor: int) -> None:
        super().__init__(_("This is more than can be given back on it."), pointer="/amount")
        self.asked_minor = asked_minor
        self.most_minor = most_minor


class NothingPaid(PlatformError):
    """A line that was paid zero is called off, not refunded."""

    kind = "orders.nothing_paid"

    def __init__(self) -> None:
        super().__init__(_("Nothing was paid for this; it can be called off instead."))


class LineWasPaid(PlatformError):
    """A line for which money was paid is refunded, not called off."""

    kind = "orders.line_was_paid"

    def __init__(self) -> None:
        super().__init__(_("Money was paid for this; ask for it back instead."))


class RefundUnderway(PlatformError):
    """One request at a time for a line."""

    kind = "orders.refund_underway"

    def __init__(self) -> None:
        super().__init__(_("A request for this waits for the shop's answer."))


class RequestAnswered(PlatformError):
    """It was answered before."""

    kind = "orders.request_answered"

    def __init__(self, state: str) -> None:
        super().__init__(_("This request was answered already."))
        self.state = state


def ask_refund(
    *,
    order_id: str,
    line_id: int,
    amount_minor: int,
    reason: str,
    actor: Actor,
    as_of: datetime,
) -> RefundRequest:
    """Ask a shop for money back on a line of one's own order.

    Raises:
        NotFound: the actor has no such order or line.
        NothingPaid: it was paid zero.
        RefundAbovePaid: more than can still be given back.
        RefundUnderway: an earlier request waits.
        BadText: the reason is empty or unreadable.
    """
    text = clean_line(reason, field="reason", length=400)
    with transaction.atomic():
        order = queries.access_order(order_id, account_id=actor.account_id)
        line = lock_line(line_id, order_id=order.pk)
        if line.paid_minor == 0:
            raise NothingPaid
        if not 1 <= amount_minor <= line.refundable_minor:
            raise RefundAbovePaid(asked_minor=amount_minor, most_minor=line.refundable_minor)
        if RefundRequest.objects.filter(line=line, state=RefundRequest.State.ASKED).exists():
            raise RefundUnderway
        request = RefundRequest.objects.create(
            public_id=new_id("rf"),
            line=line,
            amount_minor=amount_minor,
            reason=text,
            asked_at=as_of,
            answer_due_at=as_of + ANSWER_WITHIN,
        )
        notices.tell_refund_asked(request, order, at=as_of)
        audit.record(
            kind="orders.refund_asked",
            subject=request.public_id,
            actor=actor,
            at=as_of,
            data={"order": order.public_id, "amount_minor": amount_minor},
        )
        return request


def grant_refund(
    *, request_id: str, shop_id: int, answer: str = "", actor: Actor, as_of: datetime
) -> Refund:
    """Give the money back that a buyer asked for.

    Raises:
        NotFound: there is no such request to this shop.
        RequestAnswered: it was answered before.
        RefundAbovePaid: meanwhile more was given back in other ways.
    """
    with transaction.atomic():
        request = _lock_request(request_id, shop_id=shop_id)
        return _grant(request, answer=answer, actor=actor, as_of=as_of)


def refuse_refund(
    *, request_id: str, shop_id: int, answer: str, actor: Actor, as_of: datetime
) -> RefundRequest:
    """Decline, with the reason that the buyer reads; a complaint remains open to them.

    Raises:
        NotFound: there is no such request to this shop.
        RequestAnswered: it was answered before.
        BadText: the answer is empty or unreadable.
    """
    text = clean_line(answer, field="answer", length=400)
    with transaction.atomic():
        request = _lock_request(request_id, shop_id=shop_id)
        _answer(request, RefundRequest.State.REFUSED, text, as_of=as_of)
        notices.tell_refund_answered(request, at=as_of)
        audit.record(
            kind="orders.refund_refused",
            subject=request_id,
            actor=actor,
            at=as_of,
            data={"answer": text},
        )
        return request


def grant_unanswered(*, actor: Actor, as_of: datetime, most: int = 200) -> int:
    """Grant requests that shops left unanswered in time; tell how many."""
    late = RefundRequest.objects.filter(
        state=RefundRequest.State.ASKED, answer_due_at__lte=as_of
    ).values_list("public_id", "line__order__shop_id")
    granted = 0
    for request_id, shop_id in list(late.order_by("pk")[:most]):
        with transaction.atomic():
            request = _lock_request(request_id, shop_id=shop_id)
            if request.state == RefundRequest.State.ASKED:
                _grant(request, answer="", actor=actor, as_of=as_of)
                granted += 1
    return granted


def record_refund(
    *,
    line: OrderLine,
    refund_minor: int,
    refunded_at: datetime,
    as_of: datetime,
    request: RefundRequest | None = None,
    external_id: str = "",
) -> Refund:
    """Add a refund as a fact, in the caller's transaction; all of a line's fit into what was paid.

    Raises:
        RefundAbovePaid: they would not.
    """
    fits = OrderLine.objects.filter(pk=line.pk, refunded_minor__lte=F("paid_minor") - refund_minor)
    if not 0 <= refund_minor <= AMOUNT_MAX or not fits.update(
        refunded_minor=F("refunded_minor") + refund_minor
    ):
        line.refresh_from_db(fields=["refunded_minor"])
        raise RefundAbovePaid(asked_minor=refund_minor, most_minor=line.refundable_minor)
    refund = Refund.objects.create(
        line=line,
        request=request,
        external_id=external_id,
        refund_minor=refund_minor,
        refunded_at=refunded_at,
        known_at=as_of,
    )
    whole = Order.objects.filter(pk=line.order_id)
    whole.update(refunded_minor=F("refunded_minor") + refund_minor)
    # Nothing of it was sent and nothing of it is left to pay for: it is off.
    whole.filter(state=Order.State.PAID, refunded_minor=F("total_minor")).update(
        state=Order.State.CANCELLED
    )
    return refund


def cancel_line(*, order_id: str, line_id: int, actor: Actor, as_of: datetime) -> Cancellation:
    """Call a line off for which nothing was paid; the buyer's own, before it is sent.

    Raises:
        NotFound: the actor has no such order or line, or it is sent or called off already.
        LineWasPaid: money was paid for it.
    """
    with transaction.atomic():
        order = queries.access_order(order_id, account_id=actor.account_id)
        line = lock_line(line_id, order_id=order.pk)
        if order.state != Order.State.PAID:
            raise NotFound(_("There is nothing to call off."))
        cancelled = record_cancellation(line=line, cancelled_at=as_of, as_of=as_of)
        audit.record(
            kind="orders.line_cancelled",
            subject=order.public_id,
            actor=actor,
            at=as_of,
            data={"line": line.pk},
        )
        return cancelled


def record_cancellation(
    *, line: OrderLine, cancelled_at: datetime, as_of: datetime
) -> Cancellation:
    """Add a cancellation as a fact, in the caller's transaction.

    Raises:
        LineWasPaid: money was paid for it.
        NotFound: it is called off already.
    """
    if line.paid_minor:
        raise LineWasPaid
    if Cancellation.objects.filter(line=line).exists():
        raise NotFound(_("There is nothing to call off."))
    made = Cancellation.objects.create(line=line, cancelled_at=cancelled_at, known_at=as_of)
    left = OrderLine.objects.filter(order=line.order_id, cancellation=None)
    if (
        not left.filter(paid_minor__gt=F("refunded_minor")).exists()
        and not left.filter(paid_minor=0).exists()
    ):
        Order.objects.filter(pk=line.order_id, state=Order.State.PAID).update(
            state=Order.State.CANCELLED
        )
    return made


def pay_back_open(*, provider: PaymentProvider, as_of: datetime, most: int = 200) -> int:
    """Send refunds through the provider until it did each of them, once; tell how many it did."""
    rows = Payback.objects.filter(state=Payback.State.OPEN, attempt__provider=provider.name)
    keys = list(rows.order_by("pk").values_list("public_id", flat=True)[:most])
    return sum(pay_back(payback_id=key, provider=provider, as_of=as_of) for key in keys)


def pay_back(*, payback_id: str, provider: PaymentProvider, as_of: datetime) -> bool:
    """Ask the provider for one refund, outside any transaction; tell whether it is done."""
    payback = Payback.objects.select_related("attempt", "refund").get(public_id=payback_id)
    outcome = provider.pay_back(
        key=payback.public_id,
        charge_key=payback.attempt.public_id,
        amount_minor=payback.refund.refund_minor,
        currency=payback.attempt.currency,
        at=as_of,
    )
    is_done = outcome.kind == "paid"
    said = {"tries": F("tries") + 1, "why": outcome.why[:200]}
    if is_done:
        said |= {"state": Payback.State.DONE, "done_at": as_of}
    Payback.objects.filter(pk=payback.pk, state=Payback.State.OPEN).update(**said)
    return is_done


def lock_line(line_id: int, *, order_id: int) -> OrderLine:
    """A paid line of an order, held until the transaction ends.

    Raises:
        NotFound: the order has no such line, or it is not paid.
    """
    rows = OrderLine.objects.select_for_update(of=("self",))
    line = rows.filter(pk=line_id, order_id=order_id, paid_at__isnull=False).first()
    if line is None:
        raise NotFound(_("This order has no such line."))
    return line


def _grant(request: RefundRequest, *, answer: str, actor: Actor, as_of: datetime) -> Refund:
    _answer(request, RefundRequest.State.GRANTED, answer.strip()[:400], as_of=as_of)
    line = request.line
    refund = record_refund(
        line=line,
        refund_minor=request.amount_minor,
        refunded_at=as_of,
        as_of=as_of,
        request=request,
    )
    attempt = PaymentAttempt.objects.filter(
        purchase__orders=line.order_id, state=PaymentAttempt.State.PAID
    ).first()
    if attempt is not None:
        Payback.objects.create(public_id=new_id("pb"), refund=refund, attempt=attempt)
    notices.tell_refund_answered(request, at=as_of)
    audit.record(
        kind="orders.refund_granted",
        subject=request.public_id,
        actor=actor if actor.is_known else MACHINE,
        at=as_of,
        data={"refund_minor": request.amount_minor},
    )
    return refund


def _answer(request: RefundRequest, state: str, text: str, *, as_of: datetime) -> None:
    """Answer once, by one statement that carries its own condition."""
    waiting = RefundRequest.objects.filter(pk=request.pk, state=RefundRequest.State.ASKED)
    if not waiting.update(state=state, answer=text, answered_at=as_of):
        raise RequestAnswered(request.state)
    request.refresh_from_db()


def _lock_request(request_id: str, *, shop_id: int) -> RefundRequest:
    rows = RefundRequest.objects.select_for_update(of=("self",)).select_related("line")
    request = rows.filter(public_id=request_id, line__order__shop_id=shop_id).first()
    if request is None:
        raise NotFound(_("There is no such request."))
    return request
