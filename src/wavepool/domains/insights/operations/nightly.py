"""The nightly count: yesterday, and every day since one that got late facts."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from wavepool.domains.insights.operations.building import (
    LATE_WINDOWS,
    build_board,
    find_late_days,
)
from wavepool.domains.insights.operations.reading import FactReader
from wavepool.domains.insights.queries import WINDOWS, last_finished_day
from wavepool.plumbing.jobs import RunningJob

BUILD_BOARD = "insights.build_board"


def build_in_turn(job: RunningJob, *, read: FactReader) -> dict[str, int]:
    """Count a named day, or all that are due, one after the other; a successor goes on there.

    The days that are left stand in the checkpoint: what was due is found once, because a
    counted day no longer looks late while the days after it still hold its old facts.
    """
    zone = settings.OPERATOR_ZONE
    named = job.payload.get("day")
    if job.cursor is not None:
        left = [date.fromisoformat(text) for text in job.cursor["left"]]
    elif named:
        left = [date.fromisoformat(named)]
    else:
        left = list(find_late_days(read=read, zone=zone, as_of=job.clock()))
    newest = last_finished_day(job.clock(), zone=zone)
    for done, day in enumerate(left, start=1):
        windows = WINDOWS if named or day == newest else LATE_WINDOWS
        build_board(day=day, read=read, zone=zone, as_of=job.clock(), windows=windows)
        rest = [each.isoformat() for each in left[done:]]
        with transaction.atomic():
            job.checkpoint({"left": rest})
        job.progress(done, len(left), note=day.isoformat())
    return {"days": len(left)}
