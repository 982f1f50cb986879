"""What credits do in the background, and when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations
from wavepool.domains.orders import operations as orders
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


@register("credits.nightly", label=_("Ask for the nightly draft"))
def nightly(job: RunningJob) -> None:
    """Ask for the draft that everybody sees in the morning; one under way will do."""
    operations.end_lost_runs(as_of=job.clock())
    try:
        operations.request_run(kind="draft", as_of=job.clock(), actor=MACHINE)
    except operations.RunUnderWay:
        job.progress(0, 0, note="a draft is under way")


@register("credits.prune_runs", label=_("Give up old drafts"))
def prune_runs(job: RunningJob) -> None:
    """Keep the disk from filling with drafts that nobody needs."""
    count = operations.prune_runs(actor=MACHINE, as_of=job.clock())
    job.progress(count, count)


register(operations.RUN_JOB, label=_("Settle the facts"))(operations.run_in_background)
register("credits.estimate", label=_("Estimate fresh orders"))(operations.estimate_fresh)
register("credits.sweep_estimates", label=_("Estimate the last minutes again"))(
    operations.sweep_estimates
)
register("credits.confirm_lines", label=_("Put the draft's figures on the lines"))(
    operations.confirm_lines
)
operations.on_run_done("credits.confirm_lines")
# A payment is estimated at once; the schedule finds what came in otherwise.
orders.on_paid("credits.estimate")
every("credits.nightly", at="01:00")
every("credits.prune_runs", at="04:30")
every("credits.estimate", seconds=10)
every("credits.sweep_estimates", seconds=120)
