"""Periodic work of policies: announced versions come into force by the store's clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import RunningJob, every, register


@register("policies.activate_due")
def activate_due(_job: RunningJob) -> list[str]:
    """Mark what has come into force; reads go by the announced validity and do not wait."""
    activated = operations.activate_due(actor=MACHINE, as_of=database_now())
    return [str(version) for version in activated]


register(operations.TELL, label=_("Tell people of a change of rules"))(operations.tell_affected)
every("policies.activate_due", seconds=300)
