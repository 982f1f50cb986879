"""What orders do in the background, and when."""

from __future__ import annotations

from wavepool.domains.orders import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


@register("orders.settle_payments")
def settle_payments(job: RunningJob) -> None:
    """Ask the provider about payments without an answer, and send refunds on their way."""
    provider = operations.find_provider()
    if provider is None:
        return
    settled = operations.settle_open_payments(provider=provider, as_of=job.clock())
    sent = operations.pay_back_open(provider=provider, as_of=job.clock())
    job.progress(settled + sent, settled + sent)


@register("orders.release_unpaid")
def release_unpaid(job: RunningJob) -> None:
    """Put goods back on sale that were not paid in time."""
    freed = operations.release_unpaid(actor=MACHINE, as_of=job.clock())
    job.progress(freed, freed)


@register("orders.keep_deadlines")
def keep_deadlines(job: RunningJob) -> None:
    """Goods received in silence, refunds granted by silence, complaints that a shop left lying."""
    done = operations.receive_overdue(actor=MACHINE, as_of=job.clock())
    done += operations.grant_unanswered(actor=MACHINE, as_of=job.clock())
    done += operations.escalate_silent(actor=MACHINE, as_of=job.clock())
    job.progress(done, done)


@register("orders.forget_carts")
def forget_carts(job: RunningJob) -> None:
    """Drop carts of browsers that never came back."""
    dropped = operations.forget_carts(as_of=job.clock())
    job.progress(dropped, dropped)


every("orders.settle_payments", seconds=60)
every("orders.release_unpaid", seconds=60)
every("orders.keep_deadlines", seconds=600)
every("orders.forget_carts", at="03:20")
