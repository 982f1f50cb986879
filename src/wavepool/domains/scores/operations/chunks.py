"""Rows in chunks, each with its cursor in the same transaction, so that a killed one goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

from django.db import transaction

#: How many rows one transaction takes.
CHUNK: Final = 2_000
#: Told inside each chunk's transaction how many rows are in.
Checkpoint = Callable[[int], None]


def nothing_more(_rows: int) -> None:
    """A checkpoint for whoever needs none."""


def write_in_chunks(
    holder: Any,
    parts: Sequence[Any],
    *,
    link: dict[str, Any],
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
        parts: things with `model` and `rows`, always the same ones in the same order.
        link: fields that every row gets, e.g. `{"draft": draft}`.
        at_the_end: runs in the transaction of the last chunk; what it raises undoes that one.
    """
    flat = list(chain.from_iterable(((each.model, row) for row in each.rows) for each in parts))
    mine = type(holder).objects.filter(pk=holder.pk, taken_at__isnull=True)
    while True:
        holder.refresh_from_db()
        if holder.taken_at is not None:
            return False
        done = holder.taken_rows
        upto = min(done + chunk, len(flat))
        with transaction.atomic():
            if not mine.filter(taken_rows=done).update(taken_rows=upto):
                continue
            _write(flat[done:upto], link)
            checkpoint(upto)
            if upto == len(flat):
                at_the_end()
                mine.update(taken_at=as_of)
                holder.refresh_from_db()
                return True


def _write(rows: Sequence[tuple[Any, dict[str, Any]]], link: dict[str, Any]) -> None:
    kinds: dict[Any, list[Any]] = {}
    for model, row in rows:
        kinds.setdefault(model, []).append(model(**link, **row))
    for model, made in kinds.items():
        model.objects.bulk_create(made)
