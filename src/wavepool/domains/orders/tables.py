"""Rows as the engine's tables and back: order lines, refunds, cancellations, feedback.

Ids are int64, times epoch milliseconds UTC. Only paid lines are order lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from django.db.models import QuerySet

from wavepool.domains.orders.models import Cancellation, Feedback, OrderLine, Refund

_CHUNK: Final = 20_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)

_int, _text = pa.int64(), pa.string()
LINES: Final = pa.schema(
    [
        ("line_id", _int),
        ("order_id", _int),
        ("buyer_id", _int),
        ("shop_id", _int),
        ("item_id", _int),
        ("quantity", _int),
        ("currency", _text),
        ("paid_minor", _int),
        ("platform_coupon_minor", _int),
        ("shipping_minor", _int),
        ("tax_minor", _int),
        ("paid_at", _int),
        ("received_at", _int),
    ]
)
REFUNDS: Final = pa.schema(
    [("refund_id", _int), ("line_id", _int), ("refund_minor", _int), ("refunded_at", _int)]
)
CANCELLATIONS: Final = pa.schema([("line_id", _int), ("cancelled_at", _int)])
FEEDBACK: Final = pa.schema(
    [
        ("feedback_id", _int),
        ("line_id", _int),
        ("piece_id", _int),
        ("kind", _text),
        ("score_ppm", _int),
        ("given_at", _int),
    ]
)
_FIELDS: Final[Mapping[str, str]] = {
    "line_id": "pk",
    "order_id": "order_id",
    "buyer_id": "order__buyer_id",
    "shop_id": "order__shop_id",
}


def line_table(rows: QuerySet[OrderLine]) -> pa.Table:
    """The engine's `order_lines` of paid lines, by line_id."""
    fields = [_FIELDS.get(name, name) for name in LINES.names]
    return _table(rows.filter(paid_at__isnull=False), fields, LINES)


def refund_table(rows: QuerySet[Refund]) -> pa.Table:
    """The engine's `refunds`, by refund_id."""
    return _table(rows, ["pk", "line_id", "refund_minor", "refunded_at"], REFUNDS)


def cancellation_table(rows: QuerySet[Cancellation]) -> pa.Table:
    """The engine's `cancellations`, in the order in which they became known."""
    return _table(rows, ["line_id", "cancelled_at"], CANCELLATIONS)


def feedback_table(rows: QuerySet[Feedback]) -> pa.Table:
    """The engine's `feedback`, by feedback_id."""
    return _table(rows, ["pk", "line_id", "piece_id", "kind", "score_ppm", "given_at"], FEEDBACK)


def records(table: pa.Table, schema: pa.Schema, *, size: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of an engine table as values of ours, in chunks: times as moments.

    Columns that the table lacks are None.
    """
    present = [name for name in schema.names if name in table.column_names]
    missing = dict.fromkeys(set(schema.names) - set(present))
    times = [name for name in present if name.endswith("_at")]
    for batch in table.select(present).to_batches(max_chunksize=size):
        rows = batch.to_pylist()
        for row in rows:
            row.update(missing)
            for name in times:
                if row[name] is not None:
                    row[name] = _EPOCH + row[name] * _MS
        yield rows


def _table(rows: QuerySet[Any], fields: list[str], schema: pa.Schema) -> pa.Table:
    batches = list(_batches(rows.order_by("pk").values_list(*fields), schema))
    return pa.Table.from_batches(batches, schema)


def _batches(rows: QuerySet[Any, tuple[Any, ...]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    is_time = [name.endswith("_at") for name in schema.names]
    chunk: list[tuple[Any, ...]] = []
    for row in rows.iterator(chunk_size=_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield _batch(chunk, schema, is_time)
            chunk = []
    if chunk:
        yield _batch(chunk, schema, is_time)


def _batch(
    rows: Iterable[tuple[Any, ...]], schema: pa.Schema, is_time: list[bool]
) -> pa.RecordBatch:
    keep: Callable[[Any], Any] = lambda value: value  # noqa: E731
    readers = [_epoch_ms if each else keep for each in is_time]
    columns = [
        pa.array([reader(value) for value in column], field.type)
        for reader, column, field in zip(readers, zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.record_batch(columns, schema=schema)


def _epoch_ms(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MS
