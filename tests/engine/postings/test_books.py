"""Transfers, balances and the proof of the books, on the smallest books that have every account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from wavepool.engine.postings import BooksDoNotBalance, post_transfers, prove_books
from wavepool.engine.relations import Relations, open_relations

Row = dict[str, Any]
_TEXTS = {
    "currency", "hold_id", "party", "pool_id", "line_key", "kind", "leg", "key", "debit", "credit",
}  # fmt: skip
# One line of 20.00 commission: 4.00 kept of which 1.00 is refunded, 2.00 for the agency (held),
# 3.00 fee less 0.50, 11.00 pool of which 10.00 go on and 1.00 is a payee's carry and residue.
BOOKS: dict[str, list[Row]] = {
    "settling": [
        {"line_id": 1, "shop_id": 8, "currency": "CNY", "fee_minor": 300, "pool_minor": 1_100,
         "pool_id": "big"},
    ],
    "settling_shares": [
        {"line_id": 1, "creator_id": 5, "payee_id": 6, "agency_payee_id": 7, "kept_minor": 400,
         "agency_minor": 200},
    ],
    "reversals": [
        {"line_id": 1, "leg": "kept", "part_id": 5, "amount_minor": 100},
        {"line_id": 1, "leg": "fee", "part_id": 5, "amount_minor": 50},
        {"line_id": 1, "leg": "commission", "part_id": 5, "amount_minor": 150},
    ],
    "hold_parts": [
        {"hold_id": "h", "line_id": 1, "creator_id": 5, "party": "agency"},
    ],
    "micro_lines": [
        {"payee_id": 6, "line_key": "P:big", "currency": "CNY", "paid_minor": 1_099},
    ],
    "other_transfers": [
        {"key": "D:big", "debit": "pool:big", "credit": "carry_liability:CNY", "currency": "CNY",
         "amount_minor": 1_100},
    ],
    "carries": [{"payee_id": 6, "currency": "CNY", "carry_micro": 400_000}],
    "residues": [{"pool_id": "big", "currency": "CNY", "residue_micro": 600_000}],
    "deficits": [{"pool_id": "big", "currency": "CNY", "deficit_minor": 0}],
    "holds_open": [{"hold_id": "h", "currency": "CNY", "amount_minor": 200}],
    "statement_lines": [
        {"payee_id": 6, "currency": "CNY", "amount_minor": 400, "is_held": False, "kind": "commission"},
        {"payee_id": 6, "currency": "CNY", "amount_minor": -100, "is_held": False, "kind": "refund"},
        {"payee_id": 6, "currency": "CNY", "amount_minor": 1_099, "is_held": False, "kind": "pool"},
        {"payee_id": 7, "currency": "CNY", "amount_minor": 200, "is_held": True, "kind": "agency"},
        {"payee_id": 6, "currency": "CNY", "amount_minor": 9, "is_held": False, "kind": "debt"},
    ],
}  # fmt: skip


def table_of(rows: list[Row]) -> pa.Table:
    """Rows as a table: texts, flags and int64."""

    def kind(name: str) -> pa.DataType:
        return pa.bool_() if name == "is_held" else pa.string() if name in _TEXTS else pa.int64()

    return pa.table({name: pa.array([row[name] for row in rows], kind(name)) for name in rows[0]})


@pytest.fixture
def rel(tmp_path: Path) -> Iterator[Relations]:
    """The books above, with their transfers made."""
    relations = open_relations("duckdb", scratch=tmp_path, threads=1, memory_mb=200)
    for name, rows in BOOKS.items():
        relations.put(name, table_of(rows))
    relations.view("settled", "select * from settling")
    relations.view("settled_shares", "select * from settling_shares")
    post_transfers(relations, batch="settle:2024-06", has_opening=False)
    yield relations
    relations.close()


def balances(rel: Relations) -> dict[str, int]:
    """Balance of each account."""
    rows = rel.fetch("select account, balance_minor from balances").to_pylist()
    return {row["account"]: row["balance_minor"] for row in rows}


def post_again(rel: Relations, transfers: list[Row]) -> None:
    """Put other transfers, and entries and balances that follow from them."""
    rel.put("transfers", pa.Table.from_pylist(transfers))
    rel.table(
        "balances",
        "select account, currency, cast(sum(amount_minor) as bigint) as balance_minor "
        "from entries group by account, currency",
    )


class TestPostTransfers:
    def test_gives_each_account_its_balance(self, rel: Relations) -> None:
        assert balances(rel) == {
            "shop:8": -(400 + 200 + 300 + 1_100) + 100 + 50,
            "payee:6": 400 - 100 + 1_099,
            "escrow:h": 200,
            "platform:fee": 300 - 50,
            "pool:big": 0,
            "carry_liability:CNY": 1,
        }

    def test_leaves_out_what_moves_nothing(self, rel: Relations) -> None:
        keys = rel.fetch("select key from transfers order by key").column("key").to_pylist()
        assert keys == [
            "C:1:5",
            "D:big",
            "F:1",
            "G:1:5",
            "L:1",
            "M:6:P:big",
            "Rfee:1:5",
            "Rkept:1:5",
        ]

    def test_goes_on_from_the_opening_balances(self, rel: Relations) -> None:
        opening = {"account": "payee:6", "currency": "CNY", "balance_minor": 1_000}
        rel.put("opening_balances", pa.Table.from_pylist([opening]))
        post_transfers(rel, batch="settle:2024-07", has_opening=True)
        assert balances(rel)["payee:6"] == 1_000 + 1_399


Forgery = Callable[[list[Row]], list[Row]]


def raised(key: str, by: int = 1) -> Forgery:
    """Change one transfer's amount."""
    return lambda rows: [
        {**row, "amount_minor": row["amount_minor"] + by * (row["key"] == key)} for row in rows
    ]


def without(key: str) -> Forgery:
    """Lose one transfer."""
    return lambda rows: [row for row in rows if row["key"] != key]


def sent_to(key: str, account: str) -> Forgery:
    """Send one transfer's money to another account."""
    return lambda rows: [
        {**row, "credit": account if row["key"] == key else row["credit"]} for row in rows
    ]


KEYS = ["C:1:5", "D:big", "F:1", "G:1:5", "L:1", "M:6:P:big", "Rfee:1:5", "Rkept:1:5"]


class TestProveBooks:
    def test_accepts_books_that_balance(self, rel: Relations) -> None:
        prove_books(rel)

    @pytest.mark.parametrize("key", KEYS)
    @pytest.mark.parametrize("forge", [raised, without], ids=["raised", "lost"])
    def test_finds_any_one_transfer_that_is_not_as_it_was(
        self, rel: Relations, key: str, forge: Callable[[str], Forgery]
    ) -> None:
        post_again(rel, forge(key)(rel.fetch("select * from transfers").to_pylist()))
        with pytest.raises(BooksDoNotBalance):
            prove_books(rel)

    @pytest.mark.parametrize(
        ("forge", "rule"),
        [
            (lambda rows: [*rows, rows[0]], "a transfer's key occurs once"),
            (raised("F:1", by=-600), "a transfer's amount is above zero"),
            (sent_to("C:1:5", "payee:7"), "a payee's entries are its lines"),
            (sent_to("G:1:5", "escrow:other"), "escrow is what open holds park"),
            (raised("F:1"), "the platform keeps the fees"),
            (raised("L:1"), "the pools' balance"),
            (raised("M:6:P:big"), "the carry liability"),
        ],
    )
    def test_names_the_rule(self, rel: Relations, forge: Forgery, rule: str) -> None:
        post_again(rel, forge(rel.fetch("select * from transfers").to_pylist()))
        with pytest.raises(BooksDoNotBalance, match=rule) as caught:
            prove_books(rel)
        assert caught.value.expected != caught.value.found

    @pytest.mark.parametrize(
        ("table", "column", "rule"),
        [
            ("carries", "carry_micro", "the carry liability"),
            ("residues", "residue_micro", "the carry liability"),
            ("deficits", "deficit_minor", "the pools' balance"),
            ("holds_open", "amount_minor", "escrow is what open holds park"),
            ("statement_lines", "amount_minor", "a payee's entries are its lines"),
            ("balances", "balance_minor", "entries add up to zero"),
        ],
    )
    def test_finds_any_one_number_beside_the_transfers(
        self, rel: Relations, table: str, column: str, rule: str
    ) -> None:
        rows = rel.fetch(f"select * from {table}").to_pylist()
        rows[0][column] += 1
        rel.put(table, pa.Table.from_pylist(rows))
        with pytest.raises(BooksDoNotBalance, match=rule):
            prove_books(rel)
