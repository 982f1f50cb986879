"""The transfers of a taken month: the run's own, and what its statements add."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wavepool.domains.credits import queries as credits
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.domains.statements.tables import CORRECTIONS, HEADS, PostingTables, open_postings
from wavepool.plumbing.columns import table_of


@contextmanager
def open_transfers(take: Take) -> Iterator[PostingTables]:
    """The transfers of a take, always the same ones in the same order."""
    rows = Statement.objects.filter(take=take).order_by("payee_id", "currency")
    heads = table_of(HEADS, rows.values_list(*HEADS.names))
    lines = Line.objects.filter(take=take, kind=Line.Kind.CORRECTION).order_by("key")
    named = lines.values_list("statement__payee_id", "currency", "key", "amount_minor")
    corrections = table_of(CORRECTIONS, named)
    folder = credits.run_folder(take.run)
    with open_postings(folder, take.period, heads=heads, corrections=corrections) as found:
        yield found
