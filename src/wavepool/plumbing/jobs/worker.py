"""The loop that runs jobs, one at a time, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from django.db import OperationalError, close_old_connections, connection

from wavepool.plumbing import clock as clocks
from wavepool.plumbing.jobs.delivery import LEASE
from wavepool.plumbing.jobs.ending import Ending
from wavepool.plumbing.jobs.heartbeat import beating
from wavepool.plumbing.jobs.queue import claim, resume_expired
from wavepool.plumbing.jobs.registry import function_of
from wavepool.plumbing.jobs.running import Clock, RunningJob
from wavepool.plumbing.jobs.schedule import tick
from wavepool.plumbing.models import Job

_log = structlog.get_logger("wavepool.jobs")
BEAT_S: Final = 15.0


class Worker:
    """Claims jobs and runs them. Any number may run beside each other.

    Attributes:
        clock: gives the time.
        sleep: waits that many seconds, or until `stop` is called.
        lease: how long a job stays this worker's without a sign of life.
        beat_s: seconds between signs of life; None leaves them to the work.
    """

    def __init__(
        self,
        *,
        clock: Clock = clocks.now,
        sleep: Callable[[float], object] | None = None,
        lease: timedelta = LEASE,
        beat_s: float | None = BEAT_S,
    ) -> None:
        self._stopping = threading.Event()
        self.clock = clock
        self.sleep = sleep or self._stopping.wait
        self.lease = lease
        self.beat_s = beat_s

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End after the running job's next safe point; the job goes back to the queue."""
        self._stopping.set()

    def run(self, *, poll_s: float = 1.0) -> None:
        """Work until `stop`; look for work every `poll_s` seconds while there is none."""
        while not self.is_stopping:
            try:
                is_busy = self.step()
            except OperationalError as error:
                # The store is away or overloaded: it will be back, and nothing was claimed.
                _log.warning("worker_store_fault", exc_info=error)
                connection.close()
                is_busy = False
            if not is_busy:
                self.sleep(poll_s)

    def run_until_idle(self) -> int:
        """Run everything that is due; give the number of runs."""
        runs = 0
        while not self.is_stopping and self.step():
            runs += 1
        return runs

    def step(self) -> bool:
        """Take back what crashed, queue what the schedule says, run one job if one is due."""
        _refresh_connections()
        now = self.clock()
        taken_back = resume_expired(at=now)
        if taken_back:
            _log.warning("jobs_resumed", count=taken_back)
        tick(at=now)
        row = claim(at=now, lease=self.lease)
        if row is None:
            return False
        self.run_job(row)
        return True

    def run_job(self, row: Job) -> None:
        """Run a claimed job to its end, whichever that is."""
        job = RunningJob(row, clock=self.clock, stop=self._stopping, lease=self.lease)
        named = structlog.contextvars.bound_contextvars(job=job.job_id)
        with named, Ending(job) as ending, beating(job, every_s=self.beat_s):
            ending.result = function_of(job.name)(job)


def _refresh_connections() -> None:
    # A connection that waited too long may be dead; inside a transaction it is in use.
    if not connection.in_atomic_block:
        close_old_connections()
