"""Months that a payout brought to their end: nobody is owed anything of them any more."""

from __future__ import annotations

from django.db.models import F

from wavepool.domains.statements.models import Statement, StatementPayment


def months_paid_whole(payout: str) -> list[str]:
    """The months of a payout's statements whose every issued statement is paid whole by now.

    A statement of nothing is paid whole from the start; a payout that came back paid nothing.
    """
    mine = StatementPayment.objects.filter(payout=payout, returned_at=None)
    months = set(mine.values_list("statement__period", flat=True))
    owed = Statement.objects.filter(
        period__in=months, issued_at__isnull=False, paid_minor__lt=F("net_minor")
    )
    return sorted(months - set(owed.values_list("period", flat=True)))
