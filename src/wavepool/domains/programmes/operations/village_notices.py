"""What farmers are told of their way into the village cohort."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import VillageAnchor
from wavepool.plumbing.notifications import notify, register_notice


def _stage_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "stage": queries.STAGE_LABELS[data["stage"]]}


register_notice(
    "programmes.village_moved",
    title=_("Village cohort: %(stage)s"),
    text=_("The page of the cohort says what comes next, and until when it holds."),
    tone="ok",
    words=_stage_words,
)
register_notice(
    "programmes.village_ended",
    title=_("Village cohort: %(stage)s"),
    text=_("The reason: %(why)s"),
    tone="warning",
    words=_stage_words,
)
register_notice(
    "programmes.proof_refused",
    title=_("A paper for the village cohort was refused: %(what)s"),
    text=_("The reason: %(why)s"),
    tone="warning",
)


def tell_moved(anchor: VillageAnchor, *, at: datetime) -> None:
    """Tell the creator's people where the application stands now."""
    stage = anchor.stage_at(at)
    kind = "programmes.village_moved" if anchor.ended_at is None else "programmes.village_ended"
    _tell(anchor, kind, key=f"{anchor.public_id}:{stage}:{at.isoformat()}", at=at, stage=stage)


def tell_refused(anchor: VillageAnchor, *, proof: str, what: str, why: str, at: datetime) -> None:
    """Tell the creator's people that a paper was refused, and why."""
    _tell(anchor, "programmes.proof_refused", key=proof, at=at, what=what, why=why)


def _tell(anchor: VillageAnchor, kind: str, *, key: str, at: datetime, **data: str) -> None:
    notify(
        kind,
        people.list_account_ids(party="creator", party_ids=[anchor.creator_id], right="operate"),
        key=key,
        at=at,
        data={"why": anchor.why, **data},
        route="programmes.studio_village",
        names=[anchor.creator.handle],
    )
