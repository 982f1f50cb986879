"""What payouts do beside requests: propose on pay day, send what was signed, ask what is unknown."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import operations, queries
from wavepool.domains.pools import operations as pools
from wavepool.domains.pools import queries as pool_queries
from wavepool.domains.programmes import operations as programmes
from wavepool.domains.statements import queries as statements
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.approvals import NotApproved
from wavepool.plumbing.jobs import RunningJob, every, register


@register("payouts.send_batch", label=_("Sending a batch of payouts"))
def send_batch(job: RunningJob) -> dict[str, int]:
    """Reserve and send a signed batch; killed anywhere, a later run goes on from the rows."""
    batch_id = job.payload["batch"]
    try:
        return _send(job, batch_id)
    except NotApproved:
        operations.void_signature(batch_id=batch_id, actor=MACHINE, as_of=job.clock())
        raise


def _send(job: RunningJob, batch_id: str) -> dict[str, int]:
    batch = queries.get_batch(batch_id)
    planned = queries.list_planned(batch)
    for done, payout_id in enumerate(planned):
        job.progress(done, batch.payout_count, payout_id)
        with transaction.atomic():
            job.checkpoint({"reserved": payout_id})
            operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=job.clock())
    rail = operations.get_rail(batch.rail)
    sent = 0
    while isinstance(rail, operations.CallRail):
        try:
            with transaction.atomic():
                job.checkpoint({"sent": sent})
                instructions = operations.begin_sending(
                    batch_id=batch_id, most=rail.most_per_call, as_of=job.clock()
                )
        except operations.BatchMoved:
            # It ended or was cancelled: there is nothing left to send.
            break
        if not instructions:
            break
        operations.send(
            batch_id=batch_id,
            instructions=instructions,
            rail=rail,
            actor=MACHINE,
            as_of=job.clock(),
        )
        sent += len(instructions)
        job.progress(sent, batch.payout_count)
    return {"reserved": len(planned), "sent": sent}


@register("payouts.note_awards", label=_("Awards that a payout paid"))
def note_awards(job: RunningJob) -> int:
    """Tell programmes which awards a payout paid whole, or which are owed again since it came back."""
    payout = queries.get_payout(job.payload["payout"])
    is_paid = payout.state == "paid"
    note = programmes.note_paid if is_paid else programmes.note_returned
    found = statements.award_keys_of_payout(payout.public_id, is_paid=is_paid)
    noted = 0
    for done, (period, keys) in enumerate(found.items()):
        job.progress(done, len(found), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
            noted += note(
                keys=keys,
                period=period,
                reference=payout.public_id,
                actor=MACHINE,
                as_of=job.clock(),
            )
    return noted


@register("payouts.note_months", label=_("Months that a payout paid whole"))
def note_months(job: RunningJob) -> list[str]:
    """Tell the pools which closed months a payout was the last to pay; a second time changes nothing."""
    payout = queries.get_payout(job.payload["payout"])
    months = statements.months_paid_whole(payout.public_id)
    closed = pool_queries.list_periods().filter(closed_at__isnull=False, paid_at=None)
    paid: list[str] = []
    for month in closed.filter(name__in=months).order_by("name").values_list("name", flat=True):
        job.progress(len(paid), len(months), month)
        try:
            with transaction.atomic():
                job.checkpoint({"period": month})
                pools.record_payment(
                    period=month, reference=payout.public_id, actor=MACHINE, as_of=job.clock()
                )
        except pools.PeriodPaid:
            # Another payout's job or a person was first.
            continue
        paid.append(month)
    return paid


@register("payouts.settle_result", label=_("Result file of a batch"))
def settle_result(job: RunningJob) -> int:
    """Settle what a result file says, payout by payout; a later run goes on where it stopped."""
    result = queries.get_result(job.payload["result"])
    keys = queries.list_reported(result.batch)
    for done, payout_id in enumerate(keys):
        job.progress(done, len(keys))
        with transaction.atomic():
            job.checkpoint({"settled": payout_id})
            operations.settle_line(payout_id=payout_id, actor=MACHINE, as_of=job.clock())
    return len(keys)


@register("payouts.propose_batches", label=_("Batches on pay day"))
def propose_batches(job: RunningJob) -> list[str]:
    """Draft batches of everybody who can be paid, on the pay day of the terms in force."""
    now = job.clock()
    if queries.is_pay_day(now):
        made = operations.propose_batches(actor=MACHINE, as_of=now)
        return [each.public_id for each in made]
    return []


@register("payouts.take_reports", label=_("Reports of the rails"))
def take_reports(job: RunningJob) -> int:
    """Take what each rail has on record, for the reconciliation.

    Raises:
        RailSilent: a rail did not answer; the others' reports are taken.
    """
    taken, silent = 0, None
    for rail in operations.list_rails():
        job.progress(taken, note=rail.name)
        try:
            taken += operations.take_report(rail=rail.name, actor=MACHINE, as_of=job.clock())
        except operations.RailSilent as error:
            silent = error
    if silent is not None:
        raise silent
    return taken


@register("payouts.ask_rails", label=_("Payouts without an answer"))
def ask_rails(job: RunningJob) -> int:
    """Ask rails what became of payouts without an answer; tell how many are decided."""
    asked = operations.list_to_ask(as_of=job.clock())
    decided = 0
    for done, payout_id in enumerate(asked):
        job.progress(done, len(asked))
        payout = operations.ask_rail(payout_id=payout_id, actor=MACHINE, as_of=job.clock())
        decided += payout.state not in {"sent", "unknown"}
    return decided


every("payouts.ask_rails", seconds=180)
every("payouts.take_reports", seconds=3_600)
every("payouts.propose_batches", at="06:00")
