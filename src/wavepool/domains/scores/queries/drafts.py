"""Reads of drafts: the latest, the one of the day before, the months that have any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import get_language

from wavepool.domains.scores.models import Draft
from wavepool.engine.policy import Policy

#: So many months back a run still changes what people look at.
_MONTHS_TAKEN = 3


def list_drafts(*, period: str = "") -> QuerySet[Draft]:
    """Drafts that are wholly in; of one month, or of all."""
    rows = Draft.objects.filter(taken_at__isnull=False)
    return rows.filter(period=period) if period else rows


def list_periods() -> list[str]:
    """Months with a draft, the latest first."""
    rows = list_drafts().order_by("-period").values_list("period", flat=True).distinct()
    return list(rows)


def find_draft(*, period: str = "") -> Draft | None:
    """The latest draft of a month; without a month, of the latest one that has any."""
    return list_drafts(period=period).order_by("-period", "-as_of", "-pk").first()


def find_draft_before(draft: Draft) -> Draft | None:
    """The last draft of the same month from an earlier day."""
    rows = list_drafts(period=draft.period).filter(day__lt=draft.day)
    return rows.order_by("-as_of", "-pk").first()


def find_draft_of_run(run_id: str, *, period: str) -> Draft | None:
    """The draft that a run gave of a month, if it is wholly in."""
    return list_drafts(period=period).filter(run_id=run_id).first()


def periods_to_take(periods: Sequence[str], *, policy: Policy, as_of: datetime) -> tuple[str, ...]:
    """The months of a run that are worth a draft: the running one and the two before it."""
    current = as_of.astimezone(ZoneInfo(policy.zone)).strftime("%Y-%m")
    return tuple(sorted(each for each in periods if each <= current)[-_MONTHS_TAKEN:])


def scene_names(draft: Draft) -> dict[str, str]:
    """The scenes of a draft's policy by name, in the reader's language."""
    return {each["id"]: scene_name(each) for each in draft.terms["scenes"]}


def scene_name(scene: dict[str, Any]) -> str:
    """The name of a scene or a pool in the reader's language."""
    is_chinese = (get_language() or "").startswith("zh")
    return str(scene["name_zh"] if is_chinese else scene["name_en"])
