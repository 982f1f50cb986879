"""Asking rails: what became of payouts without an answer, and what they have on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Payout, ReportLine
from wavepool.domains.payouts.operations.rails import (
    CallRail,
    RailSilent,
    Receipt,
    Reported,
    get_rail,
    list_rails,
)
from wavepool.domains.payouts.operations.settling import settle_payout
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.models import Job

#: What was sent a shorter while ago is most likely still being called.
CALL_TAKES: Final = timedelta(minutes=2)
_CHUNK: Final = 500


def list_to_ask(*, as_of: datetime, most: int = 500) -> list[str]:
    """Payouts on their way over rails that can be asked, the one asked longest ago first."""
    names = [each.name for each in list_rails() if isinstance(each, CallRail)]
    rows = Payout.objects.filter(
        state__in=Payout.ON_ITS_WAY, batch__rail__in=names, sent_at__lte=as_of - CALL_TAKES
    )
    oldest = rows.order_by(F("asked_at").asc(nulls_first=True), "pk")
    return list(oldest.values_list("public_id", flat=True)[:most])


def ask_rail(*, payout_id: str, actor: Actor, as_of: datetime) -> Payout:
    """Ask the rail what became of a payout, by our key, and keep the answer.

    A callback is a hint and never believed: whatever it says, the rail is asked.

    Raises:
        NotFound: there is none.
        NoRail: its rail is not wired any more.
    """
    if not actor.is_machine:
        people.access_staff(actor=actor, to="finance")
    payout = queries.get_payout(payout_id)
    rail = get_rail(payout.batch.rail)
    if payout.state not in Payout.ON_ITS_WAY or not isinstance(rail, CallRail):
        return payout
    try:
        receipt = rail.look_up(key=payout.public_id)
    except RailSilent:
        receipt = Receipt(key=payout.public_id, kind="unknown")
    if receipt.key != payout.public_id:
        receipt = Receipt(key=payout.public_id, kind="unknown")
    return settle_payout(receipt=receipt, actor=actor, as_of=as_of)


def take_report(*, rail: str, actor: Actor, as_of: datetime) -> int:
    """Take what a rail has on record, to hold against ours; give the number of lines.

    Raises:
        NoRail: the site has none of that name.
        RailSilent: it did not answer; what was known stays.
    """
    if not actor.is_machine:
        people.access_staff(actor=actor, to="finance")
    found = get_rail(rail)
    if not isinstance(found, CallRail):
        return 0
    lines = found.report()
    for start in range(0, len(lines), _CHUNK):
        with transaction.atomic():
            keep_report(rail, lines[start : start + _CHUNK], as_of=as_of)
    audit.record(
        kind="payouts.report_taken",
        subject=f"rail/{rail}",
        actor=actor,
        at=as_of,
        data={"lines": len(lines)},
    )
    return len(lines)


def ask_reports(*, actor: Actor, as_of: datetime) -> Job:
    """Have a job take the reports of all rails.

    Raises:
        NotFound, NotAllowed: the actor may not move money.
    """
    people.access_staff(actor=actor, to="finance")
    key = f"payouts.take_reports:{actor.account_id}:{as_of.isoformat()}"
    return jobs.enqueue("payouts.take_reports", key=key, actor=actor, at=as_of)


def keep_report(rail: str, lines: Iterable[Reported], *, as_of: datetime) -> None:
    """Keep lines of a report, in the caller's transaction; what is said last counts."""
    said = {each.key[:80]: each for each in lines}
    ours = dict(
        Payout.objects.filter(public_id__in=said, batch__rail=rail).values_list("public_id", "pk")
    )
    rows = [
        ReportLine(
            rail=rail,
            key=key,
            payout_id=ours.get(key),
            currency=each.currency[:3],
            amount_minor=each.amount_minor,
            state=each.state,
            why=each.why[:300],
            reference=each.reference[:80],
            reported_at=as_of,
        )
        for key, each in said.items()
    ]
    ReportLine.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["rail", "key"],
        update_fields=["currency", "amount_minor", "state", "why", "reference", "reported_at"],
    )
