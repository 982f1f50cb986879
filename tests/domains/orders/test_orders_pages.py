"""Pages of orders: a purchase in a browser's steps, lists, foreign things, callbacks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.catalog.operations.variants import change_price
from wavepool.domains.content.operations import install_channels
from wavepool.domains.events import operations as events
from wavepool.domains.orders import operations
from wavepool.domains.orders.models import (
    CartLine,
    Complaint,
    Feedback,
    Order,
    PaymentAttempt,
    Purchase,
    RefundRequest,
)
from wavepool.domains.orders.views.merchant import waiting_cards
from wavepool.domains.people import queries as queries_of_people
from wavepool.domains.people.models import ChannelAccount
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import Notification
from worlds.newsroom import Newsroom
from worlds.shelf import DAY, NOON
from worlds.till import Till, line_of

Enter = Callable[[str], Client]
SHOP = "/merchant/bao-tea/"
ADDRESS = {
    "recipient": "Dong",
    "phone": "1",
    "street": "Lane 4",
    "city": "Hangzhou",
    "country": "CN",
}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def add(client: Client, item: Any, quantity: int = 1) -> Any:
    said = {"item": item.public_id, "sku": f"{item.code}-1", "quantity": str(quantity)}
    return client.post("/cart/add/", said)


def check_out(client: Client, instrument: str = "pays") -> Purchase:
    client.post("/checkout/?currency=CNY", ADDRESS)
    review = client.get("/checkout/review/?currency=CNY").content.decode()
    said = {name: hidden(review, name) for name in ("checkout_key", "currency", "total")}
    answer = client.post("/checkout/review/", said)
    purchase = Purchase.objects.latest("pk")
    assert answer["Location"] == f"/checkout/{purchase.public_id}/"
    client.post(f"{answer['Location']}pay/", {"instrument": instrument})
    purchase.refresh_from_db()
    return purchase


class TestAPurchase:
    def test_goes_from_the_item_to_the_rating(self, till: Till, enter: Enter) -> None:
        dong, bao = enter("dong"), enter("bao")
        page = dong.get(f"/p/{till.shelf.cup.public_id}/").content.decode()
        assert "Add to cart" in page
        assert "Lowest price of 30 days" in page
        assert add(dong, till.shelf.cup, 2)["Location"] == "/cart/"
        assert 'value="CNY 98.00"' in dong.get("/cart/").content.decode()
        purchase = check_out(dong)
        order = Order.objects.get(purchase=purchase)
        own = f"/orders/{order.public_id}/"
        assert order.state == "paid"
        assert "Paid. Thank you." in dong.get(f"/checkout/{purchase.public_id}/").content.decode()
        assert order.public_id in dong.get("/orders/").content.decode()
        its = f"{SHOP}orders/{order.public_id}/"
        assert "Lane 4" in bao.get(its).content.decode()
        assert bao.post(f"{its}ship/", {"carrier": "Post", "tracking": "X1"}).status_code == 302
        assert "Post" in dong.get(own).content.decode()
        assert dong.post(f"{own}receive/").status_code == 302
        line = str(line_of(order).pk)
        said = {"line": line, "stars": "4", "text": "Fine."}
        assert dong.post(f"{own}rate/", said).status_code == 302
        assert Feedback.objects.get().score_ppm == 750_000
        assert "★★★★" in dong.get(own).content.decode()

    def test_sent_twice_by_an_impatient_hand_is_one_order(self, till: Till, enter: Enter) -> None:
        dong = enter("dong")
        add(dong, till.shelf.cup)
        dong.post("/checkout/?currency=CNY", ADDRESS)
        review = dong.get("/checkout/review/").content.decode()
        said = {name: hidden(review, name) for name in ("checkout_key", "currency", "total")}
        first, second = (dong.post("/checkout/review/", said) for _ in range(2))
        assert (first["Location"], Order.objects.count()) == (second["Location"], 1)

    def test_with_a_changed_price_is_confirmed_first(self, till: Till, enter: Enter) -> None:
        dong = enter("dong")
        add(dong, till.shelf.cup)
        change_price(
            sku="CUP-1", shop_id=till.world.shop.pk, price_minor=5_900, actor=MACHINE, as_of=NOON
        )
        page = dong.get("/cart/").content.decode()
        assert "Prices changed since you put these in" in page
        assert "Check out" not in page
        assert dong.get("/checkout/review/")["Location"] == "/cart/"
        line = CartLine.objects.get()
        seen = hidden(page, f"price-{line.pk}")
        dong.post("/cart/confirm/", {f"price-{line.pk}": seen})
        assert check_out(dong).total_minor == 5_900

    def test_of_sold_out_goods_names_them(self, till: Till, enter: Enter) -> None:
        dong = enter("dong")
        add(dong, till.shelf.cup, 8)
        till.buy(till.shelf.cup, 9, buyer="ada")
        page = dong.get("/cart/").content.decode()
        assert "Not enough left" in page
        assert "1 piece left" in page
        assert "Check out" not in page

    def test_without_an_answer_says_do_not_pay_again(self, till: Till, enter: Enter) -> None:
        dong = enter("dong")
        add(dong, till.shelf.cup)
        purchase = check_out(dong, "silent-pays")
        address = f"/checkout/{purchase.public_id}/"
        page = dong.get(address).content.decode()
        assert "Do not pay again" in page
        assert "/pay/" not in page
        dong.post(f"{address}pay/", {"instrument": "pays"})
        assert PaymentAttempt.objects.count() == 1
        attempt = PaymentAttempt.objects.get()
        assert attempt.state == "unknown"
        said = json.dumps({"key": attempt.public_id, "outcome": "refused"})
        for _ in range(3):
            told = Client().post("/checkout/callback/", said, content_type="application/json")
            assert told.status_code == 204
        attempt.refresh_from_db()
        assert attempt.state == "paid"

    def test_is_nobody_s_before_signing_in(self, till: Till) -> None:
        nobody = Client()
        add(nobody, till.shelf.cup)
        assert 'value="CNY 49.00"' in nobody.get("/cart/").content.decode()
        for path in ("/checkout/", "/checkout/review/", "/orders/"):
            assert "/accounts/login/" in nobody.get(path)["Location"]

    def test_takes_along_what_a_browser_collected_before(self, till: Till) -> None:
        till.world.dong.set_password("a long password of Dong's")
        till.world.dong.save()
        EmailAddress.objects.create(
            user=till.world.dong, email="dong@example.com", verified=True, primary=True
        )
        browser = Client()
        add(browser, till.shelf.cup, 2)
        said = {"login": "dong@example.com", "password": "a long password of Dong's"}
        assert browser.post("/accounts/login/", said).status_code == 302
        assert CartLine.objects.get().cart.account_id == till.world.dong.pk

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'{"key": 5}', b'{"key": "pay_0"}', b"\xff", b"[" * 4_000]
    )
    def test_survives_any_callback(self, till: Till, body: bytes) -> None:
        answer = Client().post("/checkout/callback/", body, content_type="application/json")
        assert answer.status_code == 204

    @pytest.mark.parametrize(
        "said",
        [
            {"price-1": "x"},
            {"price-x": "1"},
            {"price-1": "9" * 30},
            {"price-99999999": "1"},
            {"price-²": "²"},
        ],
    )
    def test_survives_any_confirmation(
        self, till: Till, enter: Enter, said: dict[str, str]
    ) -> None:
        dong = enter("dong")
        add(dong, till.shelf.cup)
        assert dong.post("/cart/confirm/", said).status_code == 302
        assert CartLine.objects.get().seen_price_minor == 4_900


class TestACode:
    def test_said_at_the_cart_counts_as_its_link_followed(
        self, till: Till, enter: Enter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install_channels(actor=MACHINE, as_of=NOON)
        account = ChannelAccount.objects.create(
            creator=till.world.creator, channel="weitao", external_id="1", since_at=NOON
        )
        piece = Newsroom(world=till.world, shelf=till.shelf, account=account).publish()
        by: dict[str, Any] = {"actor": till.world.actor("ada"), "as_of": NOON}
        creator_id = till.world.creator.pk
        link = events.make_link(
            creator_id=creator_id, name="Poster", medium="offline", piece=piece.public_id, **by
        )
        events.add_code(public_id=link.public_id, creator_id=creator_id, code="TEA10", **by)
        recorded: list[Any] = []
        monkeypatch.setattr(events, "record", lambda found, **_: recorded.extend(found))
        dong = enter("dong")
        for code in ("tea10", "no-such-code"):
            said = {"sku": "CUP-1", "quantity": "1", "code": code}
            dong.post("/cart/add/", {"item": till.shelf.cup.public_id, **said})
            check_out(dong)
        assert Order.objects.count() == 2
        (told,) = recorded
        assert (told.name, told.account_id) == ("Link Followed", till.world.dong.pk)
        assert told.properties == {
            "link_id": link.pk,
            "piece_id": piece.pk,
            "item_id": till.shelf.cup.pk,
        }

    def test_of_a_followed_link_waits_in_the_form(self, till: Till) -> None:
        browser = Client()
        for said, kept in (("abc123", "abc123"), ("<b>", ""), ("x" * 41, "")):
            browser.cookies["link"] = said
            page = browser.get(f"/p/{till.shelf.cup.public_id}/").content.decode()
            assert (f'name="code" value="{kept}"' in page) == bool(kept)


class TestNotices:
    def test_reach_the_shop_and_the_buyer_once(self, till: Till) -> None:
        order = till.buy(till.shelf.cup)
        till.ship(order)
        till.grant(till.ask(line_of(order), 100))
        bao, dong = till.world.bao.pk, till.world.dong.pk
        told = Notification.objects.filter(kind__startswith="orders.").order_by("pk")
        assert list(told.values_list("account_id", "kind")) == [
            (bao, "orders.paid"),
            (dong, "orders.shipped"),
            (bao, "orders.refund_asked"),
            (dong, "orders.refund_granted"),
        ]

    def test_stand_on_the_shop_s_home_until_they_are_done(self, till: Till, enter: Enter) -> None:
        order = till.buy(till.shelf.cup)
        bao = enter("bao")
        assert "Orders to send" in bao.get("/merchant/bao-tea/").content.decode()
        space = queries_of_people.access_workspace(
            kind="merchant", slug="bao-tea", actor=till.world.actor("bao"), to="view"
        )
        assert [card.value for card in waiting_cards(space, NOON)] == [1, 0]
        till.ship(order)
        assert [card.value for card in waiting_cards(space, NOON)] == [0, 0]


class TestAfterSales:
    def test_run_between_buyer_shop_and_staff(self, till: Till, enter: Enter) -> None:
        dong, bao, eve = enter("dong"), enter("bao"), enter("eve")
        order = till.buy(till.shelf.cup, 2)
        own, its = f"/orders/{order.public_id}/", f"{SHOP}orders/{order.public_id}/"
        line = str(line_of(order).pk)
        too_much = dong.post(f"{own}refund/", {"line": line, "amount": "98.01", "reason": "Late."})
        assert too_much.status_code == 422
        assert "more than can be given back" in too_much.content.decode()
        dong.post(f"{own}refund/", {"line": line, "amount": "10.00", "reason": "Late."})
        request = RefundRequest.objects.get()
        bao.post(f"{its}refunds/{request.public_id}/refuse/", {"answer": ""})
        request.refresh_from_db()
        assert request.state == "asked"
        bao.post(f"{its}refunds/{request.public_id}/grant/", {"answer": "Sorry."})
        assert 'value="CNY 10.00"' in dong.get(own).content.decode()
        dong.post(f"{own}complain/", {"line": line, "text": "Still late."})
        complaint = Complaint.objects.get()
        bao.post(f"{SHOP}complaints/{complaint.public_id}/", {"text": "It snowed."})
        dong.post(f"{own}complaints/{complaint.public_id}/unsolved/")
        found = eve.get("/staff/complaints/?state=escalated").content.decode()
        assert complaint.public_id in found
        eve.post(f"/staff/complaints/{complaint.public_id}/", {"text": "Snow is no excuse."})
        page = dong.get(own).content.decode()
        assert ("It snowed." in page, "Snow is no excuse." in page) == (True, True)

    def test_of_a_silent_payment_are_decided_by_staff_in_the_sandbox(
        self, till: Till, enter: Enter
    ) -> None:
        dong, eve = enter("dong"), enter("eve")
        add(dong, till.shelf.cup)
        check_out(dong, "silent")
        attempt = PaymentAttempt.objects.get()
        assert attempt.public_id in eve.get("/staff/payments/").content.decode()
        address = f"/staff/payments/{attempt.public_id}/"
        eve.post(address)
        attempt.refresh_from_db()
        assert attempt.state == "unknown"
        eve.post(address, {"outcome": "paid"})
        attempt.refresh_from_db()
        assert (attempt.state, Order.objects.get().state) == ("paid", "paid")


def count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def fill(till: Till, *, first: int, last: int) -> None:
    for number in range(first, last):
        order = till.buy(till.shelf.cup, at=NOON + number * DAY)
        line = line_of(order)
        till.ask(line, 100)
        operations.complain(
            order_id=order.public_id,
            line_id=line.pk,
            text="Hm.",
            actor=till.world.actor("dong"),
            as_of=NOON,
        )
        till.put(till.shelf.longjing, at=NOON)
        till.pay(till.place(), "silent")


LISTS = {
    "/orders/": "dong",
    "/orders/?state=paid": "dong",
    f"{SHOP}orders/": "bao",
    f"{SHOP}complaints/": "bao",
    "/staff/orders/": "eve",
    "/staff/complaints/": "eve",
    "/staff/payments/": "eve",
}


class TestEveryList:
    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, till: Till, enter: Enter
    ) -> None:
        fill(till, first=1, last=3)
        few = {path: count(enter(name), path) for path, name in LISTS.items()}
        fill(till, first=3, last=6)
        many = {path: count(enter(name), path) for path, name in LISTS.items()}
        assert many == few

    def test_is_a_file_too(self, till: Till, enter: Enter) -> None:
        fill(till, first=1, last=2)
        for path, name in LISTS.items():
            bare = path.partition("?")[0].rstrip("/")
            assert enter(name).get(f"{bare}.csv").status_code == 200
            assert enter(name).get(f"{bare}.parquet").status_code == 200

    def test_of_a_cart_and_an_order_asks_as_little_for_many_lines(
        self, till: Till, enter: Enter
    ) -> None:
        dong = enter("dong")
        till.put(till.shelf.cup)
        few_in_cart = count(dong, "/cart/")
        order = till.place().orders.get()
        till.put(till.shelf.cup)
        till.put(till.shelf.kettle)
        till.put(till.shelf.longjing)
        assert count(dong, "/cart/") == few_in_cart
        many = till.place().orders.get()
        few_lines = count(dong, f"/orders/{order.public_id}/")
        assert count(dong, f"/orders/{many.public_id}/") == few_lines


class TestForeignThings:
    def test_look_like_missing_ones(self, till: Till, enter: Enter) -> None:
        order = till.buy(till.shelf.cup)
        purchase = Purchase.objects.get()
        ada = enter("ada")
        for path in (
            f"/orders/{order.public_id}/",
            "/orders/or_0/",
            f"/checkout/{purchase.public_id}/",
            "/checkout/pu_0/",
            f"/merchant/bao-tea/orders/{order.public_id}/",
            f"/staff/orders/{order.public_id}/",
        ):
            assert ada.get(path).status_code == 404, path
        for deed in ("receive", "refund", "cancel", "complain", "rate"):
            for name in (order.public_id, "or_0"):
                assert ada.post(f"/orders/{name}/{deed}/").status_code == 404, deed
        assert ada.post(f"/checkout/{purchase.public_id}/pay/").status_code == 404

    def test_of_a_cart_are_out_of_reach(self, till: Till, enter: Enter) -> None:
        till.put(till.shelf.cup, 3)
        ada, line = enter("ada"), CartLine.objects.get()
        add(ada, till.shelf.kettle)
        ada.post("/cart/change/", {"line": str(line.pk), "quantity": "0"})
        ada.post("/cart/confirm/", {f"price-{line.pk}": "1"})
        line.refresh_from_db()
        assert (line.quantity, line.seen_price_minor) == (3, 4_900)

    def test_of_a_shop_are_orders_that_nobody_paid_yet(self, till: Till, enter: Enter) -> None:
        till.put(till.shelf.cup)
        order = till.place().orders.get()
        assert enter("bao").get(f"{SHOP}orders/{order.public_id}/").status_code == 404
