"""What the catalog does in the background, and when."""

from __future__ import annotations

from wavepool.domains.catalog import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


@register("catalog.close_expired_permits")
def close_expired_permits(job: RunningJob) -> None:
    """Take goods off sale whose permit ended."""
    stopped = operations.close_expired_permits(actor=MACHINE, as_of=job.clock())
    job.progress(stopped, stopped)


every("catalog.close_expired_permits", at="00:05", zone="UTC")
