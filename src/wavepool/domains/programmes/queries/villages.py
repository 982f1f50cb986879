"""Reads of the village cohort: where each farmer stands, why, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes.models import OriginEvidence, Training, VillageAnchor
from wavepool.domains.programmes.tables import mark_trainees
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State, Step, Tone

STAGE_LABELS: Final[dict[str, Promise]] = {
    "applied": _("Application in review"),
    "training": _("In training"),
    "trial": _("On trial"),
    "certified": _("Certified"),
    "lapsed": _("Lapsed"),
    "refused": _("Not accepted"),
}
_TONES: Final[dict[str, Tone]] = {
    "applied": "info",
    "training": "info",
    "trial": "info",
    "certified": "ok",
    "lapsed": "warning",
    "refused": "error",
}
_WHY: Final[dict[str, Promise]] = {
    "applied": _("Staff look at the application."),
    "training": _("One training and one origin must be confirmed."),
    "trial": _("Staff watch the first sessions, then certify."),
}


def list_anchors() -> QuerySet[VillageAnchor]:
    """Every application, for staff."""
    return VillageAnchor.objects.select_related("creator")


def in_stage(rows: QuerySet[VillageAnchor], stage: str, *, at: datetime) -> QuerySet[VillageAnchor]:
    """Those that stand at a stage at a moment."""
    ended = Q(ended_at__isnull=False, ended_at__lte=at)
    going = rows.exclude(ended)
    match stage:
        case "applied":
            return going.filter(accepted_at=None)
        case "training":
            return going.filter(accepted_at__isnull=False, trial_at=None)
        case "trial":
            return going.filter(trial_at__isnull=False, certified_at=None)
        case "certified":
            return going.filter(certified_until_at__gt=at)
        case "lapsed":
            expired = ~ended & Q(certified_until_at__lte=at)
            return rows.filter(expired | (ended & Q(certified_at__isnull=False)))
        case _:
            return rows.filter(ended, certified_at=None)


def find_anchor(creator_id: int) -> VillageAnchor | None:
    """A creator's application."""
    return list_anchors().filter(creator_id=creator_id).first()


def get_anchor(public_id: str) -> VillageAnchor:
    """An application, for staff.

    Raises:
        NotFound: there is none.
    """
    found = list_anchors().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def get_proof(public_id: str) -> Training | OriginEvidence:
    """A training or an origin by its public id.

    Raises:
        NotFound: there is none.
    """
    for rows in (Training.objects.all(), OriginEvidence.objects.select_related("item", "shop")):
        found = rows.select_related("anchor__creator").filter(public_id=public_id).first()
        if found is not None:
            return found
    raise NotFound(_("There is no such paper."))


def list_trainings(anchor: VillageAnchor) -> list[Training]:
    """The trainings of an application, the newest first."""
    rows = anchor.trainings.select_related("handed_in_by", "reviewed_by")
    return list(rows.order_by("-pk"))


def list_origins(anchor: VillageAnchor) -> list[OriginEvidence]:
    """The origins of an application, the newest first."""
    rows = anchor.origins.select_related("handed_in_by", "reviewed_by", "item", "shop")
    return list(rows.order_by("-pk"))


def certified_ids(*, at: datetime) -> frozenset[int]:
    """The creators who hold a certificate at a moment."""
    rows = in_stage(VillageAnchor.objects.all(), "certified", at=at)
    return frozenset(rows.values_list("creator_id", flat=True))


def shape_creators(creators: pa.Table, *, at: datetime) -> pa.Table:
    """The season's creators, farmers without a certificate as trainees."""
    return mark_trainees(creators, certified_ids(at=at))


def count_waiting(*, at: datetime) -> int:
    """Applications and papers that wait for staff."""
    going = in_stage(VillageAnchor.objects.all(), "applied", at=at).count()
    papers = {"state": "submitted", "anchor__ended_at": None}
    return (
        going
        + Training.objects.filter(**papers).count()
        + OriginEvidence.objects.filter(**papers).count()
    )


def anchor_state(anchor: VillageAnchor, *, at: datetime) -> State:
    """Where an application stands, as people see it."""
    stage = anchor.stage_at(at)
    why: str | Promise = _WHY.get(stage, "")
    if stage in {"lapsed", "refused"}:
        why = anchor.why or _("The certificate's year is over; apply again.")
    until = anchor.certified_until_at if stage == "certified" else None
    return State(name=stage, label=STAGE_LABELS[stage], tone=_TONES[stage], why=why, until=until)


def proof_state(proof: Training | OriginEvidence) -> State:
    """A paper's state."""
    tones: dict[str, Tone] = {"submitted": "info", "confirmed": "ok", "refused": "error"}
    return State(
        name=proof.state,
        label=proof.get_state_display(),
        tone=tones[proof.state],
        why=proof.why,
    )


def proof_label(proof: Training | OriginEvidence) -> str:
    """What a paper is about."""
    if isinstance(proof, Training):
        return str(proof.get_course_display())
    name = proof.item.title if proof.item else proof.shop.name if proof.shop else ""
    return f"{name} · {proof.county_name}"


def steps_of(anchor: VillageAnchor | None, *, at: datetime) -> tuple[Step, ...]:
    """The way into the cohort: what is done, what comes next, what blocks it."""
    order = ("applied", "training", "trial", "certified")
    titles = (
        _("Apply for the cohort"),
        _("Train and prove the origin"),
        _("Trial"),
        _("Certified"),
    )
    texts = (
        _("Your county, and what grows there."),
        _("One course and the origin of your goods, each confirmed by staff."),
        _("Your first sessions as a village anchor; they count from your first live day on."),
        _("Village awards are paid; the certificate holds for a year."),
    )
    stage = anchor.stage_at(at) if anchor else ""
    ended = stage in {"lapsed", "refused"}
    # Who applied is in training; each later stage is the step that goes on now.
    place = max(order.index(stage), 1) if stage in order else 0
    if stage == "certified":
        place = len(order)
    found = []
    for at_step, (title, text) in enumerate(zip(titles, texts, strict=True)):
        if ended:
            state = "blocked" if at_step == 0 else "next"
        else:
            state = "done" if at_step < place else "now" if at_step == place else "next"
        found.append(Step(title=title, state=state, text=text))  # type: ignore[arg-type]
    return tuple(found)


def course_choices() -> list[tuple[str, str]]:
    """Courses, to choose from."""
    return [(each.value, str(each.label)) for each in Training.Course]
