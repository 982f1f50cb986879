"""Periodic work of people: silence that ends something, identities to check again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("people.settle_contracts", label=_("Unanswered and expired contracts"))
def settle_contracts(job: RunningJob) -> None:
    """End contracts whose request was not answered or whose term is over."""
    at = database_now()
    done = operations.settle_unanswered_unbindings(actor=MACHINE, as_of=at)
    done += operations.settle_lapsed_contracts(actor=MACHINE, as_of=at)
    job.progress(done, done)


@register("people.expire_verifications", label=_("Identities to check again"))
def expire_verifications(job: RunningJob) -> None:
    """Mark identities whose half year is over."""
    done = operations.expire_verifications(actor=MACHINE, as_of=database_now())
    job.progress(done, done)


every("people.settle_contracts", seconds=600)
every("people.expire_verifications", seconds=3_600)
