"""Canonical encoding of statement lines, in Python and in SQL."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.receipts import (
    LINE_COLUMNS,
    StatementLine,
    UnknownColumnType,
    encode_line,
    leaf_digest,
    leaf_digest_sql,
)

LINE = StatementLine(
    period="2026-01",
    line_key="P:大奖池",
    payee_id=7,
    kind="pool",
    ref_id=None,
    currency="CNY",
    amount_minor=-5,
    micro=8_962_515_048,
    is_held=False,
)
SEPARATORS = st.sampled_from(["", "1", "|", "1|", "1:", "~", "2:1|", "池", "0:|0:"])
LINES = st.builds(
    StatementLine,
    period=SEPARATORS,
    line_key=SEPARATORS,
    payee_id=st.none() | st.integers(-1, 1) | SEPARATORS,
    kind=SEPARATORS,
    ref_id=st.none() | SEPARATORS,
    currency=st.none() | SEPARATORS,
    amount_minor=st.integers(-1, 1),
    micro=st.none() | st.integers(-1, 1),
    is_held=st.booleans(),
)


class TestEncoding:
    def test_is_the_nine_fields_in_order(self) -> None:
        assert encode_line(LINE) == "7:2026-01|5:P:大奖池|7|4:pool|~|3:CNY|-5|8962515048|0"

    def test_has_a_digest_that_never_changes(self) -> None:
        assert (
            leaf_digest(LINE)
            == hashlib.sha256(
                "wavepool-line-1|7:2026-01|5:P:大奖池|7|4:pool|~|3:CNY|-5|8962515048|0".encode()
            ).hexdigest()
            == "b43fe19840482a21e406891a80f9f56104a5d714406a59c6cf7c0dc94f01c752"
        )

    def test_tells_a_number_from_a_text(self) -> None:
        as_text = StatementLine(**{**LINE.document(), "payee_id": "7"})
        assert encode_line(as_text) != encode_line(LINE)

    @given(LINES, LINES)
    def test_differs_where_the_lines_differ(self, one: StatementLine, other: StatementLine) -> None:
        assert (encode_line(one) == encode_line(other)) == (
            [(type(value), value) for value in one.values()]
            == [(type(value), value) for value in other.values()]
        )


def _random_rows(count: int) -> list[dict[str, Any]]:
    chance = random.Random(20260131)

    def text() -> str | None:
        if chance.random() < 0.2:
            return None
        return "".join(chance.choices("ab|~:0大奖池🦆é\n'", k=chance.randrange(9)))

    def number() -> int | None:
        return None if chance.random() < 0.2 else chance.randrange(-(2**63), 2**63)

    return [
        {
            "period": text(),
            "line_key": text(),
            "payee_id": number(),
            "kind": text(),
            "ref_id": text(),
            "currency": text(),
            "amount_minor": number(),
            "micro": number(),
            "is_held": chance.choice([True, False, None]),
        }
        for _ in range(count)
    ]


_ARROW = {"text": pa.string(), "bigint": pa.int64(), "boolean": pa.bool_()}


def _sql_digests(rows: list[dict[str, Any]], columns: dict[str, str], sql: str) -> list[str]:
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
    with duckdb.connect() as connection:
        connection.register("statement_lines", pa.Table.from_pylist(rows, schema=schema))
        found = connection.execute(f"select {sql} as digest from statement_lines").fetchall()
    return [digest for (digest,) in found]


class TestSqlDigest:
    def test_agrees_with_python_on_every_row(self) -> None:
        rows = _random_rows(3_000)
        found = _sql_digests(rows, dict(LINE_COLUMNS), leaf_digest_sql())
        assert found == [leaf_digest(StatementLine(**row)) for row in rows]

    def test_agrees_where_payees_are_texts(self) -> None:
        columns = {**LINE_COLUMNS, "payee_id": "text", "ref_id": "bigint"}
        rows = [
            {**row, "payee_id": row["kind"], "ref_id": row["micro"]} for row in _random_rows(500)
        ]
        found = _sql_digests(rows, columns, leaf_digest_sql(columns))
        assert found == [leaf_digest(StatementLine(**row)) for row in rows]

    def test_without_its_null_rule_is_seen_to_disagree(self) -> None:
        rows = _random_rows(200)
        broken = leaf_digest_sql().replace("'~'", "''")
        found = _sql_digests(rows, dict(LINE_COLUMNS), broken)
        assert found != [leaf_digest(StatementLine(**row)) for row in rows]

    def test_refuses_a_type_that_the_encoding_does_not_define(self) -> None:
        with pytest.raises(UnknownColumnType, match="micro has type 'double'"):
            leaf_digest_sql({**LINE_COLUMNS, "micro": "double"})
