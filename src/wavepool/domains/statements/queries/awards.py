"""Which awards stand in the statements that a payout paid."""

from __future__ import annotations

from wavepool.domains.statements.models import Line, StatementPayment


def award_keys_of_payout(payout: str, *, is_paid: bool) -> dict[str, list[str]]:
    """Keys of the award lines by month, in statements of the payout that are paid whole, or are not.

    Args:
        payout: the payout's key.
        is_paid: True for statements that are paid whole, False for those that are owed still or again.
    """
    rows = StatementPayment.objects.filter(
        payout=payout, statement__paid_at__isnull=not is_paid
    ).values("statement_id")
    lines = Line.objects.filter(statement_id__in=rows, kind=Line.Kind.AWARD)
    found: dict[str, list[str]] = {}
    for period, key in lines.order_by("statement__period", "key").values_list(
        "statement__period", "key"
    ):
        found.setdefault(period, []).append(key)
    return found
