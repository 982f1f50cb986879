"""Closing a month's books."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import queries
from wavepool.domains.ledger.models import ClosedPeriod
from wavepool.domains.ledger.operations.commands import PERIOD_LOCK, checked_period
from wavepool.domains.ledger.operations.refusals import LedgerRefusal
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor


class PeriodClosedBefore(LedgerRefusal):
    """Somebody closed it already; closing changes nothing twice."""

    kind = "ledger.period_closed_before"

    def __init__(self, period: str) -> None:
        super().__init__(_("The books of %(period)s were closed before.") % {"period": period})
        self.period = period


def close_period(*, period: str, actor: Actor, as_of: datetime) -> str:
    """Close a month: no transfer counts in it any more; give the digest of its turnover.

    It waits for the transfers that are on their way into the month. What comes
    later belongs to an open month. Reservations are in no month yet.

    Raises:
        BadPeriod: it is no month such as 2026-11.
        PeriodClosedBefore: it is closed.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                    [PERIOD_LOCK, checked_period(period)],
                )
        if ClosedPeriod.objects.filter(name=checked_period(period)).exists():
            raise PeriodClosedBefore(period)
        turnover = queries.turnover_of(period)
        ClosedPeriod.objects.create(
            name=period,
            digest=turnover.digest,
            transfer_count=turnover.transfer_count,
            sums_minor=turnover.sums_minor,
            actor=actor.name,
            closed_at=as_of,
        )
        audit.record(
            kind="ledger.period_closed",
            subject=f"ledger_period:{period}",
            actor=actor,
            at=as_of,
            data={"digest": turnover.digest, "transfers": turnover.transfer_count},
        )
    return turnover.digest
