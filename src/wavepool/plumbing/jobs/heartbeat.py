"""Signs of life of a running job, from a thread beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import OperationalError, connections

from wavepool.plumbing.jobs.running import LeaseLost, RunningJob

_log = structlog.get_logger("wavepool.jobs")


@contextmanager
def beating(job: RunningJob, *, every_s: float | None) -> Iterator[None]:
    """Hold the job's lease while the block runs; None means that the work itself does."""
    if every_s is None:
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(job, ended, every_s), name=f"beat-{job.job_id}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(job: RunningJob, ended: threading.Event, every_s: float) -> None:
    try:
        while not ended.wait(every_s):
            try:
                job.beat()
            except OperationalError as error:
                # The next beat tries again; a lease outlives several.
                _log.warning("job_beat_missed", job=job.job_id, exc_info=error)
    except LeaseLost:
        _log.warning("job_lease_lost", job=job.job_id)
    finally:
        connections.close_all()
