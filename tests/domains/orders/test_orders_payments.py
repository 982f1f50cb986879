"""Paying: once, in whatever way the provider answers, or does not."""

from __future__ import annotations

import os
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.catalog.models import Reservation, Variant
from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import (
    Order,
    PaymentAttempt,
    Purchase,
)
from wavepool.domains.orders.operations import Outcome, payments
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.ids import new_id
from worlds.shelf import DAY, NOON
from worlds.till import MINUTE, Till, line_of


def stock(sku: str) -> int:
    return Variant.objects.get(sku=sku).stock


class TestAPayment:
    def test_makes_orders_paid_and_notes_what_was_in_force(self, till: Till) -> None:
        till.shelf.open("shop", 100_000)
        order = till.buy(till.shelf.cup, 2, at=NOON + MINUTE)
        line = line_of(order)
        assert (order.state, order.paid_at, line.paid_at) == ("paid", NOON + MINUTE, NOON + MINUTE)
        digests = [line.plans_digest, line.contracts_digest, line.policy_digest]
        assert [len(each) for each in digests] == [64, 64, 64]
        assert Reservation.objects.get().state == "taken"
        before = line.plans_digest
        till.shelf.open("item", 200_000, item=till.shelf.kettle, at=NOON + 2 * MINUTE)
        later = line_of(till.buy(till.shelf.cup, at=NOON + 3 * MINUTE))
        assert later.plans_digest != before
        assert later.policy_digest == line.policy_digest

    def test_is_found_by_estimates_when_it_is_known(self, till: Till) -> None:
        order = till.buy(till.shelf.cup, at=NOON + MINUTE)
        assert [each.order_id for each in queries.lines_paid_since(NOON + MINUTE)] == [order.pk]
        assert list(queries.lines_paid_since(NOON + 2 * MINUTE)) == []

    def test_that_is_refused_may_be_tried_again(self, till: Till) -> None:
        till.put(till.shelf.cup)
        purchase = till.place()
        assert till.pay(purchase, "refuses").state == "refused"
        assert (Purchase.objects.get().state, stock("CUP-1")) == ("unpaid", 9)
        assert till.pay(purchase).state == "paid"
        with pytest.raises(operations.AlreadyPaid):
            till.pay(purchase)

    @pytest.mark.parametrize(
        ("instrument", "state", "left"),
        [("silent-pays", "paid", 9), ("silent-refuses", "refused", 9), ("silent", "unknown", 9)],
    )
    def test_without_an_answer_is_settled_by_asking(
        self, till: Till, instrument: str, state: str, left: int
    ) -> None:
        till.put(till.shelf.cup)
        purchase = till.place()
        assert till.pay(purchase, instrument).state == "unknown"
        with pytest.raises(operations.PaymentOpen):
            till.pay(purchase)
        late = NOON + 3 * MINUTE
        operations.settle_open_payments(provider=till.provider, as_of=late)
        assert (PaymentAttempt.objects.get().state, stock("CUP-1")) == (state, left)
        # A purchase that may be paid keeps its goods, however late it gets.
        operations.release_unpaid(actor=MACHINE, as_of=NOON + timedelta(hours=9))
        assert stock("CUP-1") == (10 if state == "refused" else 9)

    def test_that_staff_decide_in_the_sandbox_follows_their_word(self, till: Till) -> None:
        till.put(till.shelf.cup)
        attempt = till.pay(till.place(), "silent")
        till.provider.decide(key=attempt.public_id, outcome="paid")
        till.provider.decide(key=attempt.public_id, outcome="refused")
        operations.settle_open_payments(provider=till.provider, as_of=NOON + 3 * MINUTE)
        assert (PaymentAttempt.objects.get().state, Order.objects.get().state) == ("paid", "paid")

    def test_that_died_before_its_call_is_closed_and_takes_nothing(self, till: Till) -> None:
        till.put(till.shelf.cup)
        purchase = till.place()
        intent = operations.begin_payment(
            purchase_id=purchase.public_id,
            instrument="pays",
            provider_name="sandbox",
            actor=till.world.actor("dong"),
            as_of=NOON,
        )
        settle = {"provider": till.provider, "as_of": NOON + MINUTE}
        assert operations.settle_open_payments(**settle) == 0
        settle["as_of"] = NOON + 3 * MINUTE
        assert operations.settle_open_payments(**settle) == 1
        late = till.provider.charge(
            key=intent.public_id,
            instrument="pays",
            amount_minor=4_900,
            currency="CNY",
            at=NOON + 4 * MINUTE,
        )
        assert (late.kind, Purchase.objects.get().state) == ("refused", "unpaid")

    def test_that_died_after_its_call_is_found_paid(self, till: Till) -> None:
        till.put(till.shelf.cup)
        purchase = till.place()
        intent = operations.begin_payment(
            purchase_id=purchase.public_id,
            instrument="pays",
            provider_name="sandbox",
            actor=till.world.actor("dong"),
            as_of=NOON,
        )
        charge = {"instrument": "pays", "amount_minor": 4_900, "currency": "CNY", "at": NOON}
        till.provider.charge(key=intent.public_id, **charge)
        operations.settle_open_payments(provider=till.provider, as_of=NOON + 3 * MINUTE)
        line = line_of(Order.objects.get())
        assert (line.paid_at, line.known_at) == (NOON, NOON + 3 * MINUTE)

    def test_takes_answers_again_and_in_any_order(self, till: Till) -> None:
        till.put(till.shelf.cup)
        attempt = till.pay(till.place(), "silent")
        said = {"attempt_id": attempt.public_id, "actor": MACHINE}
        for minute, kind in enumerate(("unknown", "paid", "unknown", "refused", "paid"), 1):
            at = NOON + minute * MINUTE
            operations.settle_payment(**said, outcome=Outcome(kind=kind), as_of=at)
        order = Order.objects.get()
        assert (order.state, order.paid_at) == ("paid", NOON + 2 * MINUTE)
        assert PaymentAttempt.objects.get().state == "paid"

    def test_of_another_s_purchase_is_not_found(self, till: Till) -> None:
        till.put(till.shelf.cup)
        with pytest.raises(NotFound):
            till.pay(till.place(), buyer="ada")

    def test_is_one_alive_per_purchase_by_the_database_too(self, till: Till) -> None:
        till.put(till.shelf.cup)
        purchase = till.place()
        till.pay(purchase, "silent")
        with pytest.raises(IntegrityError, match="attempt"), transaction.atomic():
            PaymentAttempt.objects.create(
                public_id="pay_2",
                purchase=purchase,
                provider="sandbox",
                instrument="pays",
                amount_minor=1,
                currency="CNY",
                started_at=NOON,
            )


class Liar:
    """A provider that takes money or not, and says so, nothing, or later: as a seed has it."""

    name = "liar"

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.truth: dict[str, str] = {}
        self.taken: list[str] = []

    def instruments(self) -> tuple[operations.Instrument, ...]:
        return (operations.Instrument(name="pays", label="Pays"),)

    def charge(self, *, key: str, **_: Any) -> Outcome:
        kind = self.truth.setdefault(key, self.chance.choice(["paid", "refused"]))
        if kind == "paid":
            self.taken.append(key)
        return Outcome(kind=kind if self.chance.random() < 0.4 else "unknown")

    def look_up(self, *, key: str, **_: Any) -> Outcome:
        return Outcome(kind=self.truth.setdefault(key, "refused"))

    def pay_back(self, **_: Any) -> Outcome:
        return Outcome(kind="unknown")


def pay_through_a_liar(till: Till, liar: Liar, *, times: int) -> tuple[int, int, int]:
    """Buy often, paying again whenever the page allows it; (paid, double, unresolved) after it."""
    Variant.objects.filter(sku="CUP-1").update(stock=times)
    for turn in range(times):
        till.put(till.shelf.cup, at=NOON)
        purchase = till.place()
        for _ in range(4):
            try:
                attempt = operations.pay(
                    purchase_id=purchase.public_id,
                    instrument="pays",
                    provider=liar,
                    actor=till.world.actor("dong"),
                    as_of=NOON,
                )
            except (operations.PaymentOpen, operations.AlreadyPaid):
                continue
            for _callback in range(liar.chance.randrange(3)):
                operations.ask_provider(
                    attempt_id=attempt.public_id,
                    provider=liar,
                    actor=MACHINE,
                    as_of=NOON + turn * MINUTE,
                )
    operations.settle_open_payments(provider=liar, as_of=NOON + DAY, most=times * 4)
    paid_for = PaymentAttempt.objects.filter(public_id__in=liar.taken)
    purchases = list(paid_for.values_list("purchase", flat=True))
    unresolved = PaymentAttempt.objects.filter(state__in=["intent", "unknown"]).count()
    unresolved += Purchase.objects.filter(state="paying").count()
    assert set(purchases) == set(
        Purchase.objects.filter(state="paid").values_list("pk", flat=True)
    ), "whoever was charged has the goods, and nobody else"
    return len(purchases), len(purchases) - len(set(purchases)), unresolved


class TestAProviderThatLies:
    def test_charges_nobody_twice_and_leaves_nothing_open(self, till: Till) -> None:
        times = 500 if os.environ.get("WAVEPOOL_THOROUGH") else 40
        paid, double, unresolved = pay_through_a_liar(till, Liar(seed=7), times=times)
        assert (double, unresolved) == (0, 0)
        assert paid > times // 2

    def test_charges_twice_where_the_guard_is_gone(
        self, till: Till, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unguarded(**asked: Any) -> PaymentAttempt:
            purchase = Purchase.objects.get(public_id=asked["purchase_id"])
            # A refused row in the books leaves the way open, whatever the provider did.
            return PaymentAttempt.objects.create(
                public_id=new_id("pay"),
                purchase=purchase,
                provider="liar",
                instrument="pays",
                amount_minor=purchase.total_minor,
                currency="CNY",
                state="refused",
                started_at=NOON,
                ended_at=NOON,
            )

        monkeypatch.setattr(payments, "begin_payment", unguarded)
        with pytest.raises(AssertionError, match="whoever was charged has the goods"):
            pay_through_a_liar(till, Liar(seed=7), times=10)
