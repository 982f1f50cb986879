"""What plumbing does in the background, and when."""

from __future__ import annotations

from wavepool.plumbing import audit, clock, idempotency, notifications, throttles
from wavepool.plumbing.jobs import RunningJob, every, register
from wavepool.plumbing.jobs.schedule import forget_done_ticks


@register("plumbing.export_audit_head")
def export_audit_head(job: RunningJob) -> None:
    """Sign the head of the audit trail and write it outside the database."""
    audit.export_head(at=clock.now())
    job.progress(1, 1)


@register("plumbing.forget_throttles")
def forget_throttles(job: RunningJob) -> None:
    """Drop counters of windows that ended long ago."""
    throttles.forget_stale(at=clock.now())
    job.progress(1, 1)


@register("plumbing.forget_answers")
def forget_answers(job: RunningJob) -> None:
    """Drop answers that were not to be kept for ever, and periodic jobs done long ago."""
    idempotency.forget_expired(at=job.clock())
    forget_done_ticks(at=job.clock())
    job.progress(1, 1)


@register("plumbing.forget_notifications")
def forget_notifications(job: RunningJob) -> None:
    """Drop notifications that were read long ago, and very old ones."""
    done = notifications.forget_old(at=job.clock())
    job.progress(done, done)


every("plumbing.export_audit_head", seconds=3_600)
every("plumbing.forget_throttles", seconds=24 * 3_600)
every("plumbing.forget_answers", seconds=24 * 3_600)
every("plumbing.forget_notifications", seconds=24 * 3_600)
