"""What programmes do after a run and on schedule, and what they give the next run."""

from __future__ import annotations

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.programmes import operations, queries
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("programmes.take_in_run", label=_("Programmes of a run"))
def take_in_run(job: RunningJob) -> list[str]:
    """Take the months of the run that the payload names in, but for final ones; tell which."""
    run = queries.run_of(job.payload["run"])
    taken = []
    for done, period in enumerate(run.months):
        job.progress(done, len(run.months), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        try:
            operations.take_in(
                run.tables,
                run_id=run.run_id,
                period=period,
                as_of=run.as_of,
                today_date=run.today_date,
                is_final=run.is_final,
                actor=MACHINE,
            )
        except operations.MonthIsFinal:
            # Its awards are approved; what came late belongs to the open month of the same run.
            continue
        taken.append(period)
    job.progress(len(run.months), len(run.months))
    return taken


register("programmes.review_standings", label=_("Levels and tiers"))(operations.review_standings)


def shape_creators(creators: pa.Table) -> pa.Table:
    """Keep farmers without a certificate out of what is for certified ones."""
    return queries.shape_creators(creators, at=database_now())


credits.on_run_done("programmes.take_in_run")
credits.add_source("budgets", queries.budgets_table)
credits.shape_source("creators", shape_creators)
# Every night: it finds whom the running week, or the running month, has not reviewed yet.
every("programmes.review_standings", at="03:30")
