"""From a cart to a paid order: prices and stock checked, paid once, in whatever way it answers."""

from __future__ import annotations

import os
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import Item, Reservation, Variant
from wavepool.domains.catalog.operations.variants import change_price
from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import (
    AMOUNT_MAX,
    Cart,
    CartLine,
    Order,
    OrderLine,
    PaymentAttempt,
    Purchase,
)
from wavepool.domains.orders.operations import Outcome, payments
from wavepool.domains.people.models import Shop
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.ids import new_id
from worlds.shelf import DAY, NOON, make_item
from worlds.till import MINUTE, Till, line_of


def stock(sku: str) -> int:
    return Variant.objects.get(sku=sku).stock


def reprice(till: Till, price_minor: int, *, at: Any = NOON) -> None:
    change_price(
        sku="CUP-1",
        shop_id=till.world.shop.pk,
        price_minor=price_minor,
        actor=MACHINE,
        as_of=at,
    )


class TestACart:
    def test_adds_pieces_of_one_variant_up(self, till: Till) -> None:
        till.put(till.shelf.cup, 2)
        till.put(till.shelf.cup, 3, code="pc_1")
        line = CartLine.objects.get()
        assert (line.quantity, line.seen_price_minor, line.link_code) == (5, 4_900, "pc_1")
        (part,) = queries.cart_parts(till.cart(), at=NOON)
        assert (part.currency, part.total_minor, part.is_ready) == ("CNY", 24_500, True)

    @pytest.mark.parametrize("quantity", [0, -1, 100, 10**18])
    def test_takes_no_other_number_of_pieces(self, till: Till, quantity: int) -> None:
        with pytest.raises(operations.QuantityOutOfRange):
            till.put(till.shelf.cup, quantity)
        assert CartLine.objects.count() == 0

    def test_takes_nothing_that_is_not_on_sale(self, till: Till) -> None:
        Item.objects.filter(pk=till.shelf.cup.pk).update(state="off_sale")
        with pytest.raises(NotFound):
            till.put(till.shelf.cup)

    def test_of_a_browser_joins_the_account_s(self, till: Till) -> None:
        till.put(till.shelf.cup, 2)
        other = operations.open_cart(account_id=None, as_of=NOON)
        for item, quantity in ((till.shelf.cup, 98), (till.shelf.kettle, 1)):
            operations.put_in_cart(
                cart_id=other.pk,
                item=item.public_id,
                sku=f"{item.code}-1",
                quantity=quantity,
                as_of=NOON,
            )
        merge = {"public_id": other.public_id, "account_id": till.world.dong.pk, "as_of": NOON}
        operations.merge_carts(**merge)
        operations.merge_carts(**merge)
        lines = CartLine.objects.values_list("cart__account", "variant__sku", "quantity")
        dong = till.world.dong.pk
        assert sorted(lines) == [(dong, "CUP-1", 99), (dong, "KET-1", 1)]

    def test_of_somebody_is_never_taken_along(self, till: Till) -> None:
        till.put(till.shelf.cup, 2)
        operations.merge_carts(
            public_id=till.cart().public_id, account_id=till.world.ada.pk, as_of=NOON
        )
        assert CartLine.objects.get().cart.account_id == till.world.dong.pk

    def test_is_dropped_when_its_browser_never_came_back(self, till: Till) -> None:
        operations.open_cart(account_id=None, as_of=NOON)
        till.cart()
        assert operations.forget_carts(as_of=NOON + 61 * DAY) == 1
        assert Cart.objects.get().account_id == till.world.dong.pk


class TestACheckout:
    def test_orders_sets_aside_and_empties_the_cart(self, till: Till) -> None:
        till.put(till.shelf.cup, 3, code="pc_gone")
        purchase = till.place()
        order = Order.objects.get()
        line = line_of(order)
        assert order.public_id.startswith("or_")
        assert (purchase.total_minor, purchase.currency, purchase.state) == (
            14_700,
            "CNY",
            "unpaid",
        )
        assert (order.state, order.buyer_id) == ("unpaid", till.world.dong.pk)
        assert (line.quantity, line.paid_minor, line.link_code) == (3, 14_700, "pc_gone")
        assert (line.paid_at, stock("CUP-1"), CartLine.objects.count()) == (None, 7, 0)
        assert purchase.ship_to.splitlines()[0] == "Dong"

    def test_sent_twice_is_one_order(self, till: Till) -> None:
        till.put(till.shelf.cup)
        key = till.cart().checkout_key
        said = {"checkout_key": key, "currency": "CNY", "seen_total_minor": 4_900}
        first = till.place(**said)
        again = till.place(**said)
        assert (first.pk, Order.objects.count(), stock("CUP-1")) == (again.pk, 1, 9)

    def test_of_another_s_key_finds_nothing(self, till: Till) -> None:
        till.put(till.shelf.cup)
        key = till.cart().checkout_key
        till.place()
        till.put(till.shelf.cup, buyer="ada")
        with pytest.raises(NotFound):
            till.place("ada", checkout_key=key)

    def test_with_a_price_that_changed_asks_first(self, till: Till) -> None:
        till.put(till.shelf.cup, 2)
        reprice(till, 5_900)
        with pytest.raises(operations.PriceChanged) as refused:
            till.place()
        change = refused.value.changes[0]
        assert (change.title, change.seen_minor, change.now_minor) == ("Tea cup", 4_900, 5_900)
        assert (Order.objects.count(), stock("CUP-1"), CartLine.objects.count()) == (0, 10, 1)
        operations.accept_prices(cart_id=till.cart().pk, seen={change.line_id: 5_900}, as_of=NOON)
        assert till.place().total_minor == 11_800

    def test_of_a_total_that_was_not_shown_is_stale(self, till: Till) -> None:
        till.put(till.shelf.cup)
        with pytest.raises(operations.CheckoutStale):
            till.place(seen_total_minor=1)
        assert Order.objects.count() == 0

    def test_names_everything_that_is_sold_out(self, till: Till) -> None:
        till.put(till.shelf.cup, 11)
        till.put(till.shelf.kettle)
        Item.objects.filter(pk=till.shelf.kettle.pk).update(state="off_sale")
        with pytest.raises(catalog.SoldOut) as refused:
            till.place()
        assert [(each.title, each.asked, each.left) for each in refused.value.shortages] == [
            ("Tea cup", 11, 10),
            ("Kettle", 1, 0),
        ]
        assert (Order.objects.count(), stock("CUP-1"), CartLine.objects.count()) == (0, 10, 2)

    def test_of_several_currencies_is_paid_one_by_one(self, till: Till) -> None:
        shop = Shop.objects.create(slug="kyoto", name="Kyoto", currency="JPY")
        bowl = make_item(shop, "BOWL", "Bowl", "home", price_minor=900)
        till.shelf.sell(bowl)
        till.put(till.shelf.cup)
        till.put(bowl)
        with pytest.raises(operations.CurrenciesMixed) as refused:
            till.place(currency="")
        assert refused.value.currencies == ("CNY", "JPY")
        assert (CartLine.objects.count(), Order.objects.count()) == (2, 0)
        till.place()
        till.place()
        assert sorted(Order.objects.values_list("currency", "total_minor")) == [
            ("CNY", 4_900),
            ("JPY", 900),
        ]

    def test_makes_one_order_per_shop_and_one_payment(self, till: Till) -> None:
        shop = Shop.objects.create(slug="other", name="Other", currency="CNY")
        bowl = make_item(shop, "BOWL", "Bowl", "home", price_minor=900)
        till.shelf.sell(bowl)
        till.put(till.shelf.cup)
        till.put(bowl)
        till.pay(till.place())
        assert sorted(Order.objects.values_list("shop__slug", "total_minor", "state")) == [
            ("bao-tea", 4_900, "paid"),
            ("other", 900, "paid"),
        ]

    def test_beyond_exact_counting_is_refused_and_loses_nothing(self, till: Till) -> None:
        for number in range(92):
            item = make_item(
                till.world.shop, f"G{number}", "Gold", "home", price_minor=10**12, stock=99
            )
            till.shelf.sell(item)
            if number < 50:
                till.put(item, 99)
        operations.change_quantity(
            cart_id=till.cart().pk,
            line_id=CartLine.objects.earliest("pk").pk,
            quantity=98,
            as_of=NOON,
        )
        assert queries.cart_parts(till.cart(), at=NOON)[0].total_minor < AMOUNT_MAX
        CartLine.objects.update(seen_price_minor=2 * 10**12)
        Variant.objects.filter(item__title="Gold").update(price_minor=2 * 10**12)
        with pytest.raises(operations.TotalTooLarge) as refused:
            till.place()
        assert refused.value.total_minor == 9_898 * 10**12
        assert (CartLine.objects.count(), Order.objects.count()) == (50, 0)

    def test_needs_something_to_buy_and_somewhere_to_send_it(self, till: Till) -> None:
        with pytest.raises(operations.CartEmpty):
            till.place()

    def test_not_paid_in_time_gives_the_goods_back_once(self, till: Till) -> None:
        till.put(till.shelf.cup, 4)
        purchase = till.place()
        run = {"actor": MACHINE}
        assert operations.release_unpaid(**run, as_of=NOON + 29 * MINUTE) == 0
        assert operations.release_unpaid(**run, as_of=NOON + 30 * MINUTE) == 1
        assert operations.release_unpaid(**run, as_of=NOON + 31 * MINUTE) == 0
        assert (stock("CUP-1"), Order.objects.get().state) == (10, "lapsed")
        with pytest.raises(operations.PurchaseLapsed):
            till.pay(purchase, at=NOON + 32 * MINUTE)

    def test_of_what_costs_nothing_is_paid_at_once(self, till: Till) -> None:
        reprice(till, 0)
        till.put(till.shelf.cup)
        assert till.place().state == "paid"
        assert (PaymentAttempt.objects.count(), Order.objects.get().state) == (0, "paid")


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


class TestAPricePromise:
    def test_holds_the_price_against_thirty_days(self, till: Till) -> None:
        reprice(till, 3_900, at=NOON + DAY)
        reprice(till, 4_500, at=NOON + 2 * DAY)
        dear = line_of(till.buy(till.shelf.cup, at=NOON + 3 * DAY))
        assert (dear.price_minor, dear.lowest_price_minor) == (4_500, 3_900)
        assert dear.keeps_price_promise is False
        cheap = line_of(till.buy(till.shelf.cup, at=NOON + 33 * DAY))
        assert (cheap.lowest_price_minor, cheap.keeps_price_promise) == (4_500, True)
        told = queries.experience_of_shop(till.world.shop.pk, since=NOON, until=NOON + 40 * DAY)
        assert (told.lines, told.promised, told.promise_broken) == (2, 2, 1)
        assert told.promise_kept_ppm == 500_000

    def test_counts_the_price_that_stood_when_the_window_opened(self, till: Till) -> None:
        reprice(till, 3_900, at=NOON + DAY)
        reprice(till, 4_900, at=NOON + 35 * DAY)
        line = line_of(till.buy(till.shelf.cup, at=NOON + 40 * DAY))
        assert line.lowest_price_minor == 3_900


class TestALine:
    @pytest.mark.parametrize("change", [{"paid_minor": 1}, {"quantity": 9}, {"paid_at": None}])
    def test_never_changes_what_was_agreed(self, till: Till, change: dict[str, Any]) -> None:
        line = line_of(till.buy(till.shelf.cup))
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(pk=line.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(pk=line.pk).delete()
