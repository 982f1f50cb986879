"""What pools do after a run, and each hour: months move by the store's clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.pools import operations
from wavepool.domains.scores import queries as scores
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("pools.take_in_run", label=_("Pools of a run"))
def take_in_run(job: RunningJob) -> list[str]:
    """Take a settled run's months in, but for those that are closed; tell which.

    `{"run": public id, "as_of": RFC 3339}`; the run's folder lies under `runs/`.
    """
    run_id = job.payload["run"]
    source = scores.FolderTables(Path(settings.DATA_DIR) / "runs" / run_id)
    text = job.payload.get("as_of")
    as_of = datetime.fromisoformat(text) if text else job.clock()
    months = scores.periods_to_take(source.periods, policy=source.policy, as_of=as_of)
    taken = []
    for done, period in enumerate(months):
        job.progress(done, len(months), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        try:
            operations.take_in_draft(
                source, run_id=run_id, period=period, as_of=as_of, actor=MACHINE
            )
        except operations.PeriodIsClosed:
            # Its shares are final; what came late belongs to the open month of the same run.
            continue
        taken.append(period)
    job.progress(len(months), len(months))
    return taken


@register("pools.move_periods", label=_("Months of the pools"))
def move_periods(_job: RunningJob) -> list[str]:
    """Publish drafts and close months for which the time has come."""
    return operations.move_periods(actor=MACHINE, as_of=database_now())


every("pools.move_periods", seconds=3_600)
