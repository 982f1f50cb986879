"""Orders as the engine's tables, and history through the bulk door."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import Order, OrderLine, Refund
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.plumbing.actor import MACHINE
from worlds.shelf import DAY, NOON
from worlds.till import Till, line_of

NOON_MS = 1_793_534_400_000
HOUR_MS = 3_600_000


def history(till: Till, **change: Any) -> dict[str, pa.Table]:
    """Two orders of 2025: one of two lines, refunded in part and received; one cancelled."""
    shop, cup, kettle = till.world.shop.pk, till.shelf.cup.pk, till.shelf.kettle.pk
    lines = {
        "line_id": [7_001, 7_002, 7_003],
        "order_id": [900, 900, 901],
        "buyer_id": [till.world.dong.pk, till.world.dong.pk, 2**61 + 5],
        "shop_id": [shop, shop, shop],
        "item_id": [cup, kettle, cup],
        "quantity": [1, 2, 1],
        "currency": ["CNY", "CNY", "CNY"],
        "paid_minor": [4_900, 39_800, 0],
        "platform_coupon_minor": [0, 100, 4_900],
        "paid_at": [NOON_MS, NOON_MS, NOON_MS + 1],
        "received_at": [NOON_MS + HOUR_MS, NOON_MS + HOUR_MS, None],
    } | change
    refunds = {
        "refund_id": [51, 52],
        "line_id": [7_002, 7_002],
        "refund_minor": [100, 200],
        "refunded_at": [NOON_MS + 2 * HOUR_MS, NOON_MS + 3 * HOUR_MS],
    }
    feedback = {
        "feedback_id": [61, 62],
        "line_id": pa.array([7_001, None], pa.int64()),
        "piece_id": pa.array([None, 4], pa.int64()),
        "kind": ["rating", "report"],
        "score_ppm": pa.array([750_000, None], pa.int64()),
        "given_at": [NOON_MS + 4 * HOUR_MS, NOON_MS],
    }
    return {
        "lines": pa.table(lines),
        "refunds": pa.table(refunds),
        "cancellations": pa.table({"line_id": [7_003], "cancelled_at": [NOON_MS + HOUR_MS]}),
        "feedback": pa.table(feedback),
    }


def take(tables: dict[str, pa.Table]) -> int:
    return operations.take_over_orders(**tables, actor=MACHINE, as_of=NOON + DAY)


class TestTables:
    def test_have_the_columns_of_the_contract(self, till: Till) -> None:
        made = {
            "order_lines": queries.order_lines_table(),
            "refunds": queries.refunds_table(),
            "cancellations": queries.cancellations_table(),
            "feedback": queries.feedback_table(),
        }
        for name, table in made.items():
            wanted = [column.name for column in CONTRACTS[name].columns]
            assert table.column_names == wanted, name

    def test_say_what_was_bought(self, till: Till) -> None:
        order = till.buy(till.shelf.cup, 2)
        till.put(till.shelf.kettle)
        till.place()
        line = line_of(order)
        assert queries.order_lines_table().to_pylist() == [
            {
                "line_id": line.pk,
                "order_id": order.pk,
                "buyer_id": till.world.dong.pk,
                "shop_id": till.world.shop.pk,
                "item_id": till.shelf.cup.pk,
                "quantity": 2,
                "currency": "CNY",
                "paid_minor": 9_800,
                "platform_coupon_minor": 0,
                "shipping_minor": 0,
                "tax_minor": 0,
                "paid_at": NOON_MS,
                "received_at": None,
            }
        ]
        assert queries.order_lines_table(known_until=NOON).num_rows == 0
        assert queries.order_lines_table(line_ids=[line.pk, 0]).num_rows == 1


class TestHistory:
    def test_comes_back_as_it_was(self, till: Till) -> None:
        tables = history(till)
        assert take(tables) == 3
        lines = queries.order_lines_table()
        assert lines.select(tables["lines"].column_names).to_pylist() == (
            tables["lines"].to_pylist()
        )
        assert queries.refunds_table().to_pylist() == tables["refunds"].to_pylist()
        assert queries.cancellations_table().to_pylist() == tables["cancellations"].to_pylist()
        assert queries.feedback_table().to_pylist() == tables["feedback"].to_pylist()

    def test_stands_on_the_pages_of_its_buyers(self, till: Till) -> None:
        take(history(till))
        mine = Order.objects.get(account=till.world.dong)
        assert (mine.pk, mine.total_minor, mine.refunded_minor) == (900, 44_700, 300)
        assert (mine.state, Order.objects.get(pk=901).state) == ("received", "cancelled")
        assert [each.name for each in queries.list_lines(mine)] == ["Tea cup", "Kettle"]

    def test_taken_twice_adds_nothing(self, till: Till) -> None:
        take(history(till))
        assert take(history(till)) == 0
        assert (OrderLine.objects.count(), Refund.objects.count()) == (3, 2)
        assert Order.objects.get(pk=900).total_minor == 44_700

    def test_goes_on_where_it_was_killed(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(operations.takeover, "CHUNK", 1)
        whole = history(till)
        first = whole | {
            "lines": whole["lines"].slice(0, 1),
            "refunds": whole["refunds"].slice(0, 0),
        }
        take(first | {name: whole[name].slice(0, 0) for name in ("cancellations", "feedback")})
        assert take(whole) == 2
        assert Order.objects.get(pk=900).total_minor == 44_700

    def test_takes_refunds_of_lines_that_are_here(self, till: Till) -> None:
        whole = history(till)
        take(whole | {"refunds": whole["refunds"].slice(0, 1)})
        assert OrderLine.objects.get(pk=7_002).refunded_minor == 100
        take(whole | {"lines": whole["lines"].slice(0, 1)})
        assert OrderLine.objects.get(pk=7_002).refunded_minor == 300
        assert Order.objects.get(pk=900).refunded_minor == 300

    def test_leaves_later_numbers_free(self, till: Till) -> None:
        take(history(till))
        order = till.buy(till.shelf.cup)
        assert order.pk > 901
        assert line_of(order).pk > 7_003

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"paid_minor": [4_900, 39_800, -1]}, "negative amount"),
            ({"paid_minor": [4_900, 39_800, 2**53 + 1]}, "huge amount"),
            ({"paid_minor": [4_900, 299, 0]}, "refunds above paid"),
            ({"line_id": [7_001, 7_002, 7_002]}, "duplicate key"),
            ({"line_id": [7_001, 7_004, 7_003]}, "unknown reference"),
            ({"shop_id": [1, 1, 99]}, "item of another shop"),
        ],
    )
    def test_that_breaks_a_rule_is_refused_whole(
        self, till: Till, change: dict[str, Any], rule: str
    ) -> None:
        with pytest.raises(operations.HistoryRefused) as refused:
            take(history(till, **change))
        assert refused.value.rule == rule
        assert (Order.objects.count(), Refund.objects.count()) == (0, 0)


class TestABuyer:
    def test_of_another_system_has_a_number_of_its_own(self) -> None:
        first = queries.buyer_number("shopify", "17")
        assert first == 3_452_344_611_901_648_584
        assert 2**61 <= queries.buyer_number("woo", "17") < 2**62
        assert first != queries.buyer_number("woo", "17")
