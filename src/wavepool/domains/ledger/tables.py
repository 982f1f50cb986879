"""Transfers as an Arrow table, and as one canonical text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

#: What a table of transfers has; the first five are asked for, the others may be absent.
TRANSFERS: Final = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("debit", pa.string(), nullable=False),
        pa.field("credit", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount_minor", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("is_pending", pa.bool_(), nullable=False),
        pa.field("reverses_id", pa.int64()),
    ]
)
REQUIRED: Final = ("key", "debit", "credit", "currency", "amount_minor")
_DEFAULTS: Final[Mapping[str, Any]] = {"kind": "transfer", "subject": "", "is_pending": False}
_BETWEEN: Final = "\t"
_HALF: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """A transfer to be posted.

    Attributes:
        key: its name, unique in its batch, e.g. "C:4711:12".
        debit: code of the account that gives, e.g. "shop:3:receivable:CNY".
        credit: code of the account that gets, e.g. "payee:12:wallet:CNY".
        currency: ISO 4217; the currency of both accounts.
        amount_minor: what moves, in minor units; above zero.
        kind: what it is, e.g. "commission".
        subject: what it is about, e.g. "order_line:4711".
        is_pending: only reserve the amount.
        reverses_id: the transfer that this one takes back.
    """

    key: str
    debit: str
    credit: str
    currency: str
    amount_minor: int
    kind: str = "transfer"
    subject: str = ""
    is_pending: bool = False
    reverses_id: int | None = None


class TableMisshapen(ValueError):
    """A table of transfers lacks a column, or a column is of another type."""

    def __init__(self, column: str, *, wanted: str) -> None:
        super().__init__(f"column {column} of a table of transfers must be {wanted}, without nulls")
        self.column = column


def table_of(transfers: Sequence[NewTransfer]) -> pa.Table:
    """Transfers as a table, in their order.

    Raises:
        OverflowError: an amount beyond 64 bits.
    """
    columns = [[getattr(each, name) for each in transfers] for name in TRANSFERS.names]
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, TRANSFERS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=TRANSFERS)


def shaped(table: pa.Table | pa.RecordBatch) -> pa.Table:
    """A table of somebody else's with our columns, types and order; absent ones get defaults.

    Raises:
        TableMisshapen: a required column is absent, or one has another type or nulls.
    """
    arrays = []
    for field in TRANSFERS:
        if field.name in table.schema.names:
            column = table.column(field.name)
        elif field.name in REQUIRED:
            raise TableMisshapen(field.name, wanted=str(field.type))
        else:
            filler = pa.scalar(_DEFAULTS.get(field.name), type=field.type)
            column = pa.repeat(filler, table.num_rows)
        try:
            arrays.append(column if column.type == field.type else column.cast(field.type))
        except pa.ArrowInvalid as error:
            raise TableMisshapen(field.name, wanted=str(field.type)) from error
        if not field.nullable and arrays[-1].null_count:
            raise TableMisshapen(field.name, wanted=str(field.type))
    return pa.Table.from_arrays(arrays, schema=TRANSFERS)


class Digest:
    """SHA-256 of a command: its kind, its key, its period, then one line a row."""

    def __init__(self, *, kind: str, key: str, period: str) -> None:
        self._hash = hashlib.sha256(f"{_BETWEEN.join((kind, key, period))}\n".encode())

    def add_table(self, table: pa.Table) -> None:
        """Add the rows of a table of transfers, in their order."""
        for batch in table.combine_chunks().to_batches():
            columns = [_text(batch.column(name)) for name in TRANSFERS.names]
            columns[-1] = pc.binary_join_element_wise(columns[-1], pa.scalar("\n"), "")
            lines = pc.binary_join_element_wise(*columns, _BETWEEN)
            _validity, offsets, data = lines.buffers()
            if data is not None:
                starts = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, offsets])
                self._hash.update(memoryview(data)[starts[0].as_py() : starts[-1].as_py()])

    def add_row(self, *values: object) -> None:
        """Add one row by its values, in the order of the columns."""
        self._hash.update(f"{_BETWEEN.join(map(_word, values))}\n".encode())

    def add_transfers(self, transfers: Iterable[NewTransfer]) -> None:
        """Add transfers in their order; the same as adding their table."""
        for each in transfers:
            self.add_row(*(getattr(each, name) for name in TRANSFERS.names))

    def text(self) -> str:
        """The digest so far, in hexadecimal."""
        return self._hash.hexdigest()


def sums_of(table: pa.Table) -> dict[str, int]:
    """Exact sum of the amounts per currency, sorted; it never wraps."""
    return dict(sorted(exact_sums(table.column("currency"), table.column("amount_minor")).items()))


def exact_sums(names: Any, amounts: Any) -> dict[Any, int]:
    """Exact sum of the amounts per name, as Python's own integers.

    Arrow's 64-bit sums wrap without a word, so the halves are added apart.
    """
    if len(amounts) == 0:
        return {}
    low = pc.bit_wise_and(amounts, (1 << _HALF) - 1)
    halves = {"name": names, "low": low, "high": pc.shift_right(amounts, _HALF)}
    grouped = pa.table(halves).group_by("name").aggregate([("low", "sum"), ("high", "sum")])
    keys, lows, highs = (
        grouped.column(name).to_pylist() for name in ("name", "low_sum", "high_sum")
    )
    return {key: (high << _HALF) + rest for key, rest, high in zip(keys, lows, highs, strict=True)}


def _text(column: Any) -> Any:
    """A column as the words of the canonical text."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "pending", "posted")
    return column if pa.types.is_string(column.type) else pc.fill_null(column.cast(pa.string()), "")


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "pending" if value else "posted"
    return str(value)
