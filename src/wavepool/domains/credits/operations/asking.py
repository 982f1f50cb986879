"""Ask for a run, and tell who follows on it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries
from wavepool.domains.credits.models import Run
from wavepool.domains.credits.operations.errors import (
    MonthSettled,
    MonthUnreadable,
    RunUnderWay,
)
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.ids import new_id

#: The job that does a run.
RUN_JOB: Final = "credits.run"
_FOLLOWERS: Final[list[str]] = []
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_WAITING: Final = (Run.State.QUEUED, Run.State.RUNNING)


def on_run_done(name: str) -> None:
    """Have a job of this registered name queued after every new run, with `{"run": its id}`."""
    if name not in _FOLLOWERS:
        _FOLLOWERS.append(name)


def followers() -> tuple[str, ...]:
    """The names of the jobs that follow a run, in the order of their registration."""
    return tuple(_FOLLOWERS)


def request_run(*, kind: str, as_of: datetime, actor: Actor, period: str = "") -> Run:
    """Ask for a run over the facts as they stand, under the policy in force.

    Args:
        kind: "draft" for all open months, "final" for the one that closes.
        as_of: now; decides which policy is in force.
        period: the month of a final run.

    Returns:
        The run, queued.

    Raises:
        RunUnderWay: another run of the kind waits or runs; it counts newer facts anyway.
        MonthUnreadable: a final run names no month.
        MonthSettled: the month, or a later one, has its final run.
    """
    if (kind == Run.Kind.FINAL) != bool(_MONTH.fullmatch(period)):
        raise MonthUnreadable(_("A final run names its month, a draft names none."))
    with transaction.atomic():
        if Run.objects.select_for_update().filter(kind=kind, state__in=_WAITING).exists():
            raise RunUnderWay(_("A run of this kind is under way; wait until it has ended."))
        opening = queries.find_last_final()
        if period and opening is not None and opening.period >= period:
            raise MonthSettled(_("This month is settled already."))
        run = Run(
            public_id=new_id("run"),
            kind=kind,
            period=period,
            opening=opening,
            as_of=as_of,
            requested_by=actor.name[:160],
        )
        run.job = jobs.enqueue(
            RUN_JOB,
            key=f"{RUN_JOB}:{run.public_id}",
            actor=actor,
            payload={"run": run.public_id},
            at=as_of,
        ).public_id
        run.save()
        data = {"kind": kind, "period": period}
        audit.record(
            kind="credits.run_requested", subject=run.public_id, actor=actor, at=as_of, data=data
        )
    return run


def queue_followers(run: Run, *, actor: Actor, as_of: datetime) -> None:
    """Queue everybody who follows, once each; in the transaction that ends the run."""
    for name in _FOLLOWERS:
        key = f"{name}:{run.public_id}"
        jobs.enqueue(name, key=key, actor=actor, payload={"run": run.public_id}, at=as_of)
