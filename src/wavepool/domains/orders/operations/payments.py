"""Paying: an intent is written, the provider is called outside any transaction, its answer is kept.

Killed between the steps, or without an answer, an attempt stays open. While it
does there is no second one, so nobody pays twice; `settle_open_payments` asks
the provider, which knows, until it says paid or refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models import PaymentAttempt, Purchase
from wavepool.domains.orders.operations.paying import mark_paid
from wavepool.domains.orders.operations.providers import Outcome, PaymentProvider
from wavepool.plumbing import audit
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.ids import new_id

#: An intent younger than this is most likely still being called.
CALL_TAKES: Final = timedelta(minutes=2)


class PaymentOpen(PlatformError):
    """A payment has no answer yet; paying again could pay twice."""

    kind = "orders.payment_open"

    def __init__(self) -> None:
        super().__init__(_("A payment is still open. Do not pay again; we ask the provider."))


class AlreadyPaid(PlatformError):
    """It is paid."""

    kind = "orders.already_paid"

    def __init__(self) -> None:
        super().__init__(_("This purchase is paid already."))


class PurchaseLapsed(PlatformError):
    """Its goods are no longer set aside."""

    kind = "orders.purchase_lapsed"

    def __init__(self) -> None:
        super().__init__(_("The time to pay is over and the goods went back on sale."))


def pay(
    *, purchase_id: str, instrument: str, provider: PaymentProvider, actor: Actor, as_of: datetime
) -> PaymentAttempt:
    """Pay for a purchase of the actor's.

    Raises:
        NotFound: there is none, or the provider offers no such way to pay.
        AlreadyPaid, PaymentOpen, PurchaseLapsed: it cannot be paid (again).
    """
    if instrument not in {each.name for each in provider.instruments()}:
        raise NotFound(_("Choose a way to pay."))
    attempt = begin_payment(
        purchase_id=purchase_id,
        instrument=instrument,
        provider_name=provider.name,
        actor=actor,
        as_of=as_of,
    )
    outcome = provider.charge(
        key=attempt.public_id,
        instrument=instrument,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        at=as_of,
    )
    return settle_payment(attempt_id=attempt.public_id, outcome=outcome, actor=actor, as_of=as_of)


def begin_payment(
    *, purchase_id: str, instrument: str, provider_name: str, actor: Actor, as_of: datetime
) -> PaymentAttempt:
    """Write down that the provider is going to be called, before it is.

    Raises:
        NotFound: the actor has no such purchase.
        AlreadyPaid, PaymentOpen, PurchaseLapsed: it cannot be paid (again).
    """
    with transaction.atomic():
        rows = Purchase.objects.select_for_update(of=("self",))
        purchase = rows.filter(public_id=purchase_id, account_id=actor.account_id or 0).first()
        if purchase is None:
            raise NotFound(_("There is no such purchase."))
        if purchase.state == Purchase.State.PAID:
            raise AlreadyPaid
        if purchase.state == Purchase.State.PAYING:
            raise PaymentOpen
        if purchase.state == Purchase.State.LAPSED or as_of >= purchase.pay_until:
            raise PurchaseLapsed
        unpaid = Purchase.objects.filter(pk=purchase.pk, state=Purchase.State.UNPAID)
        if not unpaid.update(state=Purchase.State.PAYING):
            raise PaymentOpen
        return PaymentAttempt.objects.create(
            public_id=new_id("pay"),
            purchase=purchase,
            provider=provider_name,
            instrument=instrument,
            amount_minor=purchase.total_minor,
            currency=purchase.currency,
            started_at=as_of,
        )


def settle_payment(
    *, attempt_id: str, outcome: Outcome, actor: Actor, as_of: datetime
) -> PaymentAttempt:
    """Keep what the provider said. What is final stays: late and repeated answers change nothing.

    Raises:
        NotFound: there is no such attempt.
    """
    with transaction.atomic():
        attempt = PaymentAttempt.objects.filter(public_id=attempt_id).first()
        if attempt is None:
            raise NotFound(_("There is no such payment."))
        # Whoever settles holds the purchase, so paying and settling take turns.
        purchase = Purchase.objects.select_for_update().get(pk=attempt.purchase_id)
        still_open = PaymentAttempt.objects.filter(pk=attempt.pk, state__in=PaymentAttempt.OPEN)
        ended_at = None if outcome.kind == "unknown" else as_of
        if still_open.update(state=outcome.kind, why=outcome.why[:200], ended_at=ended_at):
            _follow(attempt, purchase, outcome, actor=actor, as_of=as_of)
        attempt.refresh_from_db()
        return attempt


def settle_open_payments(*, provider: PaymentProvider, as_of: datetime, most: int = 200) -> int:
    """Ask the provider what became of payments without an answer; tell how many it settled."""
    rows = PaymentAttempt.objects.filter(
        state__in=PaymentAttempt.OPEN, provider=provider.name, started_at__lte=as_of - CALL_TAKES
    )
    keys = list(rows.order_by("pk").values_list("public_id", flat=True)[:most])
    return sum(
        ask_provider(attempt_id=key, provider=provider, actor=MACHINE, as_of=as_of)
        in {"paid", "refused"}
        for key in keys
    )


def ask_provider(
    *, attempt_id: str, provider: PaymentProvider, actor: Actor, as_of: datetime
) -> str:
    """Look a payment up and keep the answer; gives its state. What a callback leads to as well.

    A callback is a hint and never believed: whatever it says, however often and in
    whatever order, the provider is asked.

    Raises:
        NotFound: there is no such attempt.
    """
    attempt = PaymentAttempt.objects.filter(public_id=attempt_id, provider=provider.name).first()
    if attempt is None:
        raise NotFound(_("There is no such payment."))
    if attempt.state not in PaymentAttempt.OPEN:
        return str(attempt.state)
    outcome = provider.look_up(key=attempt.public_id, at=as_of)
    settled = settle_payment(attempt_id=attempt_id, outcome=outcome, actor=actor, as_of=as_of)
    return str(settled.state)


def _follow(
    attempt: PaymentAttempt, purchase: Purchase, outcome: Outcome, *, actor: Actor, as_of: datetime
) -> None:
    """What an answer means for the purchase."""
    if outcome.kind == "paid":
        told = outcome.paid_at or as_of
        paid_at = min(max(told, attempt.started_at), max(as_of, attempt.started_at))
        mark_paid(purchase, paid_at=paid_at, actor=actor, as_of=as_of)
    elif outcome.kind == "refused":
        Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.UNPAID)
        audit.record(
            kind="orders.payment_refused",
            subject=attempt.public_id,
            actor=actor,
            at=as_of,
            data={"why": outcome.why[:200]},
        )
