"""From what the engine pays to what leaves: corrections, what is owed for them, and tax."""

from __future__ import annotations

from typing import Final

from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Statement, Take

_CHUNK: Final = 2_000


def apply_terms(take: Take) -> None:
    """Put what earlier corrections left owing on a take's statements, and reckon their net."""
    owed = queries.owed_before(take.period)
    changed = []
    for statement in Statement.objects.filter(take=take).iterator(chunk_size=_CHUNK):
        statement.owed_in_minor = owed.get((statement.payee_id, statement.currency), 0)
        left = statement.payable_minor + statement.correction_minor - statement.owed_in_minor
        statement.owed_out_minor = max(0, -left)
        statement.net_minor = max(0, left) - statement.tax_minor
        changed.append(statement)
    names = ("owed_in_minor", "owed_out_minor", "net_minor")
    Statement.objects.bulk_update(changed, names, batch_size=_CHUNK)
