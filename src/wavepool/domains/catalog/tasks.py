"""What the catalog does in the background, and when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


@register("catalog.close_expired_permits")
def close_expired_permits(job: RunningJob) -> None:
    """Take goods off sale whose permit ended."""
    stopped = operations.close_expired_permits(actor=MACHINE, as_of=job.clock())
    job.progress(stopped, stopped)


register(operations.STAGE, label=_("Read a file of goods or plans"))(operations.stage_in_chunks)
register(operations.APPLY, label=_("Apply a file of goods or plans"))(operations.apply_in_chunks)
every("catalog.close_expired_permits", at="00:05", zone="UTC")
