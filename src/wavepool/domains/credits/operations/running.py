"""Do a run: write the season, settle it outside transactions, and say how it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wavepool import __version__
from wavepool.domains.credits import queries
from wavepool.domains.credits.models import Run
from wavepool.domains.credits.operations import sources
from wavepool.domains.credits.operations.asking import queue_followers
from wavepool.domains.credits.operations.errors import RowsLeftOut, RunFailed
from wavepool.domains.credits.tables import write_season
from wavepool.domains.policies import queries as policies
from wavepool.engine.columns import ColumnsError
from wavepool.engine.incentives import (
    ProgrammeInvalid,
    Programmes,
    ProgrammesRefused,
    read_programmes,
)
from wavepool.engine.policy import Policy
from wavepool.engine.postings import BooksDoNotBalance
from wavepool.engine.relations import DiskFull, NumberTooLarge
from wavepool.engine.seasons import AnotherRunInFolder, NothingToSettle, Plan, settle_season
from wavepool.engine.seasons.settle import programme_rows
from wavepool.plumbing import audit
from wavepool.plumbing.jobs import RunningJob

THREADS: Final = 2
MEMORY_MB: Final = 2_000
#: Tables whose rows weigh shares, but are owed to nobody.
_EVIDENCE: Final = ("feedback", "touch_items", "touches")
#: What a season, its rules or the disk can have against a run; a bug is none of them.
_REASONS: Final = (
    AnotherRunInFolder,
    BooksDoNotBalance,
    ColumnsError,
    DiskFull,
    NumberTooLarge,
    ProgrammeInvalid,
    ProgrammesRefused,
    RowsLeftOut,
    policies.NoPolicyInForce,
    policies.PolicyTampered,
)


def run_in_background(job: RunningJob) -> dict[str, Any]:
    """Do the run that the job names; a resumed job goes on after the last finished stage.

    Raises:
        RunFailed: the run ended as failed; once its reason is gone the job can be retried.
    """
    run = queries.get_run(job.payload["run"])
    if run.state == Run.State.DONE:
        return _result(run)
    now = job.clock()
    Run.objects.filter(pk=run.pk).exclude(state=Run.State.DONE).update(
        state=Run.State.RUNNING, started_at=now, finished_at=None, pruned_at=None,
        failure_kind="", failure="",
    )  # fmt: skip
    steps = 0

    def say(note: str) -> None:
        nonlocal steps
        steps += 1
        Run.objects.filter(pk=run.pk).update(stage=note[:200])
        job.progress(steps, note=note)

    try:
        return _run(run, job, say)
    except NothingToSettle:
        reason = _("There is nothing to settle yet: no touch, order or refund in the open months.")
        _fail(run, "credits.nothing_to_settle", reason, at=job.clock())
        return _result(queries.get_run(run.public_id))
    except _REASONS as error:
        kind = getattr(error, "kind", "") or f"credits.{type(error).__name__}"
        _fail(run, kind, f"{error}", at=job.clock())
        raise RunFailed(f"{error}", run_id=run.public_id) from error


def _run(run: Run, job: RunningJob, say: Callable[[str], None]) -> dict[str, Any]:
    policy = policies.compose_engine_policy(at=run.as_of)
    programmes = (read_programmes(policies.policy_in_force("programme", at=run.as_of).text),)
    _write_input(run, policy, programmes, say)
    earlier = queries.find_run_of_key(run.key)
    if earlier is not None:
        return _point_to(run, earlier, at=job.clock())
    settled = settle_season(_plan(run, policy, programmes), say=say)
    if run.kind == Run.Kind.FINAL and settled.rejected:
        _ensure_money_is_whole(run)
    values = {
        "digest": settled.digest,
        "periods": list(settled.periods),
        "rejected": settled.rejected,
        "counts": queries.count_rows(run),
    }
    try:
        return _finish(run, values, job)
    except IntegrityError:
        # Two workers settled the same input at the same time; one of them was first.
        first = queries.find_run_of_key(run.key)
        if first is None:
            raise
        return _point_to(run, first, at=job.clock())


def _write_input(
    run: Run, policy: Policy, programmes: tuple[Programmes, ...], say: Callable[[str], None]
) -> None:
    """Write the season, unless an interrupted run of this row has done it."""
    if run.input_digest and queries.season_folder(run).exists():
        return
    digest, rows = write_season(
        sources.season_tables(policy),
        lambda: sources.touch_files(_first_day(run)),
        seasons=queries.seasons_folder(),
        name=run.public_id,
        say=lambda table: say(f"reading {table}"),
    )
    run.input_digest, run.input_rows = digest, rows
    run.policy_id, run.policy_version = policy.id, policy.version
    run.policy_digest = policy.digest
    run.programmes_digest = _sha256(programme_rows(programmes))
    run.key = _sha256(
        [
            __version__,
            run.kind,
            run.period,
            run.input_digest,
            run.policy_digest,
            run.programmes_digest,
            run.opening.digest if run.opening else "",
        ]
    )
    fields = ("input_digest", "input_rows", "policy_id", "policy_version", "policy_digest")
    run.save(update_fields=[*fields, "programmes_digest", "key"])


def _plan(run: Run, policy: Policy, programmes: tuple[Programmes, ...]) -> Plan:
    return Plan(
        season=queries.season_folder(run),
        out=queries.run_folder(run),
        policy=policy,
        programmes=programmes,
        period=run.period or None,
        opening=queries.run_folder(run.opening) if run.opening else None,
        allow_rejects=True,
        is_looking_for_rings=True,
        threads=THREADS,
        memory_mb=MEMORY_MB,
    )


def _ensure_money_is_whole(run: Run) -> None:
    """A month that closes has every row but evidence; what it leaves out nobody is ever paid for.

    Raises:
        RowsLeftOut: a row of any other table is left out.
    """
    rows = queries.list_rejects(run, beside=_EVIDENCE, at_most=None)
    if rows:
        raise RowsLeftOut(rows, count=len({(each["table_name"], each["row_key"]) for each in rows}))


def _first_day(run: Run) -> date | None:
    """Touches of settled months are needed no more, but those of the last of them.

    The window of attribution reaches back into it, and what a viewer watched there in all.
    """
    return date.fromisoformat(f"{run.opening.period}-01") if run.opening else None


def _finish(run: Run, values: dict[str, Any], job: RunningJob) -> dict[str, Any]:
    now = job.clock()
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(
            **values, state=Run.State.DONE, stage="", finished_at=now, confirmed_at=now
        )
        if not ended:
            raise RunFailed(_("Another worker ended this run."), run_id=run.public_id)
        run.refresh_from_db()
        queue_followers(run, actor=job.actor, as_of=now)
        data = {"digest": run.digest, "input": run.input_digest, "policy": run.policy_digest}
        audit.record(
            kind="credits.run_done", subject=run.public_id, actor=job.actor, at=now, data=data
        )
    return _result(run)


def _point_to(run: Run, earlier: Run, *, at: datetime) -> dict[str, Any]:
    """The run is an earlier one over again: nothing is settled, nobody follows."""
    with transaction.atomic():
        Run.objects.filter(pk=earlier.pk).update(confirmed_at=at)
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.DONE,
            stage="",
            finished_at=at,
            confirmed_at=at,
            same_as=earlier,
            digest=earlier.digest,
            periods=earlier.periods,
            rejected=earlier.rejected,
            counts=earlier.counts,
        )
    run.refresh_from_db()
    return _result(run)


def _fail(run: Run, kind: str, reason: str, *, at: datetime) -> None:
    Run.objects.filter(pk=run.pk).exclude(state=Run.State.DONE).update(
        state=Run.State.FAILED, failure_kind=kind[:60], failure=reason[:2_000], finished_at=at
    )


def _result(run: Run) -> dict[str, Any]:
    return {"run": run.public_id, "state": run.state, "href": queries.run_href(run)}


def _sha256(document: Any) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
