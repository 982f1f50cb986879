"""The second bridge: why a final statement differs from what was estimated, reason by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
from django.db import connection

from wavepool.domains.statements.models import Shift, Statement, Take
from wavepool.plumbing.bulk import update_rows, write_rows
from wavepool.plumbing.columns import table_of

_CHUNK: Final = 2_000
Head = tuple[Any, ...]
_HEAD: Final = (
    "pk", "payee_id", "currency", "net_minor", "tax_minor", "owed_in_minor", "owed_out_minor",
)  # fmt: skip
_NET, _TAX, _OWED_IN, _OWED_OUT = range(3, 7)
#: What was estimated for somebody of whom there was no estimate.
_NOBODY: Final[Head] = (0, 0, "", 0, 0, 0, 0)
_ESTIMATED: Final = pa.schema([("id", pa.int64()), ("estimated_minor", pa.int64())])
_SHIFTS: Final = pa.schema(
    [
        ("statement_id", pa.int64()),
        ("reason", pa.string()),
        ("amount_minor", pa.int64()),
        ("line_count", pa.int64()),
    ]
)
#: One row a line that differs, by payee, currency and the line's key; held lines count nothing.
_DIFFERENCES: Final = """
SELECT payee_id, currency, reason, SUM(after_minor - before_minor) AS amount_minor, COUNT(*)
FROM (
    SELECT payee_id, currency, after_minor, before_minor,
        CASE
            WHEN kind = 'refund' THEN 'refunded_since'
            WHEN kind = 'pool' THEN 'pool_changed'
            WHEN kind = 'award' THEN 'award_changed'
            WHEN kind = 'adjustment' THEN 'ruled_since'
            WHEN kind = 'debt' THEN 'debt_changed'
            WHEN kind = 'correction' THEN 'corrected'
            WHEN held_after > held_before AND in_before > 0 THEN 'held_since'
            WHEN held_after < held_before THEN 'freed_since'
            WHEN in_before = 0 THEN 'settled_since'
            WHEN in_after = 0 THEN 'fell_away'
            ELSE 'recalculated'
        END AS reason
    FROM (
        SELECT s.payee_id, l.currency, l.key, MAX(l.kind) AS kind,
            SUM(CASE WHEN l.take_id = %(after)s AND NOT l.is_held THEN l.amount_minor ELSE 0 END)
                AS after_minor,
            SUM(CASE WHEN l.take_id = %(before)s AND NOT l.is_held THEN l.amount_minor ELSE 0 END)
                AS before_minor,
            SUM(CASE WHEN l.take_id = %(after)s THEN 1 ELSE 0 END) AS in_after,
            SUM(CASE WHEN l.take_id = %(before)s THEN 1 ELSE 0 END) AS in_before,
            SUM(CASE WHEN l.take_id = %(after)s AND l.is_held THEN 1 ELSE 0 END) AS held_after,
            SUM(CASE WHEN l.take_id = %(before)s AND l.is_held THEN 1 ELSE 0 END) AS held_before
        FROM statements_line AS l
        JOIN statements_statement AS s ON s.id = l.statement_id
        WHERE l.take_id IN (%(after)s, %(before)s)
        GROUP BY s.payee_id, l.currency, l.key
    ) AS keyed
    WHERE after_minor <> before_minor
) AS named
GROUP BY payee_id, currency, reason
"""


def note_shifts(after: Take, before: Take) -> None:
    """Write for each statement of a final take what changed since the estimate, and why.

    The reasons of a statement add up to its net less the estimated net: what no line explains
    is tax, and what corrections left owing.
    """
    estimated = {each[1:3]: each for each in _heads(before)}
    found = _differences(after, before)
    nets: list[tuple[int, int]] = []
    shifts: list[tuple[int, str, int, int]] = []
    for head in _heads(after):
        pk, payee_id, currency, *_more = head
        was = estimated.get((payee_id, currency), _NOBODY)
        nets.append((pk, was[_NET]))
        reasons = [*found.get((payee_id, currency), []), *_beyond_lines(head, was)]
        shifts += [
            (pk, reason, amount, count)
            for reason, amount, count in sorted(reasons)
            if amount or count
        ]
        moved = sum(amount for _reason, amount, _count in reasons)
        assert moved == head[_NET] - was[_NET], pk
    update_rows(Statement, table_of(_ESTIMATED, nets))
    write_rows(Shift, table_of(_SHIFTS, shifts))


def _heads(take: Take) -> Iterator[Head]:
    """A take's statements: id, payee, currency, and the amounts that no line explains."""
    rows = Statement.objects.filter(take=take).order_by("pk").values_list(*_HEAD)
    yield from rows.iterator(chunk_size=_CHUNK)


def _differences(after: Take, before: Take) -> dict[tuple[int, str], list[tuple[str, int, int]]]:
    rows: dict[tuple[int, str], list[tuple[str, int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"after": after.pk, "before": before.pk})
        for payee_id, currency, reason, amount, count in cursor.fetchall():
            rows[payee_id, currency].append((reason, int(amount), int(count)))
    return rows


def _beyond_lines(after: Head, was: Head) -> list[tuple[str, int, int]]:
    """What is no line: tax, and what corrections left owing before and after."""
    tax, owed_in, owed_out = (after[place] - was[place] for place in (_TAX, _OWED_IN, _OWED_OUT))
    return [("tax_changed", -tax, 0), ("owed_changed", owed_out - owed_in, 0)]
