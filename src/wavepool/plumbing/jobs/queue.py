"""Jobs are queued, claimed, cancelled, retried and taken back from the dead here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.jobs import delivery
from wavepool.plumbing.jobs.delivery import LEASE
from wavepool.plumbing.models import Job

#: Crashes without a checkpoint between them after which a job is given up.
CRASHES_MAX: Final = 3


class JobFinished(PlatformError):
    """There is nothing left to cancel."""

    kind: ClassVar[str] = "jobs.finished"

    def __init__(self, job_id: str) -> None:
        super().__init__(_("This work has already ended."))
        self.job_id = job_id


class JobNotFinished(PlatformError):
    """Only work that failed or was cancelled can be tried again."""

    kind: ClassVar[str] = "jobs.not_failed"

    def __init__(self, job_id: str) -> None:
        super().__init__(_("Only work that failed or was cancelled can be tried again."))
        self.job_id = job_id


def enqueue(
    name: str,
    *,
    key: str,
    actor: Actor,
    payload: Mapping[str, Any] | None = None,
    at: datetime,
    run_after: datetime | None = None,
) -> Job:
    """Ask for work in the caller's transaction; the same key is the same job, for ever.

    Args:
        name: a registered name.
        key: names this very piece of work, e.g. "pools.close_period:beauty:2026-11".
        actor: who asks; sees the job's page.
        payload: JSON for the function; no secrets.
        at: the time now.
        run_after: not to be started before; default at once.

    Returns:
        The new job, or the one that was asked for under this key before, in
        whatever state it is.
    """
    asked = Job(
        name=name,
        key=key,
        payload=dict(payload or {}),
        requested_by=actor.account_id,
        requested_name=actor.name[:254],
        created_at=at,
    )
    with transaction.atomic():
        Job.objects.bulk_create([asked], ignore_conflicts=True)
        job = Job.objects.get(key=key)
        assert job.name == name, f"the key {key} belongs to {job.name}, not to {name}"
        if job.public_id == asked.public_id:
            delivery.put(job.public_id, at=run_after or at)
    return job


def find_job(job_id: str) -> Job | None:
    """A job by its public id."""
    return Job.objects.filter(public_id=job_id).first()


def list_jobs() -> QuerySet[Job]:
    """Every job, unordered."""
    return Job.objects.all()


def cancel(job_id: str, *, actor: Actor, at: datetime) -> Job:
    """Stop work: at once if it waits, at its next safe point if it runs.

    Raises:
        NotFound: there is no such job.
        JobFinished: it had ended before.
    """
    with transaction.atomic():
        rows = Job.objects.filter(public_id=job_id)
        stopped = rows.filter(state=Job.State.QUEUED).update(
            state=Job.State.CANCELLED, cancel_asked_at=at, finished_at=at
        ) or rows.filter(state=Job.State.RUNNING).update(
            cancel_asked_at=Coalesce("cancel_asked_at", at)
        )
        job = _get(job_id)
        if not stopped:
            raise JobFinished(job_id)
        audit.record(
            kind="jobs.cancelled", subject=job_id, actor=actor, at=at, data={"name": job.name}
        )
    return job


def retry(job_id: str, *, actor: Actor, at: datetime) -> Job:
    """Put failed or cancelled work on the queue again; it goes on at its cursor.

    Raises:
        NotFound: there is no such job.
        JobNotFinished: it waits, runs or is done.
    """
    with transaction.atomic():
        ended = Job.objects.filter(
            public_id=job_id, state__in=(Job.State.FAILED, Job.State.CANCELLED)
        )
        queued = ended.update(
            state=Job.State.QUEUED,
            finished_at=None,
            cancel_asked_at=None,
            crashes=0,
            error_kind="",
            error_message="",
        )
        job = _get(job_id)
        if not queued:
            raise JobNotFinished(job_id)
        delivery.put(job_id, at=at)
        audit.record(
            kind="jobs.retried", subject=job_id, actor=actor, at=at, data={"name": job.name}
        )
    return job


def claim(*, at: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the next job off the queue under a lease of its own; None when none is due."""
    while delivery.is_due(at=at):
        with transaction.atomic():
            job_id = delivery.take(at=at)
            if job_id is None:
                return None
            taken = Job.objects.filter(public_id=job_id, state=Job.State.QUEUED).update(
                state=Job.State.RUNNING,
                lease_token=F("lease_token") + 1,
                lease_until=at + lease,
                heartbeat_at=at,
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", at),
            )
            # An id whose job was cancelled meanwhile leaves the queue and nothing else.
            if taken:
                return Job.objects.get(public_id=job_id)
    return None


def resume_expired(*, at: datetime) -> int:
    """Put every job whose worker fell silent back on the queue, once each; tell how many.

    A job that brings its worker down again and again without getting further is
    given up after `CRASHES_MAX`.
    """
    silent = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at)
    found = list(silent.values_list("pk", "public_id", "lease_token", "crashes"))
    return sum(_take_back(*row, at=at) for row in found)


def _take_back(pk: int, job_id: str, token: int, crashes: int, *, at: datetime) -> bool:
    silent = Job.objects.filter(
        pk=pk, state=Job.State.RUNNING, lease_token=token, lease_until__lt=at
    )
    with transaction.atomic():
        if crashes + 1 >= CRASHES_MAX:
            return bool(
                silent.update(
                    state=Job.State.FAILED,
                    lease_until=None,
                    finished_at=at,
                    crashes=crashes + 1,
                    error_kind="jobs.worker_lost",
                    error_message=_("The worker stopped %d times at the same place.")
                    % (crashes + 1),
                )
            )
        if not silent.update(state=Job.State.QUEUED, lease_until=None, crashes=crashes + 1):
            return False
        delivery.put(job_id, at=at)
    return True


def _get(job_id: str) -> Job:
    job = find_job(job_id)
    if job is None:
        raise NotFound(_("There is no such page."))
    return job
