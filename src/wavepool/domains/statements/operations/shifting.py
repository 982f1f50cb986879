"""The second bridge: why a final statement differs from what was estimated, reason by reason."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.db import connection

from wavepool.domains.statements.models import Shift, Statement, Take

_CHUNK: Final = 2_000
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
    estimated = {(row.payee_id, row.currency): row for row in Statement.objects.filter(take=before)}
    found = _differences(after, before)
    shifts: list[Shift] = []
    changed: list[Statement] = []
    for statement in Statement.objects.filter(take=after).iterator(chunk_size=_CHUNK):
        was = estimated.get((statement.payee_id, statement.currency))
        statement.estimated_minor = was.net_minor if was else 0
        changed.append(statement)
        reasons = found.get((statement.payee_id, statement.currency), [])
        reasons += _beyond_lines(statement, was)
        shifts += [
            Shift(statement=statement, reason=reason, amount_minor=amount, line_count=count)
            for reason, amount, count in sorted(reasons)
            if amount or count
        ]
        moved = sum(amount for _reason, amount, _count in reasons)
        assert moved == statement.net_minor - statement.estimated_minor, statement.public_id
    Statement.objects.bulk_update(changed, ["estimated_minor"], batch_size=_CHUNK)
    Shift.objects.bulk_create(shifts, batch_size=_CHUNK)


def _differences(after: Take, before: Take) -> dict[tuple[int, str], list[tuple[str, int, int]]]:
    rows: dict[tuple[int, str], list[tuple[str, int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"after": after.pk, "before": before.pk})
        for payee_id, currency, reason, amount, count in cursor.fetchall():
            rows[payee_id, currency].append((reason, int(amount), int(count)))
    return rows


def _beyond_lines(after: Statement, was: Statement | None) -> list[tuple[str, int, int]]:
    """What is no line: tax, and what corrections left owing before and after."""

    def of(name: str) -> int:
        before: Any = getattr(was, name) if was else 0
        return int(getattr(after, name)) - int(before)

    owed = of("owed_out_minor") - of("owed_in_minor")
    return [("tax_changed", -of("tax_minor"), 0), ("owed_changed", owed, 0)]
