"""Rows as the engine's tables, and the columns of a past brought in as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from django.db.models import QuerySet

from wavepool.domains.live.models import Session

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_CHUNK: Final = 10_000
_NAMES: Final = ("session_id", "piece_id", "started_at", "ended_at", "effective_ms")
_SESSIONS: Final = pa.schema([(name, pa.int64()) for name in _NAMES])


def sessions_table(*, piece_ids: Collection[int] | None = None) -> pa.Table:
    """The engine's `sessions`: those that were on air and are over, sorted by session_id.

    Args:
        piece_ids: only those of these pieces.
    """
    rows = Session.objects.filter(state__in=[Session.State.ENDED, Session.State.CUT])
    columns: list[list[Any]] = [[] for _ in _NAMES]
    for some in [rows] if piece_ids is None else _of_pieces(rows, piece_ids):
        values = some.order_by("pk").values_list("pk", *_NAMES[1:])
        for row in values.iterator(chunk_size=_CHUNK):
            for column, value in zip(columns, row, strict=True):
                column.append(epoch_ms(value) if isinstance(value, datetime) else value)
    return pa.table(columns, schema=_SESSIONS).sort_by("session_id")


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970, what is finer cut off."""
    return (moment - _EPOCH) // _MS


def moment_of(ms: int) -> datetime:
    """The moment of epoch milliseconds."""
    return _EPOCH + ms * _MS


def past_rows(table: pa.Table) -> list[dict[str, int]]:
    """Rows of a season's `sessions`, all whole numbers, times as epoch milliseconds.

    A table without one of the engine's columns raises KeyError.
    """
    columns = [_ints(table, name) for name in _NAMES]
    return [dict(zip(_NAMES, values, strict=True)) for values in zip(*columns, strict=True)]


def _of_pieces(rows: QuerySet[Session], piece_ids: Collection[int]) -> Iterator[QuerySet[Session]]:
    wanted = sorted(piece_ids)
    for start in range(0, len(wanted), _CHUNK):
        yield rows.filter(piece_id__in=wanted[start : start + _CHUNK])


def _ints(table: pa.Table, name: str) -> list[int]:
    column = table.column(name)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False)
    return [int(each) for each in column.cast(pa.int64()).to_pylist()]
