"""Months that a payout brought to their end: nobody is owed anything of them any more."""

from __future__ import annotations

from django.db.models import F

from wavepool.domains.statements.models import Statement, StatementPayment


def months_paid_whole(payout: str) -> list[str]:
    """The months of a payout's statements whose every issued statement is paid whole by now.

    A statement of nothing is paid whole from the start; a payout that came back paid nothing.
    """
    mine = StatementPayment.objects.filter(payout=payout, returned_at=None)
    months = sorted(set(mine.values_list("statement__period", flat=True)))
    owed = Statement.objects.filter(issued_at__isnull=False, paid_minor__lt=F("net_minor"))
    # Each payout asks: the first statement that is owed answers, however many there are.
    return [month for month in months if not owed.filter(period=month).exists()]
