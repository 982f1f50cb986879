"""Rows as the engine's tables, and the columns of a past brought in as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from django.db.models import QuerySet

from wavepool.domains.content.models import MILLION, Channel, Piece

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_CHUNK: Final = 10_000
_SHARES: Final = (
    "originality_ppm",
    "completeness_ppm",
    "media_quality_ppm",
    "review_ppm",
    "ai_share_ppm",
)
_PIECES: Final = pa.schema(
    [
        ("piece_id", pa.int64()),
        ("account_id", pa.int64()),
        ("channel_id", pa.string()),
        ("format", pa.string()),
        ("category", pa.string()),
        ("published_at", pa.int64()),
        *((name, pa.int64()) for name in _SHARES),
    ]
)


_FACTS: Final = pa.schema(
    [
        ("piece_id", pa.int64()),
        ("title", pa.string()),
        ("public_id", pa.string()),
        *((name, pa.int64()) for name in _SHARES),
    ]
)


def pieces_table(*, ids: Collection[int] | None = None) -> pa.Table:
    """The engine's `pieces`: every piece that was ever published, sorted by piece_id.

    Hidden and removed ones stay: what was seen of them before is a fact.

    Args:
        ids: only these, so that a table of few costs by them.
    """
    rows = Piece.objects.filter(published_at__isnull=False)
    return _table(rows, ("pk", "account_id", "channel_id", *_PIECES.names[3:]), _PIECES, ids)


def piece_facts_table(ids: Collection[int]) -> pa.Table:
    """piece_id, title, public_id and factors of some pieces, in whatever state; sorted."""
    names = ("pk", "title", "public_id", *_SHARES)
    return _table(Piece.objects.all(), names, _FACTS, ids)


def channels_table() -> pa.Table:
    """The engine's `channels`: channel_id, name in English; sorted by channel_id."""
    rows = list(Channel.objects.order_by("pk").values_list("pk", "name"))
    schema = pa.schema([("channel_id", pa.string()), ("name", pa.string())])
    return pa.table([[row[0] for row in rows], [row[1] for row in rows]], schema=schema)


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970, what is finer cut off."""
    return (moment - _EPOCH) // _MS


def moment_of(ms: int) -> datetime:
    """The moment of epoch milliseconds."""
    return _EPOCH + ms * _MS


def past_channels(table: pa.Table) -> list[tuple[str, str]]:
    """Id and name of each row of a season's `channels`."""
    ids = map(str, table.column("channel_id").to_pylist())
    return list(zip(ids, table.column("name").to_pylist(), strict=True))


def past_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of a season's `pieces`, types made ours: text channels, aware moments, shares filled.

    Beside the engine's columns there may be title, body and items (keys of goods, in order).

    A table without one of the engine's columns that must be there raises KeyError.
    """
    count = len(table)
    columns: dict[str, Sequence[Any]] = {
        "piece_id": _ints(table, "piece_id"),
        "account_id": _ints(table, "account_id"),
        "channel_id": [str(each) for each in table.column("channel_id").to_pylist()],
        "format": table.column("format").to_pylist(),
        "category": table.column("category").to_pylist(),
        "published_at": [moment_of(each) for each in _ints(table, "published_at")],
        "title": _told(table, "title", ""),
        "body": _told(table, "body", ""),
        "items": _told(table, "items", ()),
    }
    for name in _SHARES:
        default = 0 if name == "ai_share_ppm" else MILLION
        said = table.column(name).to_pylist() if name in table.column_names else [None] * count
        columns[name] = [default if each is None else int(each) for each in said]
    return _rows(columns)


def _told(table: pa.Table, name: str, default: Any) -> list[Any]:
    """A column that may be absent, its nulls filled."""
    said = table.column(name).to_pylist() if name in table.column_names else [None] * len(table)
    return [default if each is None else each for each in said]


def _rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _ints(table: pa.Table, name: str) -> list[int]:
    """A column of integers; a time becomes epoch milliseconds."""
    column = table.column(name)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False)
    return [int(each) for each in column.cast(pa.int64()).to_pylist()]


def _table(
    rows: QuerySet[Any],
    names: Iterable[str],
    schema: pa.Schema,
    ids: Collection[int] | None = None,
) -> pa.Table:
    """Rows sorted by their keys, all of them or those of some keys, as columns."""
    columns: list[list[Any]] = [[] for _ in schema]
    for some in [rows] if ids is None else _of_ids(rows, ids):
        for row in some.order_by("pk").values_list(*names).iterator(chunk_size=_CHUNK):
            for column, value in zip(columns, row, strict=True):
                column.append(epoch_ms(value) if isinstance(value, datetime) else value)
    return pa.table(columns, schema=schema)


def _of_ids(rows: QuerySet[Any], ids: Collection[int]) -> Iterator[QuerySet[Any]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        yield rows.filter(pk__in=wanted[start : start + _CHUNK])
