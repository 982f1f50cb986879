"""From a cart to an order: prices and stock checked by the server, nothing ordered halfway."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import Item, Variant
from wavepool.domains.catalog.operations.variants import change_price
from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import (
    AMOUNT_MAX,
    Cart,
    CartLine,
    Order,
    OrderLine,
    PaymentAttempt,
)
from wavepool.domains.people.models import Shop
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
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
