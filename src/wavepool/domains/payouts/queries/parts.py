"""Which statements a payout pays: issued ones, the oldest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from wavepool.domains.payouts.models import PayoutPart
from wavepool.domains.statements import queries as statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What would be paid of one statement."""

    statement_id: int
    period: str
    amount_minor: int


def unpaid_statements(payee_ids: Collection[int], *, currency: str) -> dict[int, list[Any]]:
    """Of each payee the issued statements that are not paid whole, the oldest first: one query."""
    rows = statements.list_statements().filter(
        payee_id__in=payee_ids,
        currency=currency,
        issued_at__isnull=False,
        paid_minor__lt=F("net_minor"),
    )
    found: dict[int, list[Any]] = {}
    for statement in rows.order_by("period", "pk"):
        found.setdefault(statement.payee_id, []).append(statement)
    return found


def spread(amount_minor: int, unpaid: Collection[Any]) -> tuple[Part, ...]:
    """Spread an amount over statements in their order; what they do not cover is left out."""
    found = []
    left_minor = amount_minor
    for statement in unpaid:
        part_minor = min(left_minor, statement.net_minor - statement.paid_minor)
        if part_minor <= 0:
            break
        found.append(
            Part(statement_id=statement.pk, period=statement.period, amount_minor=part_minor)
        )
        left_minor -= part_minor
    return tuple(found)


def parts_of_payout(payout_id: int) -> QuerySet[PayoutPart]:
    """The parts of a payout with their statements, the oldest first."""
    rows = PayoutPart.objects.filter(payout_id=payout_id).select_related("statement")
    return rows.order_by("period", "pk")
