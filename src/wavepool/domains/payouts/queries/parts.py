"""Which statements a payout pays: issued ones, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from wavepool.domains.payouts.models import PayoutPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What would be paid of one statement."""

    statement_id: int
    period: str
    amount_minor: int


def parts_of(*, payee_id: int, currency: str, amount_minor: int) -> tuple[Part, ...]:
    """Spread an amount over a payee's issued statements; what they do not cover is left out."""
    found = []
    left_minor = amount_minor
    rows = PayoutPart._meta.get_field("statement").related_model.objects.filter(
        payee_id=payee_id, currency=currency, issued_at__isnull=False, paid_minor__lt=F("net_minor")
    )
    for statement in rows.order_by("period", "pk"):
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
