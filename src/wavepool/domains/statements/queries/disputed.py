"""What of issued statements is under an open objection, so that it stays where it is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Subquery, Sum

from wavepool.domains.statements.models import Line, Objection
from wavepool.domains.statements.queries.eligibility import register_disputed


@register_disputed
def under_objection(payee_ids: Collection[int], currency: str) -> dict[int, int]:
    """Sums of the lines to which payees object, by payee: one query.

    What counts is the line as it was issued, whatever it said when it was objected to: lines of
    an estimate and held ones are in no wallet, and a line that takes money frees none.
    """
    line = Line.objects.filter(
        statement__payee_id=OuterRef("payee_id"),
        statement__period=OuterRef("period"),
        statement__issued_at__isnull=False,
        key=OuterRef("line_key"),
        currency=OuterRef("currency"),
        is_held=False,
        amount_minor__gt=0,
    )
    rows = Objection.objects.filter(
        payee_id__in=payee_ids, currency=currency, outcome=Objection.Outcome.OPEN
    )
    found = rows.annotate(issued_minor=Subquery(line.values("amount_minor")[:1]))
    sums = found.order_by().values("payee_id").annotate(sum_minor=Sum("issued_minor"))
    return {row["payee_id"]: int(row["sum_minor"]) for row in sums if row["sum_minor"]}
