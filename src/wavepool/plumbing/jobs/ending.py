"""How a run ends: done, failed, cancelled, or handed back to the queue."""

from __future__ import annotations

from datetime import timedelta
from types import TracebackType
from typing import Any, Final

import structlog
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.jobs import delivery
from wavepool.plumbing.jobs.queue import CRASHES_MAX
from wavepool.plumbing.jobs.running import JobStopped, LeaseLost, RunningJob
from wavepool.plumbing.models import Job

_log = structlog.get_logger("wavepool.jobs")
# A store that was busy or away gets this long before the work is tried again.
_PAUSE: Final = timedelta(seconds=10)


class Ending:
    """Write down how a run ended; faults of the work end here and never stop the worker.

    What a fault says can hold secrets, so people see its class only; the whole
    of it goes to the log.
    """

    def __init__(self, job: RunningJob) -> None:
        self.result: Any = None
        self._job = job

    def __enter__(self) -> Ending:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Write the end; keep only what must stop the worker itself."""
        if error is None:
            self._finish()
        elif isinstance(error, JobStopped):
            self._stop()
        elif isinstance(error, LeaseLost):
            _log.warning("job_lease_lost", job=self._job.job_id)
        elif isinstance(error, PlatformError):
            self._fail(error.kind, str(error.message))
        elif isinstance(error, OperationalError):
            _log.warning("job_store_fault", job=self._job.job_id, exc_info=error)
            self._hand_back(pause=_PAUSE, is_crash=True)
        elif isinstance(error, Exception):
            _log.error("job_fault", job=self._job.job_id, name=self._job.name, exc_info=error)
            self._fail("jobs.fault", _("A fault stopped it: %s.") % type(error).__name__)
        else:
            self._hand_back()
            return False
        return True

    def _finish(self) -> None:
        state = Job.State.CANCELLED if self._job.is_cancel_noticed else Job.State.DONE
        self._end(state=state, result=self.result)

    def _stop(self) -> None:
        if self._job.is_cancelled:
            self._end(state=Job.State.CANCELLED)
        else:
            self._hand_back()

    def _fail(self, kind: str, message: str) -> None:
        self._end(state=Job.State.FAILED, error_kind=kind, error_message=message[:500])

    def _end(self, **fields: Any) -> None:
        written = self._job.update(lease_until=None, finished_at=self._job.clock(), **fields)
        if not written:
            _log.warning("job_lease_lost", job=self._job.job_id)

    def _hand_back(self, *, pause: timedelta = timedelta(0), is_crash: bool = False) -> None:
        """Give the lease up, so that another worker goes on at once, or after a pause."""
        crashes = Job.objects.values_list("crashes", flat=True).get(public_id=self._job.job_id)
        if is_crash and crashes + 1 >= CRASHES_MAX:
            self._fail("jobs.store_fault", _("The store refused the work several times."))
            return
        with transaction.atomic():
            if self._job.update(
                state=Job.State.QUEUED, lease_until=None, crashes=crashes + is_crash
            ):
                delivery.put(self._job.job_id, at=self._job.clock() + pause)
