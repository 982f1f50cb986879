"""A job as its function sees it while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection
from django.utils.translation import gettext as _

from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.jobs.delivery import LEASE
from wavepool.plumbing.models import Job

Clock = Callable[[], datetime]


class LeaseLost(PlatformError):
    """Another worker owns the job by now; nothing that this one did since counts."""

    kind: ClassVar[str] = "jobs.lease_lost"


class JobStopped(PlatformError):
    """The job was cancelled or its worker is shutting down; what is committed stays."""

    kind: ClassVar[str] = "jobs.stopped"


class RunningJob:
    """A job under a worker's lease.

    Every write carries the lease's token, so a worker that was taken for dead
    cannot write into a job that another has resumed: it meets `LeaseLost`.

    A wish to stop (cancelled, or the worker shuts down) is obeyed where nothing
    is lost: by `progress` outside transactions, else by the checkpoint after the
    one that noticed it.

    Attributes:
        job_id: the public id.
        name: the registered name.
        payload: what was asked, as queued.
        cursor: the last committed checkpoint; None on the first run.
        actor: the machine, on behalf of the account that asked.
        clock: gives the time.
    """

    def __init__(
        self,
        row: Job,
        *,
        clock: Clock,
        stop: threading.Event | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self.job_id = row.public_id
        self.name = row.name
        self.payload: dict[str, Any] = row.payload
        self.cursor: Any = row.cursor
        self.actor = Actor(account_id=row.requested_by, name=row.requested_name, is_machine=True)
        self.clock = clock
        self.token = row.lease_token
        self.is_cancel_noticed = False
        self._pk = row.pk
        self._stop = stop or threading.Event()
        self._lease = lease
        self._is_stop_noted = False

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to cancel it; asks the store. A job that returns then ends so."""
        asked = Job.objects.filter(pk=self._pk, cancel_asked_at__isnull=False).exists()
        self.is_cancel_noticed = self.is_cancel_noticed or asked
        return asked

    def checkpoint(self, cursor: Any) -> None:
        """Keep how far it came, in the caller's transaction, together with what it did.

        Args:
            cursor: JSON from which a later run goes on.

        Raises:
            LeaseLost: another worker owns the job; the caller's transaction must end.
            JobStopped: an earlier checkpoint noticed the wish to stop.
        """
        assert connection.in_atomic_block, "a checkpoint belongs into the work's transaction"
        if self._is_stop_noted:
            raise JobStopped(_("The work was stopped."))
        self.write(cursor=cursor, crashes=0)
        self.cursor = cursor
        self._is_stop_noted = self._must_stop()

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell people how far it is.

        Args:
            done: units done, >= 0; never above a known `total`.
            total: units in all; None while unknown.
            note: one short sentence; no secrets.

        Raises:
            LeaseLost: another worker owns the job.
            JobStopped: it shall stop, and no transaction is open that would be lost.
        """
        done = done if total is None else min(done, total)
        self.write(progress_done=done, progress_total=total, progress_note=note[:200])
        if not connection.in_atomic_block and self._must_stop():
            raise JobStopped(_("The work was stopped."))

    def beat(self) -> None:
        """Show a sign of life and hold the lease.

        Raises:
            LeaseLost: another worker owns the job.
        """
        self.write()

    def write(self, **fields: Any) -> None:
        """Write fields of the row under the lease, which lasts anew from now.

        Raises:
            LeaseLost: the token is no longer the row's.
        """
        now = self.clock()
        held = {"heartbeat_at": now, "lease_until": now + self._lease}
        if not self.update(**{**held, **fields}):
            raise LeaseLost(_("Another worker took the work over."))

    def update(self, **fields: Any) -> bool:
        """Write fields if the lease is still this worker's; tell whether it was."""
        mine = Job.objects.filter(pk=self._pk, state=Job.State.RUNNING, lease_token=self.token)
        return bool(mine.update(**fields))

    def _must_stop(self) -> bool:
        return self._stop.is_set() or self.is_cancelled
