"""Real orders: payments against items and freight, to the cent."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from shared_data import shared_file
from wavepool.engine.columns import CONTRACTS, Reconciled, Source, reconcile
from wavepool.engine.columns.convert import Given, converted
from wavepool.engine.columns.files import read_csv
from wavepool.engine.relations import Relations, open_relations

MONEY = CONTRACTS["order_lines"].column("paid_minor")


def centavos(rel: Relations, column: str) -> str:
    """SQL of an amount written in reais, exact to the centavo."""
    given = Given("olist", column, pa.string(), Source(column, scale=100))
    return converted(rel, MONEY, given, id_type="").value


def two_sides(rel: Relations) -> None:
    """Register what was charged and what was paid per order."""
    for name in ("order_items", "order_payments"):
        path = shared_file("orders_olist_sample", f"olist_{name}_sample.csv")
        rel.put(name, read_csv(name, path))
    charged = f"{centavos(rel, 'price')} + {centavos(rel, 'freight_value')}"
    paid = centavos(rel, "payment_value")
    rel.view("charged", f"select order_id as key, {charged} as amount_minor from order_items")
    rel.view("paid", f"select order_id as key, {paid} as amount_minor from order_payments")


def breaks_by_decimal() -> set[str]:
    """The same breaks, found by decimal arithmetic in Python."""
    sums: dict[str, dict[str, Decimal]] = {"order_items": {}, "order_payments": {}}
    amounts = {"order_items": ("price", "freight_value"), "order_payments": ("payment_value",)}
    for name, columns in amounts.items():
        path = shared_file("orders_olist_sample", f"olist_{name}_sample.csv")
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                amount = sum(Decimal(row[column]) for column in columns)
                sums[name][row["order_id"]] = sums[name].get(row["order_id"], Decimal()) + amount
    charged, paid = sums["order_items"], sums["order_payments"]
    cent = Decimal("0.01")
    return {key for key in charged.keys() & paid.keys() if abs(charged[key] - paid[key]) > cent}


class TestOlistOrders:
    def test_part_from_their_payments_in_22_orders(self, tmp_path: Path) -> None:
        rel = open_relations("duckdb", scratch=tmp_path, threads=1, memory_mb=500)
        two_sides(rel)
        for side in ("charged", "paid"):
            unread = rel.fetch(f"select count(*) as n from {side} where amount_minor is null")
            assert unread.column(0).to_pylist() == [0]
        both = rel.fetch(
            "select count(distinct c.key) as n from charged as c join paid as p on p.key = c.key"
        )
        assert both.column(0).to_pylist() == [7_931]
        found = reconcile(rel, left="charged", right="paid", tolerance_minor=1)
        assert found == Reconciled(differing=22, only_left=1, only_right=68)
        breaks = rel.fetch("select key from breaks where cause = 'differs'").column(0).to_pylist()
        assert set(breaks) == breaks_by_decimal()
        rel.close()
