"""Long work: asked for once under a key, done once, whatever dies meanwhile.

A domain's `tasks.py` registers functions by name, operations queue them by that
name, `wavepool worker` runs them. A job computes outside transactions and posts
in chunks, each with its cursor in the chunk's own transaction:

    @register("pools.close_period")
    def close_period(job: RunningJob) -> None:
        for chunk in chunks_after(job.cursor):
            with transaction.atomic():
                post(chunk)
                job.checkpoint(chunk.last_id)
            job.progress(chunk.done, chunk.total)
"""

from wavepool.plumbing.jobs.queue import (
    JobFinished,
    JobNotFinished,
    cancel,
    enqueue,
    find_job,
    list_jobs,
    retry,
)
from wavepool.plumbing.jobs.registry import UnknownJob, label_of, register
from wavepool.plumbing.jobs.running import JobStopped, LeaseLost, RunningJob
from wavepool.plumbing.jobs.schedule import every
from wavepool.plumbing.jobs.worker import Worker

__all__ = [
    "JobFinished",
    "JobNotFinished",
    "JobStopped",
    "LeaseLost",
    "RunningJob",
    "UnknownJob",
    "Worker",
    "cancel",
    "enqueue",
    "every",
    "find_job",
    "label_of",
    "list_jobs",
    "register",
    "retry",
]
