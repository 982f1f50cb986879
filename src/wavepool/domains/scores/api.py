"""Scores for programs: what a creator's own content is worth."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.people import queries as people
from wavepool.domains.scores import queries
from wavepool.plumbing import clock
from wavepool.plumbing.api import check_party, needs
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("value:read", _("Read what your own content is worth"))

router = Router(tags=["Value"])


class SceneValueOut(Schema):
    """A scene: sums in micro-viewers, rates in parts per million.

    `value_gained` is null on the first day; a median is null where few payees stand behind it.
    """

    scene: str
    viewers_micro: int
    quality_micro: int
    experience_micro: int
    commerce_micro: int
    value: int
    value_gained: int | None
    scene_value_total: int
    quality_ppm: int
    experience_ppm: int
    commerce_ppm: int
    quality_median_ppm: int | None
    experience_median_ppm: int | None
    commerce_median_ppm: int | None


class ValueOut(Schema):
    """The latest draft of a creator's payee; without a draft all but `scenes` is null."""

    month: str | None
    as_of: datetime | None
    run: str | None
    scenes: list[SceneValueOut]


@router.get(
    "/creators/{handle}/value",
    auth=needs(READ),
    response=ValueOut,
    summary="What the content of a creator's payee is worth",
)
def get_value(request: PlatformRequest, handle: str) -> dict[str, Any]:
    """Each scene of the latest draft, with the sums that pay and the rates that are shown."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    payee = people.find_payee(party="creator", party_id=space.party_id, at=clock.now())
    draft = queries.find_draft()
    rows = queries.scenes_of_payee(draft, payee.pk) if draft and payee else []
    return {
        "month": draft.period if draft else None,
        "as_of": draft.as_of if draft else None,
        "run": draft.run_id if draft else None,
        "scenes": [_scene(each) for each in rows],
    }


def _scene(row: queries.SceneRow) -> dict[str, Any]:
    own, everybody = row.own, row.everybody
    sums = ("viewers_micro", "quality_micro", "experience_micro", "commerce_micro", "value")
    rates = ("quality_ppm", "experience_ppm", "commerce_ppm")
    medians = ("quality_median_ppm", "experience_median_ppm", "commerce_median_ppm")
    return {
        "scene": row.scene_id,
        **{name: getattr(own, name) for name in (*sums, *rates)},
        "value_gained": row.gained,
        "scene_value_total": everybody.value_total,
        **{name: getattr(everybody, name) for name in medians},
    }
