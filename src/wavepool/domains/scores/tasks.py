"""What scores do after a run: its figures become drafts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.scores import operations, queries
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, register


@register("scores.take_in_run", label=_("Values of a run"))
def take_in_run(job: RunningJob) -> None:
    """Take a settled run's months in; the payload names the run and up to when it knows facts.

    `{"run": public id, "as_of": RFC 3339}`; the run's folder lies under `runs/`.
    """
    run_id = job.payload["run"]
    source = queries.FolderTables(Path(settings.DATA_DIR) / "runs" / run_id)
    as_of = as_of_run(job)
    months = queries.periods_to_take(source.periods, policy=source.policy, as_of=as_of)
    for done, period in enumerate(months):
        job.progress(done, len(months), period)
        with transaction.atomic():
            job.checkpoint({"period": period})
        operations.take_in_draft(source, run_id=run_id, period=period, as_of=as_of, actor=MACHINE)
    job.progress(len(months), len(months))


def as_of_run(job: RunningJob) -> datetime:
    """Up to when a run knows facts; the job's own time where nobody said."""
    text = job.payload.get("as_of")
    return datetime.fromisoformat(text) if text else job.clock()
