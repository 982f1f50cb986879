"""What happens to events in the background, and when."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register

Given = TypeVar("Given")
#: Another worker's batch is over within seconds; this is how often we look again.
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.5


@register("events.compact", label=_("Take captured events into the lake"))
def compact(job: RunningJob) -> dict[str, Any]:
    """Take in what the log holds, batch by batch."""
    taken, has_more = 0, True
    while has_more:
        done = _patiently(lambda: operations.compact(as_of=job.clock()))
        taken, has_more = taken + done.events, done.has_more
        job.progress(taken, taken)
    return {"events": taken}


@register("events.tend", label=_("Tend the lake of events"))
def tend(job: RunningJob) -> None:
    """Merge small parts, delete replaced files, write the edge's keys anew."""
    _patiently(lambda: operations.merge_parts(as_of=job.clock()))
    operations.sweep_parts(as_of=job.clock())
    operations.publish_sources(as_of=job.clock())


@register("events.understand_hooks", label=_("Understand webhooks that came in"))
def understand_hooks(job: RunningJob) -> None:
    """Hand waiting webhooks to their connectors."""
    done, failed = operations.understand_hooks()
    job.progress(done + failed, done + failed)


@register("events.forget_keys", label=_("Forget keys of events past the horizon"))
def forget_keys(job: RunningJob) -> None:
    """Drop keys of events that can change nothing any more."""
    operations.forget_keys(as_of=job.clock())


@register(operations.RENUMBER, label=_("Give recognised viewers their number"))
def renumber(job: RunningJob) -> dict[str, Any]:
    """Give earlier touches of recognised viewers their person's number."""
    numbers = {int(left): int(right) for left, right in job.payload["numbers"]}
    return {"parts": _patiently(lambda: operations.renumber(numbers, as_of=job.clock()))}


@register("events.replay_waiting", label=_("Replay events out of quarantine"))
def replay_waiting(job: RunningJob) -> dict[str, Any]:
    """Replay every waiting event of one reason."""
    reason = str(job.payload["reason"])
    taken, kept = operations.replay_waiting(reason=reason, actor=job.actor, as_of=job.clock())
    return {"taken": taken, "kept": kept, "href": "/staff/quarantine/"}


@register("events.forget_person", label=_("Erase a person's visits"))
def forget_person(job: RunningJob) -> dict[str, Any]:
    """Erase who watched."""
    account_id = int(job.payload["account_id"])
    parts = _patiently(
        lambda: operations.forget_person(account_id=account_id, actor=MACHINE, as_of=job.clock())
    )
    return {"parts": parts}


def _patiently(deed: Callable[[], Given]) -> Given:
    """Do it again while another worker changes the lake; what it did not do changed nothing."""
    for _try in range(_TRIES):
        try:
            return deed()
        except operations.LakeBusy:
            time.sleep(_PAUSE_SECONDS)
    return deed()


every("events.compact", seconds=5)
every("events.understand_hooks", seconds=5)
every("events.tend", seconds=600)
every("events.forget_keys", at="03:10")
