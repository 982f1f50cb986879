"""Many at once: the last pieces, the same checkout, the same payment, the same refund.

Each race ends in a check of the books of goods and money, and each check was seen
to fail with its guard taken away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import Reservation, Variant
from wavepool.domains.catalog.operations import reservations
from wavepool.domains.orders import operations
from wavepool.domains.orders.models import Cart, Order, OrderLine, PaymentAttempt, Purchase, Refund
from wavepool.domains.orders.operations import Outcome, payments, refunds
from wavepool.domains.people.models import Account
from wavepool.plumbing.actor import Actor
from worlds.cast import make_cast
from worlds.parallel import run_parallel, shared_store
from worlds.shelf import NOON, make_shelf
from worlds.till import ADDRESS, Till, line_of, make_till

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 8


class CountingProvider:
    """Takes money, and counts how often for which key."""

    name = "counting"

    def __init__(self) -> None:
        self.charged: list[str] = []
        self._lock = threading.Lock()

    def instruments(self) -> tuple[operations.Instrument, ...]:
        return (operations.Instrument(name="pays", label="Pays"),)

    def charge(self, *, key: str, at: datetime, **_: Any) -> Outcome:
        with self._lock:
            self.charged.append(key)
        return Outcome(kind="paid", paid_at=at)

    def look_up(self, **_: Any) -> Outcome:
        return Outcome(kind="unknown")

    def pay_back(self, **_: Any) -> Outcome:
        return Outcome(kind="unknown")


@pytest.fixture
def till(transactional_db: None, tmp_path: Path) -> Till:
    return make_till(make_shelf(make_cast()), tmp_path / "sandbox")


def ask(question: Callable[[], Any]) -> Any:
    """Ask the store in which the threads met."""
    return run_parallel(lambda _turn: question(), [0], threads=1)[0]


def buyers() -> list[Actor]:
    rows = [Account.objects.create_user(f"buyer{n}@example.com") for n in range(BUYERS)]
    return [Actor(account_id=row.pk, name=str(row)) for row in rows]


def try_to_buy(item: Any, actor: Actor) -> str:
    """Whole way of one buyer: cart, address, checkout."""
    cart = operations.open_cart(account_id=actor.account_id, as_of=NOON)
    operations.put_in_cart(
        cart_id=cart.pk, item=item.public_id, sku="CUP-1", quantity=1, as_of=NOON
    )
    operations.save_address(facts=ADDRESS, actor=actor, as_of=NOON)
    try:
        purchase = operations.place_purchase(
            cart_id=cart.pk,
            checkout_key=cart.checkout_key,
            currency="CNY",
            seen_total_minor=4_900,
            actor=actor,
            as_of=NOON,
        )
    except catalog.SoldOut:
        return "sold out"
    return purchase.public_id


def oversold(*, stocked: int) -> int:
    """Pieces that were promised beyond those that there were."""
    held = Reservation.objects.exclude(state="released").aggregate(n=Sum("quantity"))["n"] or 0
    left = Variant.objects.get(sku="CUP-1").stock
    return int(held + left - stocked)


def race_for_the_last(till: Till, folder: Path, *, left: int) -> list[str]:
    Variant.objects.filter(sku="CUP-1").update(stock=left)
    actors = buyers()
    with shared_store(folder):
        found = run_parallel(
            lambda actor: try_to_buy(till.shelf.cup, actor), actors, threads=BUYERS
        )
        found += ask(lambda: [str(oversold(stocked=left)), str(Order.objects.count())])
    return found


class TestTheLastPieces:
    def test_are_sold_once_each(self, till: Till, tmp_path: Path) -> None:
        *bought, over, orders = race_for_the_last(till, tmp_path, left=3)
        assert (bought.count("sold out"), over, orders) == (BUYERS - 3, "0", "3")

    def test_are_oversold_without_the_guard(
        self, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reservations, "_move_out", lambda _pk, _quantity: True)
        *bought, over, _orders = race_for_the_last(till, tmp_path, left=3)
        assert bought.count("sold out") == 0
        assert over == str(BUYERS)


def same_checkout(
    till: Till, folder: Path, *, threads: int = BUYERS, turns: int = BUYERS
) -> list[Any]:
    """The same form, sent many times at once."""
    till.put(till.shelf.cup, 2)
    actor, cart = till.world.actor("dong"), till.cart()
    operations.save_address(facts=ADDRESS, actor=actor, as_of=NOON)

    def send(_turn: int) -> str:
        purchase = operations.place_purchase(
            cart_id=cart.pk,
            checkout_key=cart.checkout_key,
            currency="CNY",
            seen_total_minor=9_800,
            actor=actor,
            as_of=NOON,
        )
        return purchase.public_id

    with shared_store(folder):
        found = run_parallel(send, range(turns), threads=threads)
        counts: list[int] = ask(lambda: [Purchase.objects.count(), Order.objects.count()])
    return [set(found), *counts]


class TestTheSameCheckout:
    def test_is_one_order(self, till: Till, tmp_path: Path) -> None:
        ids, purchases, orders = same_checkout(till, tmp_path)
        assert (len(ids), purchases, orders) == (1, 1, 1)

    def test_is_several_without_its_key(
        self, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the check sees where each sending is a checkout of its own."""
        place, turns = operations.place_purchase, iter(range(BUYERS))

        def keyless(*, cart_id: int, **asked: Any) -> Purchase:
            if next(turns):
                till.put(till.shelf.cup, 2)
            fresh = Cart.objects.get(pk=cart_id).checkout_key
            return place(cart_id=cart_id, **{**asked, "checkout_key": fresh})

        monkeypatch.setattr(operations, "place_purchase", keyless)
        ids, purchases, orders = same_checkout(till, tmp_path, threads=1, turns=3)
        assert (len(ids), purchases, orders) == (3, 3, 3)


def pay_at_once(till: Till, folder: Path, provider: CountingProvider) -> list[str]:
    """One purchase, paid eight times at once."""
    till.put(till.shelf.cup)
    purchase, actor = till.place(), till.world.actor("dong")

    def pay(_turn: int) -> str:
        try:
            operations.pay(
                purchase_id=purchase.public_id,
                instrument="pays",
                provider=provider,
                actor=actor,
                as_of=NOON,
            )
        except (operations.PaymentOpen, operations.AlreadyPaid):
            return "refused"
        return "paid"

    with shared_store(folder):
        found = run_parallel(pay, range(BUYERS), threads=BUYERS)
        found += ask(lambda: [str(PaymentAttempt.objects.count()), Order.objects.get().state])
    return found


class TestTheSamePayment:
    def test_takes_the_money_once(self, till: Till, tmp_path: Path) -> None:
        provider = CountingProvider()
        *said, attempts, state = pay_at_once(till, tmp_path, provider)
        assert (said.count("paid"), attempts, state) == (1, "1", "paid")
        assert len(provider.charged) == 1

    def test_takes_it_again_without_the_guard(
        self, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unguarded(**asked: Any) -> PaymentAttempt:
            purchase = Purchase.objects.get(public_id=asked["purchase_id"])
            return PaymentAttempt(
                public_id=f"pay_{threading.get_ident()}",
                purchase=purchase,
                amount_minor=purchase.total_minor,
                currency="CNY",
                started_at=NOON,
            )

        def believe(*, attempt_id: str, **_: Any) -> str:
            return attempt_id

        monkeypatch.setattr(payments, "begin_payment", unguarded)
        monkeypatch.setattr(payments, "settle_payment", believe)
        provider = CountingProvider()
        pay_at_once(till, tmp_path, provider)
        assert len(provider.charged) == BUYERS


def refund_at_once(till: Till, folder: Path) -> tuple[int, int]:
    """Eight refunds of 30.00 on a line that was paid 98.00; what went back, and how often."""
    line = line_of(till.buy(till.shelf.cup, 2))

    def give(turn: int) -> bool:
        try:
            refunds.record_refund(
                line=line,
                refund_minor=3_000,
                refunded_at=NOON,
                as_of=NOON,
                external_id=f"r{turn}",
            )
        except operations.RefundAbovePaid:
            return False
        return True

    with shared_store(folder):
        found = run_parallel(give, range(BUYERS), threads=BUYERS)
        back = ask(lambda: Refund.objects.aggregate(total=Sum("refund_minor"))["total"])
    return int(back), sum(found)


class TestRefundsAtOnce:
    def test_never_exceed_what_was_paid(self, till: Till, tmp_path: Path) -> None:
        assert refund_at_once(till, tmp_path) == (9_000, 3)

    def test_exceed_it_without_the_guard(
        self, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unguarded(*, line: OrderLine, refund_minor: int, external_id: str, **_: Any) -> None:
            Refund.objects.create(
                line=line,
                external_id=external_id,
                refund_minor=refund_minor,
                refunded_at=NOON,
                known_at=NOON,
            )

        monkeypatch.setattr(refunds, "record_refund", unguarded)
        assert refund_at_once(till, tmp_path) == (24_000, BUYERS)
