"""What scores do after a run: its figures become drafts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.scores import operations, queries
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, register


@register("scores.take_in_run", label=_("Values of a run"))
def take_in_run(job: RunningJob) -> None:
    """Take the months of the run that the payload names in, each once."""
    run = queries.run_of(job.payload["run"])
    for done, period in enumerate(run.months):
        job.progress(done, len(run.months), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        operations.take_in_draft(
            run.tables,
            run_id=run.run_id,
            period=period,
            as_of=run.as_of,
            actor=MACHINE,
            pieces=queries.facts_of_pieces,
        )
    job.progress(len(run.months), len(run.months))


credits.on_run_done("scores.take_in_run")
