"""A small season in which every row is good, and the same rows with something changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.engine.columns import CONTRACTS, Kind, Table
from wavepool.engine.relations import Relations, open_relations

Row = dict[str, Any]
DAY = 86_400_000
NOON = 1_650_000_000_000  # 2022-04-15

GOOD: dict[str, Row] = {
    "scenes": {"scene_id": "headlines", "name_zh": "淘宝头条", "name_en": "Headlines"},
    "channels": {"channel_id": 1, "name": "headlines"},
    "payees": {"payee_id": 1, "kind": "person", "trust_days": 7},
    "agencies": {"agency_id": 1, "payee_id": 1},
    "shops": {"shop_id": 1, "payee_id": 1, "currency": "CNY"},
    "items": {"item_id": 1, "shop_id": 1, "category": "tea"},
    "creators": {"creator_id": 1, "kind": "talent", "person_id": 1},
    "accounts": {"account_id": 1, "creator_id": 1},
    "creator_payees": {"creator_id": 1, "payee_id": 1, "valid_from": NOON},
    "contracts": {
        "contract_id": 1,
        "creator_id": 1,
        "agency_id": 1,
        "income_type": "direct",
        "split_ppm": 300_000,
        "valid_from": NOON,
    },
    "introductions": {"agency_id": 1, "creator_id": 1, "evidence": "form", "introduced_at": NOON},
    "plans": {
        "plan_id": 1,
        "kind": "item",
        "shop_id": 1,
        "item_id": 1,
        "rate_ppm": 100_000,
        "valid_from": NOON,
    },
    "viewers": {"viewer_id": 1},
    "pieces": {
        "piece_id": 1,
        "account_id": 1,
        "channel_id": 1,
        "format": "live",
        "category": "tea",
        "published_at": NOON,
    },
    "sessions": {
        "session_id": 1,
        "piece_id": 1,
        "started_at": NOON,
        "ended_at": NOON + 1_000,
        "effective_ms": 1_000,
    },
    "touches": {
        "touch_id": 1,
        "viewer_id": 1,
        "account_id": 1,
        "piece_id": 1,
        "channel_id": 1,
        "session_id": 1,
        "item_id": 1,
        "shop_id": 1,
        "touched_at": NOON,
        "dwell_ms": 5_000,
        "is_clicked": True,
        "is_saved": False,
        "is_shared": False,
        "is_followed": False,
        "is_disliked": False,
    },
    "touch_items": {"touch_id": 1, "item_id": 1},
    "order_lines": {
        "line_id": 1,
        "order_id": 1,
        "buyer_id": 1,
        "shop_id": 1,
        "item_id": 1,
        "quantity": 1,
        "currency": "CNY",
        "paid_minor": 1_000,
        "paid_at": NOON,
        "received_at": NOON + DAY,
    },
    "refunds": {"refund_id": 1, "line_id": 1, "refund_minor": 1_000, "refunded_at": NOON + DAY},
    "cancellations": {"line_id": 1, "cancelled_at": NOON + DAY},
    "feedback": {"feedback_id": 1, "line_id": 1, "kind": "complaint", "given_at": NOON},
    "subsidies": {"pool_id": "big", "period": "2022-04", "currency": "CNY", "subsidy_minor": 5},
    "budgets": {
        "programme_id": "start",
        "period": "2022-04",
        "currency": "CNY",
        "budget_minor": 5,
        "traffic_units": 0,
    },
    "identity_links": {
        "left_id": "buyer:1",
        "right_id": "payee:1",
        "kind": "device",
        "seen_at": NOON,
    },
    "rulings": {"hold_id": "h1", "kept_ppm": 1_000_000, "decided_at": NOON},
}

_ARROW = {Kind.INT: pa.int64(), Kind.TIME: pa.int64(), Kind.FLAG: pa.bool_()}
_TEXT = {Kind.TEXT: pa.string()}


def arrow(name: str, rows: Sequence[Row], *, id_type: pa.DataType | None = None) -> pa.Table:
    """Rows as a table with every column of the contract; what a row lacks is null."""
    table = CONTRACTS[name]
    kinds = {**_ARROW, **_TEXT, Kind.ID: id_type or pa.int64()}
    return pa.table(
        {
            column.name: pa.array([row.get(column.name) for row in rows], kinds[column.kind])
            for column in table.columns
        }
    )


def season(extra: Mapping[str, Sequence[Row]] | None = None) -> dict[str, pa.Table]:
    """The good season with further rows."""
    more = extra or {}
    return {name: arrow(name, [row, *more.get(name, ())]) for name, row in GOOD.items()}


def changed(name: str, **changes: Any) -> Row:
    """The good row of a table with some columns changed."""
    return {**GOOD[name], **changes}


def row_key(table: Table, row: Row) -> str:
    """The key of a row as rejects write it."""
    return "|".join("" if row.get(name) is None else str(row[name]) for name in table.key)


@contextmanager
def relations(scratch: Path) -> Iterator[Relations]:
    """An engine in a scratch folder."""
    rel = open_relations("duckdb", scratch=scratch, threads=1, memory_mb=500)
    try:
        yield rel
    finally:
        rel.close()
