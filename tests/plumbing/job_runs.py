"""Small jobs and workers for the tests of jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from wavepool.plumbing.actor import Actor
from wavepool.plumbing.jobs import RunningJob, Worker, enqueue, registry
from wavepool.plumbing.models import Job

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Actor(account_id=7, name="Ada")


@contextmanager
def work_named(name: str, function: Callable[[RunningJob], Any]) -> Iterator[None]:
    """Register a function for the length of a test."""
    registry.register(name)(function)
    try:
        yield
    finally:
        registry._FUNCTIONS.pop(name)


def worker(moment: datetime = NOW) -> Worker:
    """A worker whose clock stands still."""
    return Worker(clock=lambda: moment, sleep=lambda _s: None, beat_s=None)


def ask(name: str = "tests.work", *, key: str = "one", **options: Any) -> Job:
    """Queue a job for Ada."""
    return enqueue(name, key=key, actor=ADA, at=NOW, **options)


def run(function: Callable[[RunningJob], Any], *, moment: datetime = NOW, **options: Any) -> Job:
    """Queue a function as a job, run it once, give its row."""
    with work_named("tests.work", function):
        job = ask(**options)
        worker(moment).step()
    job.refresh_from_db()
    return job
