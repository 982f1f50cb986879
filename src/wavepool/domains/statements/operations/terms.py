"""From what the engine pays to what leaves: corrections, what is owed for them, and tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db.models import F

from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries as policies
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.domains.statements.operations.corrections import mark_applied
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.bulk import update_rows
from wavepool.plumbing.columns import table_of
from wavepool.plumbing.ids import new_id

MICRO: Final = 1_000_000
_NAMES: Final = ("id", "owed_in_minor", "owed_out_minor", "tax_minor", "net_minor")
_CHANGED: Final = pa.schema([(name, pa.int64()) for name in _NAMES])
Withhold = Callable[[str, str, int], int]


def apply_terms(take: Take, *, actor: Actor, as_of: datetime) -> None:
    """Add a take's corrections as lines, and reckon what is owed, withheld and left of each month.

    A final take keeps its corrections for good: they are applied, and no later month takes them.
    """
    _add_corrections(take, actor=actor, as_of=as_of)
    owed = queries.owed_before(take.period)
    rows = Statement.objects.filter(take=take).order_by("pk")
    found = rows.values_list("pk", "payee_id", "currency", "payable_minor", "correction_minor")
    heads = list(found)
    kinds = people.kinds_of_payees(payee_id for _pk, payee_id, *_more in heads)
    withhold = _withholding(take)
    changed: list[tuple[int, ...]] = []
    for pk, payee_id, currency, payable_minor, correction_minor in heads:
        owed_in = owed.get((payee_id, currency), 0)
        left = payable_minor + correction_minor - owed_in
        tax = withhold(kinds[payee_id], currency, max(0, left))
        if owed_in or correction_minor or tax:
            changed.append((pk, owed_in, max(0, -left), tax, max(0, left) - tax))
    update_rows(Statement, table_of(_CHANGED, changed))


def _add_corrections(take: Take, *, actor: Actor, as_of: datetime) -> None:
    if not queries.takes_corrections(take):
        return
    rows: list[dict[str, Any]] = queries.corrections_for(take.period).to_pylist()
    sums: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        sums[row["payee_id"], row["currency"]].append(row)
    for (payee_id, currency), mine in sums.items():
        statement, _made = Statement.objects.get_or_create(
            take=take,
            payee_id=payee_id,
            currency=currency,
            defaults={"public_id": new_id("stm"), "period": take.period},
        )
        Line.objects.bulk_create(_line(row, statement, take) for row in mine)
        # The net follows with tax and what is owed; until then the store holds this one to it.
        total = sum(row["amount_minor"] for row in mine)
        Statement.objects.filter(pk=statement.pk).update(
            correction_minor=total,
            owed_out_minor=max(0, -(statement.payable_minor + total)),
            net_minor=max(0, statement.payable_minor + total),
            line_count=F("line_count") + len(mine),
        )
    if take.is_final and rows:
        ids = [int(row["key"].partition(":")[2]) for row in rows]
        mark_applied(period=take.period, ids=ids, actor=actor, as_of=as_of)


def _line(row: dict[str, Any], statement: Statement, take: Take) -> Line:
    return Line(
        take=take,
        statement=statement,
        key=row["key"],
        kind=Line.Kind.CORRECTION,
        currency=row["currency"],
        amount_minor=row["amount_minor"],
        micro=row["amount_minor"] * MICRO,
        gross_micro=row["amount_minor"] * MICRO,
        occurred_at=take.as_of,
    )


def _withholding(take: Take) -> Withhold:
    """How much is withheld of an income; nothing in a month in which no rule of payouts held."""
    find = queries.withholding_in(take.period, at=take.as_of)

    def withhold(kind: str, currency: str, income_minor: int) -> int:
        if income_minor == 0:
            return 0
        try:
            found = find(payee_kind=kind, currency=currency, income_minor=income_minor)
        except policies.NoPolicyInForce:
            return 0
        return found.tax_minor

    return withhold
