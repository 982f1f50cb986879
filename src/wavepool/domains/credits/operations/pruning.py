"""Runs that nobody ends, and results that nobody needs."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wavepool.domains.credits import queries
from wavepool.domains.credits.models import Run
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor

#: How long the results of a draft or of a failed run are kept, whoever needs them or not.
KEPT: Final = timedelta(days=14)


def end_lost_runs(*, as_of: datetime) -> int:
    """Mark as failed what still waits or runs although its job has ended; count them."""
    waiting = Run.objects.filter(state__in=(Run.State.QUEUED, Run.State.RUNNING))
    ended = 0
    for run in waiting:
        job = jobs.find_job(run.job)
        if job is not None and not job.is_finished:
            continue
        why = job.error_message if job and job.error_message else _("The work was stopped.")
        ended += waiting.filter(pk=run.pk).update(
            state=Run.State.FAILED,
            failure_kind=(job.error_kind if job else "")[:60] or "credits.lost",
            failure=why,
            finished_at=as_of,
        )
    return ended


def prune_runs(*, actor: Actor, as_of: datetime) -> int:
    """Give up the folders of old drafts and failed runs, and inputs of no run; count the folders.

    The rows stay, with their digests. A run stays while any row of any domain has a key
    to it, and so does the one that the pages show.
    """
    latest = queries.latest_run()
    old = Run.objects.filter(
        Q(kind=Run.Kind.DRAFT, state=Run.State.DONE) | Q(state=Run.State.FAILED),
        same_as=None,
        pruned_at=None,
        finished_at__lt=as_of - KEPT,
    )
    count = 0
    for run in old:
        if (latest and run.pk == latest.pk) or _is_referred_to(run):
            continue
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(pruned_at=as_of)
            audit.record(
                kind="credits.run_pruned",
                subject=run.public_id,
                actor=actor,
                at=as_of,
                data={"digest": run.digest},
            )
        shutil.rmtree(queries.run_folder(run), ignore_errors=True)
        count += 1
    _forget_inputs()
    return count


def _is_referred_to(run: Run) -> bool:
    """Whether a row of any domain has a key to the run."""
    for field in Run._meta.get_fields(include_hidden=True):
        if field.auto_created and (field.one_to_many or field.one_to_one):
            model, name = field.related_model, field.field.name  # type: ignore[union-attr]
            if model and model._default_manager.filter(**{name: run.pk}).exists():
                return True
    return False


def _forget_inputs() -> None:
    """Remove seasons that no run with a folder was settled from, and none is being."""
    folder = queries.seasons_folder()
    if not folder.exists():
        return
    runs = Run.objects.filter(pruned_at=None)
    needed = set(runs.values_list("input_digest", flat=True))
    under_way = set(
        runs.filter(state__in=(Run.State.QUEUED, Run.State.RUNNING)).values_list(
            "public_id", flat=True
        )
    )
    for place in folder.iterdir():
        if place.name not in needed and place.name.removeprefix("part-") not in under_way:
            shutil.rmtree(place, ignore_errors=True)
