"""A run's figures become a draft that people can read."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.scores import queries
from wavepool.domains.scores.models import Draft, PieceScore, SlotScore
from wavepool.domains.scores.operations.chunks import (
    Checkpoint,
    count_rows,
    nothing_more,
    write_in_chunks,
)
from wavepool.domains.scores.tables import NAMES, PieceFacts, RunTables, draft_parts, terms_of
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

#: Drafts of a month whose single pieces and slots are kept: yesterday's value needs two days.
_DRAFTS_WITH_PIECES = 2


class MonthNotInRun(PlatformError):
    """The run did not settle this month."""

    kind = "scores.month_not_in_run"
    status: ClassVar[int] = 422

    def __init__(self, period: str) -> None:
        super().__init__(_("The run has nothing of %(period)s.") % {"period": period})
        self.period = period


def open_draft(source: RunTables, *, run_id: str, period: str, as_of: datetime) -> Draft:
    """The draft of a run and month, made where there is none yet; empty until it is taken in.

    Raises:
        MonthNotInRun: the run did not settle this month.
    """
    if period not in source.periods:
        raise MonthNotInRun(period)
    asked = Draft(
        run_id=run_id,
        period=period,
        as_of=as_of,
        day=as_of.astimezone(ZoneInfo(source.policy.zone)).date(),
        policy_digest=source.policy.digest,
        terms=terms_of(source.policy),
    )
    Draft.objects.bulk_create([asked], ignore_conflicts=True)
    return Draft.objects.get(run_id=run_id, period=period)


def take_in_draft(
    source: RunTables,
    *,
    run_id: str,
    period: str,
    as_of: datetime,
    actor: Actor,
    pieces: PieceFacts | None = None,
    checkpoint: Checkpoint = nothing_more,
) -> Draft:
    """Take the scores of a run's month in; once, however often and by however many it is asked.

    Args:
        source: the settled run.
        run_id: its public id.
        as_of: up to when the run knows facts.
        pieces: gives the engine's `pieces` of some ids, for titles and factors one by one.
        checkpoint: told in each chunk's transaction how many rows are in.

    Raises:
        MonthNotInRun: the run did not settle this month.
    """
    draft = open_draft(source, run_id=run_id, period=period, as_of=as_of)
    if draft.taken_at is not None:
        return draft
    parts = list(draft_parts(source, period=period, names=_names(), pieces=pieces))

    def finish() -> None:
        _drop_old_pieces(draft)
        audit.record(
            kind="scores.draft_taken",
            subject=f"draft/{draft.public_id}",
            actor=actor,
            at=as_of,
            data={"run": run_id, "period": period, "rows": count_rows(parts)},
        )

    write_in_chunks(
        draft,
        parts,
        link={"draft_id": draft.pk},
        as_of=as_of,
        checkpoint=checkpoint,
        at_the_end=finish,
    )
    return draft


def _names() -> pa.Table:
    rows = people.list_creators().values_list("pk", "handle", "name", "tier")
    columns = list(zip(*rows.iterator(), strict=True)) or [()] * len(NAMES)
    return pa.table(
        [pa.array(each, field.type) for each, field in zip(columns, NAMES, strict=True)],
        schema=NAMES,
    )


def _drop_old_pieces(draft: Draft) -> None:
    """Leave single pieces and slots with the latest days only; what is paid by stays for ever."""
    earlier = queries.list_drafts(period=draft.period).exclude(pk=draft.pk)
    days = set(earlier.order_by("-day").values_list("day", flat=True)) | {draft.day}
    kept = sorted(days, reverse=True)[:_DRAFTS_WITH_PIECES]
    old = earlier.filter(day__lt=min(kept)).values("pk")
    for model in (PieceScore, SlotScore):
        model.objects.filter(draft__in=old).delete()
