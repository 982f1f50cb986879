"""The transfers of a taken month: the run's own, and what its statements add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from wavepool.domains.credits import queries as credits
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.domains.statements.tables import CORRECTIONS, HEADS, PostingTables, open_postings


@contextmanager
def open_transfers(take: Take) -> Iterator[PostingTables]:
    """The transfers of a take, always the same ones in the same order."""
    rows = Statement.objects.filter(take=take).order_by("payee_id", "currency")
    heads = _table(HEADS, rows.values_list(*HEADS.names))
    lines = Line.objects.filter(take=take, kind=Line.Kind.CORRECTION).order_by("key")
    named = lines.values_list("statement__payee_id", "currency", "key", "amount_minor")
    corrections = _table(CORRECTIONS, named)
    folder = credits.run_folder(take.run)
    with open_postings(folder, take.period, heads=heads, corrections=corrections) as found:
        yield found


def _table(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
