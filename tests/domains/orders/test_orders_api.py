"""Orders by API: each number once, wrong rows named, nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.orders.api import READ, WRITE
from wavepool.domains.orders.models import Cancellation, Order, OrderLine, Refund
from wavepool.plumbing import clock, keys
from worlds.till import Till

PAID_AT = "2026-11-20T08:00:00Z"


def call(
    till: Till,
    method: str,
    address: str,
    body: Any = None,
    *,
    key: str = "k1",
    of: str = "bao",
    scopes: tuple[str, ...] = (READ, WRITE),
) -> Any:
    """Call as a program with a live key of one of the cast."""
    world = till.world
    made = keys.make_key(
        account_id=getattr(world, of).pk,
        name="till",
        scopes=scopes,
        is_live=True,
        actor=world.actor(of),
        at=clock.now(),
    )
    headers = {"authorization": f"Bearer {made.token}", "idempotency-key": key}
    return Client(raise_request_exception=False).generic(
        method,
        f"/api/v1{address}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )


def line(**change: Any) -> dict[str, Any]:
    said = {
        "external_id": "1",
        "item": "CUP",
        "quantity": 2,
        "paid": {"amount": "98.00", "currency": "CNY"},
    }
    return said | change


def order(name: str = "A1", *lines: dict[str, Any], **change: Any) -> dict[str, Any]:
    said = {
        "external_id": name,
        "buyer": "c-17",
        "paid_at": PAID_AT,
        "lines": list(lines or (line(),)),
    }
    return said | change


def send(till: Till, *orders: dict[str, Any], key: str = "k1", **more: Any) -> Any:
    body = {"shop": "bao-tea", "source": "shopify", "orders": list(orders)}
    return call(till, "POST", "/orders", body, key=key, **more)


class TestOrders:
    def test_come_in_with_what_was_in_force(self, till: Till) -> None:
        answer = send(till, order(), order("A2", link_code="x"))
        assert answer.status_code == 200
        told = answer.json()
        assert (told["taken"], told["known"], told["refused"]) == (2, 0, 0)
        row = OrderLine.objects.earliest("pk")
        assert (row.paid_minor, row.quantity, row.item_id) == (9_800, 2, till.shelf.cup.pk)
        assert len(row.policy_digest) == 64
        assert row.order.buyer_id > 2**61
        assert told["rows"][0]["id"] == row.order.public_id

    def test_of_one_number_come_in_once(self, till: Till) -> None:
        send(till, order(), key="k1")
        same = send(till, order(paid_at="2026-11-20T16:00:00+08:00"), key="k2").json()
        assert (same["known"], Order.objects.count()) == (1, 1)
        other = send(till, order("A1", line(quantity=3)), key="k3").json()
        assert other["rows"][0]["problems"] == [
            {
                "row": "/orders/0/external_id",
                "rule": "number taken by another order",
                "value": "A1",
            }
        ]
        assert OrderLine.objects.get().quantity == 2

    def test_of_one_key_answer_the_same_bytes(self, till: Till) -> None:
        first, again = send(till, order()), send(till, order())
        assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
        assert send(till, order("A9")).status_code == 422

    def test_that_are_wrong_do_not_keep_the_right_ones_out(self, till: Till) -> None:
        money = {"amount": "1.00", "currency": "USD"}
        huge = {"amount": "90071992547409.93", "currency": "CNY"}
        answer = send(
            till,
            order("OK"),
            order("ITEM", line(item="NONE")),
            order("MIXED", line(), line(external_id="2", paid=money)),
            order("HUGE", line(paid=huge)),
            order("NEGATIVE", line(paid={"amount": "-1.00", "currency": "CNY"})),
            order("TWICE", line(), line()),
            order("EARLY", line(received_at="2026-11-19T08:00:00Z")),
            order("FUTURE", paid_at="2126-11-20T08:00:00Z"),
            order("COUNT", line(quantity=-(2**70))),
            order("NONE", lines=[]),
        ).json()
        assert (answer["taken"], answer["refused"]) == (1, 9)
        found = {
            row["external_id"]: [(each["row"], each["rule"]) for each in row["problems"]]
            for row in answer["rows"]
        }
        assert found == {
            "OK": [],
            "ITEM": [("/orders/1/lines/0/item", "unknown item")],
            "MIXED": [("/orders/2/lines/1/currency", "mixed currency")],
            "HUGE": [
                ("/orders/3/lines/0/paid_minor", "huge amount"),
                ("/orders/3/lines", "huge amount"),
            ],
            "NEGATIVE": [("/orders/4/lines/0/paid_minor", "negative amount")],
            "TWICE": [("/orders/5/lines/1/external_id", "duplicate key")],
            "EARLY": [("/orders/6/lines/0/received_at", "received before paid")],
            "FUTURE": [("/orders/7/paid_at", "time out of range")],
            "COUNT": [("/orders/8/lines/0/quantity", "out of range")],
            "NONE": [("/orders/9/lines", "1 to 50 lines")],
        }
        assert Order.objects.get().external_id == "OK"

    def test_by_a_link_of_a_piece_that_is_gone_stay_valid(self, till: Till) -> None:
        answer = send(till, order("A1", line(link_code="pc_gone")))
        assert (answer.json()["taken"], OrderLine.objects.get().link_code) == (1, "pc_gone")

    @pytest.mark.parametrize(
        "change",
        [
            {"paid_at": "2026-11-20T08:00:00"},
            {"paid_at": "never"},
            {"external_id": "a b"},
            {"lines": [{}]},
            {"lines": [line(paid={"amount": "1.001", "currency": "CNY"})]},
        ],
    )
    def test_that_cannot_be_read_are_refused_as_a_whole(
        self, till: Till, change: dict[str, Any]
    ) -> None:
        assert send(till, order() | change).status_code == 422
        assert Order.objects.count() == 0

    def test_need_a_key_a_scope_and_the_shop(self, till: Till) -> None:
        assert send(till, order(), of="ada").status_code == 404
        assert send(till, order(), scopes=(READ,)).status_code == 403
        body = {"shop": "no-such-shop", "source": "s", "orders": [order()]}
        assert call(till, "POST", "/orders", body).status_code == 404

    def test_are_listed_with_their_state(self, till: Till) -> None:
        send(till, order(), order("A2", line(received_at="2026-11-21T08:00:00Z")))
        rows = call(till, "GET", "/shops/bao-tea/orders").json()["results"]
        assert [(row["external_id"], row["state"]) for row in rows] == [
            ("A2", "received"),
            ("A1", "paid"),
        ]
        narrowed = call(till, "GET", "/shops/bao-tea/orders?state=paid").json()["results"]
        assert [row["total"] for row in narrowed] == [{"amount": "98.00", "currency": "CNY"}]


def later(till: Till, kind: str, *rows: dict[str, Any], key: str = "l1") -> Any:
    body = {"shop": "bao-tea", "rows": list(rows)}
    return call(till, "POST", f"/orders/{kind}", body, key=key)


def refund(amount: str, name: str = "R1", **change: Any) -> dict[str, Any]:
    said = {
        "order": "A1",
        "line": "1",
        "external_id": name,
        "refund": {"amount": amount, "currency": "CNY"},
        "refunded_at": "2026-11-22T08:00:00Z",
    }
    return said | change


class TestLaterFacts:
    def test_give_back_at_most_what_was_paid(self, till: Till) -> None:
        send(till, order())
        answer = later(
            till,
            "refunds",
            refund("60.00"),
            refund("38.01", "R2"),
            refund("38.00", "R3"),
            refund("1.00", "R4", line="9"),
            refund("1.00", "R5", refunded_at="2026-11-19T08:00:00Z"),
            refund("60.00"),
            refund("59.00"),
        ).json()
        assert [row["state"] for row in answer["rows"]] == [
            "taken",
            "refused",
            "taken",
            "refused",
            "refused",
            "known",
            "refused",
        ]
        assert [each["rule"] for each in answer["rows"][1]["problems"]] == [
            "refunds above paid",
            "left to refund",
        ]
        assert sorted(Refund.objects.values_list("refund_minor", flat=True)) == [3_800, 6_000]
        assert Order.objects.get().state == "cancelled"

    def test_in_another_currency_are_no_amount(self, till: Till) -> None:
        send(till, order())
        row = refund("60.00", refund={"amount": "60.00", "currency": "USD"})
        answer = later(till, "refunds", row).json()
        assert answer["rows"][0]["problems"][0]["rule"] == "amount out of range"

    def test_receive_a_line_once(self, till: Till) -> None:
        send(till, order())
        row = {"order": "A1", "line": "1", "at": "2026-11-22T08:00:00Z"}
        assert later(till, "receipts", row).json()["taken"] == 1
        assert later(till, "receipts", row, key="l2").json()["known"] == 1
        other = row | {"at": "2026-11-23T08:00:00Z"}
        assert later(till, "receipts", other, key="l3").json()["refused"] == 1
        assert Order.objects.get().state == "received"

    def test_call_off_only_what_nobody_paid_for(self, till: Till) -> None:
        free = line(paid={"amount": "0.00", "currency": "CNY"})
        send(till, order(), order("A2", free))
        at = "2026-11-22T08:00:00Z"
        rows = [{"order": name, "line": "1", "at": at} for name in ("A1", "A2", "A2")]
        answer = later(till, "cancellations", *rows).json()
        assert [row["state"] for row in answer["rows"]] == ["refused", "taken", "known"]
        assert answer["rows"][0]["problems"][0]["rule"] == "line was paid, refund it"
        assert Cancellation.objects.get().line.order.external_id == "A2"
        nothing = refund("1.00", order="A2")
        problem = later(till, "refunds", nothing, key="l9").json()["rows"][0]["problems"][0]
        assert problem["rule"] == "refund of a line paid zero"
