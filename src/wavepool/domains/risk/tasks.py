"""What risk does in the background, and when; and what it brings to the next run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.risk import operations, queries
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("risk.expire_holds", label=_("End holds that nobody decided"))
def expire_holds(job: RunningJob) -> None:
    """Holds end by the store's clock, whatever this machine's says."""
    count = operations.expire_holds(as_of=database_now())
    job.progress(count, count)


register("risk.take_in_holds", label=_("Take in the holds of a run"))(operations.take_in_holds)
credits.on_run_done("risk.take_in_holds")
credits.add_source("rulings", queries.rulings_table)
every("risk.expire_holds", seconds=600)
