"""What statements do after a run, and after a month was approved."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as runs
from wavepool.domains.statements import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, register


@register("statements.take_in_run", label=_("Statements of a run"))
def take_in_run(job: RunningJob) -> list[str]:
    """Take the months of the run that the payload names in, but for closed ones; tell which."""
    run = runs.get_run(job.payload["run"])
    taken = []
    for done, period in enumerate(run.periods):
        job.progress(done, len(run.periods), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        take = operations.take_in(
            run_id=run.public_id, period=period, actor=MACHINE, as_of=job.clock()
        )
        if take is not None:
            taken.append(period)
    job.progress(len(run.periods), len(run.periods))
    return taken


@register(operations.POST_JOB, label=_("Post a closed month"))
def post_month(job: RunningJob) -> dict[str, int]:
    """Post, lock and issue the approved month that the payload names; killed, it goes on."""
    close = operations.post_month(
        period=job.payload["period"],
        actor=MACHINE,
        as_of=job.clock(),
        checkpoint=lambda: job.checkpoint({"period": job.payload["period"]}),
        say=lambda note: job.progress(0, note=note),
    )
    return {"chunks": close.posted_chunks}


credits.on_run_done("statements.take_in_run")
