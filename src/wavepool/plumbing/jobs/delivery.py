"""The queue: it carries ids of jobs to workers and knows nothing else of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

#: How long a claim lasts without a sign of life.
LEASE = timedelta(seconds=60)


@task()
def deliver(job_id: str) -> None:
    """Name a job to a worker; the work itself is started by `wavepool worker` only."""
    message = f"{job_id} waits for `wavepool worker`"
    raise NotImplementedError(message)


def put(job_id: str, *, at: datetime) -> None:
    """Put a job's id on the queue, not to be taken before `at`; in the caller's transaction."""
    deliver.using(run_after=at).enqueue(job_id)


def take(*, at: datetime) -> str | None:
    """Take the next id off the queue, in the caller's transaction; None when nothing is due.

    Two workers never take the same one: PostgreSQL skips what another has locked,
    SQLite has one writer at a time.
    """
    assert transaction.get_connection().in_atomic_block
    row = _due(at).select_for_update(skip_locked=True).first()
    if row is None:
        return None
    job_id: str = row.args_kwargs["args"][0]
    row.delete()
    return job_id


def is_due(*, at: datetime) -> bool:
    """Whether anything waits to be taken."""
    return bool(_due(at).exists())


def _due(at: datetime) -> QuerySet[DBTaskResult[Any, Any]]:
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=deliver.module_path, run_after__lte=at
    )
    return waiting.order_by("run_after", "enqueued_at", "id")
