"""What of issued statements is under an open objection, so that it stays where it is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum

from wavepool.domains.statements.models import Objection
from wavepool.domains.statements.queries.eligibility import register_disputed


@register_disputed
def under_objection(payee_ids: Collection[int], currency: str) -> dict[int, int]:
    """Sums of the lines to which payees object, by payee: one query.

    Lines of an estimate are in no wallet yet; a line that takes money frees none.
    """
    rows = Objection.objects.filter(
        payee_id__in=payee_ids,
        currency=currency,
        outcome=Objection.Outcome.OPEN,
        is_final=True,
        amount_minor__gt=0,
    )
    sums = rows.order_by().values("payee_id").annotate(sum_minor=Sum("amount_minor"))
    return {row["payee_id"]: int(row["sum_minor"]) for row in sums}
