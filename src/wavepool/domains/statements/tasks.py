"""What statements do after a run, and after a month was approved."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as runs
from wavepool.domains.statements import operations, queries
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


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


@register("statements.review_trust", label=_("Review of trust"))
def review_trust(job: RunningJob) -> int:
    """In the first night of a month: how long each payee waits from receipt to settlement."""
    now = job.clock()
    period = queries.payday_rules(at=now).month_at(now).period
    if job.cursor is None and queries.is_trust_reviewed(period):
        return 0
    count = operations.review_trust(
        actor=job.actor, as_of=now, after=job.cursor or 0, checkpoint=job.checkpoint
    )
    job.progress(count, count)
    return count


credits.on_run_done("statements.take_in_run")
every("statements.review_trust", at="04:30")
