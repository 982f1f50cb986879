"""Posting the transfers of a settlement: a stream of tables, each one step with its cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from wavepool.domains.ledger.models import Batch
from wavepool.domains.ledger.operations.checking import check_transfers
from wavepool.domains.ledger.operations.commands import (
    Command,
    Posted,
    checked_key,
    checked_period,
    one_step,
)
from wavepool.domains.ledger.operations.posting import as_table, post_checked
from wavepool.domains.ledger.tables import Digest, NewTransfer, shaped, sums_of
from wavepool.plumbing.actor import Actor

CHUNK: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a settlement posted, in this call and in those before it that it repeats.

    Attributes:
        batch_count: chunks, each a batch of its own.
        transfer_count: transfers of these chunks.
        sums_minor: their amounts per currency.
    """

    batch_count: int
    transfer_count: int
    sums_minor: dict[str, int]


def no_cursor(_posted: int) -> None:
    """For a settlement that nobody resumes."""


def post_table(
    *,
    key: str,
    table: pa.Table,
    period: str,
    actor: Actor,
    as_of: datetime,
    chunk: int = CHUNK,
    start: int = 0,
    checkpoint: Callable[[int], None] = no_cursor,
) -> Settled:
    """Post a table of transfers in chunks; each chunk commits with its cursor.

    A chunk is a batch with the key `KEY/NUMBER`, so posting it again moves
    nothing: a run that was killed anywhere continues at its cursor, or from the
    start, with the same result.

    Args:
        key: names the settlement, e.g. "settle:2026-11".
        table: key, debit, credit, currency, amount_minor; and if there are any
            kind, subject, is_pending, reverses_id. The order of the rows must be
            the same in every run.
        chunk: transfers a batch.
        start: chunks that are done, as the last checkpoint said.
        checkpoint: saves the number of chunks done, inside the chunk's transaction.

    Raises:
        TableMisshapen: a column is missing or of another type.
        As `post`; the chunks before stay posted, and a repeated call goes on from there.
    """
    whole = shaped(table)
    chunks = (whole.slice(first, chunk) for first in range(0, whole.num_rows, chunk))
    return post_stream(
        key=key,
        tables=chunks,
        period=period,
        actor=actor,
        as_of=as_of,
        start=start,
        checkpoint=checkpoint,
    )


def post_stream(
    *,
    key: str,
    tables: Iterable[pa.Table | pa.RecordBatch],
    period: str,
    actor: Actor,
    as_of: datetime,
    start: int = 0,
    checkpoint: Callable[[int], None] = no_cursor,
) -> Settled:
    """Post a stream of tables, each as one chunk of `post_table`; only one is in memory.

    Raises:
        As `post_table`.
    """
    chunks, transfers, sums_minor = 0, 0, Counter[str]()
    for number, given in enumerate(tables):
        if number < start:
            continue
        table = shaped(given)
        check_transfers(table)
        command = _command(f"{key}/{number}", table, period, actor, as_of)
        with one_step():
            posted: Posted = post_checked(table, command)
            checkpoint(number + 1)
        chunks, transfers = chunks + 1, transfers + posted.transfer_count
        sums_minor.update(posted.sums_minor)
    return Settled(batch_count=chunks, transfer_count=transfers, sums_minor=dict(sums_minor))


def post_many(
    *,
    key: str,
    transfers: Iterable[NewTransfer],
    period: str,
    actor: Actor,
    as_of: datetime,
    chunk: int = CHUNK,
    start: int = 0,
    checkpoint: Callable[[int], None] = no_cursor,
) -> Settled:
    """Post a stream of transfers as `post_table` does.

    Raises:
        As `post_table`.
    """
    return post_stream(
        key=key,
        tables=_tables(transfers, chunk),
        period=period,
        actor=actor,
        as_of=as_of,
        start=start,
        checkpoint=checkpoint,
    )


def _tables(transfers: Iterable[NewTransfer], chunk: int) -> Iterator[pa.Table]:
    rows: list[NewTransfer] = []
    for each in transfers:
        rows.append(each)
        if len(rows) == chunk:
            yield as_table(rows)
            rows = []
    if rows:
        yield as_table(rows)


def _command(key: str, table: pa.Table, period: str, actor: Actor, as_of: datetime) -> Command:
    digest = Digest(kind=Batch.Kind.POST, key=checked_key(key), period=checked_period(period))
    digest.add_table(table)
    return Command(
        key=key,
        kind=Batch.Kind.POST,
        period=period,
        digest=digest.text(),
        transfer_count=table.num_rows,
        sums_minor=sums_of(table),
        actor=actor,
        as_of=as_of,
    )
