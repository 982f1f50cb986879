"""What pools do after a run, and each hour: months move by the store's clock."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.pools import operations, queries
from wavepool.domains.scores import queries as scores
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("pools.take_in_run", label=_("Pools of a run"))
def take_in_run(job: RunningJob) -> list[str]:
    """Take the months of the run that the payload names in, but for closed ones; tell which."""
    run = scores.run_of(job.payload["run"])
    taken = []
    for done, period in enumerate(run.months):
        job.progress(done, len(run.months), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        try:
            operations.take_in_draft(
                run.tables, run_id=run.run_id, period=period, as_of=run.as_of, actor=MACHINE
            )
        except operations.PeriodIsClosed:
            # Its shares are final; what came late belongs to the open month of the same run.
            continue
        taken.append(period)
    job.progress(len(run.months), len(run.months))
    return taken


@register("pools.move_periods", label=_("Months of the pools"))
def move_periods(_job: RunningJob) -> list[str]:
    """Publish drafts and close months for which the time has come."""
    return operations.move_periods(actor=MACHINE, as_of=database_now())


every("pools.move_periods", seconds=3_600)
credits.on_run_done("pools.take_in_run")
credits.add_source("subsidies", queries.subsidies_table)
