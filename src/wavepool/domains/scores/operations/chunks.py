"""Rows in chunks, each with its cursor in the same transaction, so that a killed one goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import transaction

from wavepool.domains.scores.tables import Part
from wavepool.plumbing.bulk import write_rows

#: How many rows one transaction takes.
CHUNK: Final = 20_000
#: Told inside each chunk's transaction how many rows are in.
Checkpoint = Callable[[int], None]


def nothing_more(_rows: int) -> None:
    """A checkpoint for whoever needs none."""


def write_in_chunks(
    holder: Any,
    parts: Sequence[Part],
    *,
    link: dict[str, int],
    as_of: datetime,
    checkpoint: Checkpoint = nothing_more,
    at_the_end: Callable[[], None] = lambda: None,
    chunk: int = CHUNK,
) -> bool:
    """Write the rows of some parts that are not in yet; tell whether anything was left to do.

    The holder's `taken_rows` is the cursor. Whoever finds it moved by somebody else goes on from
    where that one is, so two who do the same write every row once.

    Args:
        holder: a row with `taken_rows` and `taken_at`; `taken_at` is set with the last chunk.
        parts: always the same ones in the same order.
        link: columns that every row gets, e.g. `{"draft_id": draft.pk}`.
        at_the_end: runs in the transaction of the last chunk; what it raises undoes that one.
    """
    total = count_rows(parts)
    mine = type(holder).objects.filter(pk=holder.pk, taken_at__isnull=True)
    while True:
        holder.refresh_from_db()
        if holder.taken_at is not None:
            return False
        done = holder.taken_rows
        upto = min(done + chunk, total)
        with transaction.atomic():
            if not mine.filter(taken_rows=done).update(taken_rows=upto):
                continue
            _write(parts, done, upto, link)
            checkpoint(upto)
            if upto == total:
                at_the_end()
                mine.update(taken_at=as_of)
                holder.refresh_from_db()
                return True


def count_rows(parts: Sequence[Part]) -> int:
    """Rows of all parts."""
    return sum(each.rows.num_rows for each in parts)


def _write(parts: Sequence[Part], first: int, end: int, link: dict[str, int]) -> None:
    """Write the rows from `first` to before `end`, as if all parts were one list."""
    start = 0
    for part in parts:
        size = part.rows.num_rows
        low, high = max(first - start, 0), min(end - start, size)
        if low < high:
            rows = part.rows.slice(low, high - low)
            for name, value in link.items():
                rows = rows.append_column(name, pa.repeat(pa.scalar(value, pa.int64()), len(rows)))
            write_rows(part.model, rows)
        start += size
