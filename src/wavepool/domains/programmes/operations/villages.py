"""Writes of the village cohort: application, training, origin, certificate."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import OriginEvidence, Training, VillageAnchor
from wavepool.domains.programmes.operations.errors import (
    AlreadyApplied,
    BadValue,
    NotAFarmer,
    ProofDecided,
    ProofKnown,
    SamePerson,
    WrongStage,
)
from wavepool.domains.programmes.operations.village_notices import tell_moved, tell_refused
from wavepool.plumbing import audit, ids, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound

#: How long a certificate holds; then training and origin are looked at again.
CERTIFIED_FOR: Final = timedelta(days=365)
_COUNTY: Final = re.compile(r"\d{6}")
_OVER: Final = ("refused", "lapsed")
Proof = Training | OriginEvidence


def apply_village(
    *,
    creator_id: int,
    county_code: str,
    county_name: str,
    about: str,
    actor: Actor,
    as_of: datetime,
) -> VillageAnchor:
    """Apply for the village cohort; after a refusal or a lapse, apply again.

    Raises:
        NotAFarmer: the creator is of another kind.
        AlreadyApplied: an application is under way, or a certificate holds.
        BadValue: the county is no code of six digits, or a text is missing.
    """
    people.access_party(party="creator", party_id=creator_id, actor=actor, to="operate", at=as_of)
    if people.get_creator_by_id(creator_id).kind != "farmer":
        raise NotAFarmer
    fields = {
        **_county(county_code, county_name),
        "about": _line(about, field="about", length=600),
        "applied_by_id": actor.account_id,
        "applied_at": as_of,
    }
    with transaction.atomic():
        found = VillageAnchor.objects.select_for_update().filter(creator_id=creator_id).first()
        if found is not None and found.stage_at(as_of) not in _OVER:
            raise AlreadyApplied
        if found is None:
            found = VillageAnchor(public_id=ids.new_id("vil"), creator_id=creator_id)
        _renew(found, fields)
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            raise AlreadyApplied from error
        _record("village_applied", found, actor=actor, at=as_of, county=found.county_code)
        return found


def hand_in_training(
    *,
    creator_id: int,
    course: str,
    passed_date: date,
    document: UploadedFile[Any],
    actor: Actor,
    as_of: datetime,
) -> Training:
    """Hand in that a course was passed, with its certificate.

    Raises:
        NotFound: there is no application.
        WrongStage: it is over.
        BadValue: the day lies ahead, or there is no such course.
        ProofKnown: this course was handed in before.
        UploadRefused: the gate does not take the file.
    """
    if course not in Training.Course.values:
        raise BadValue(_("There is no such course."), pointer="/course")
    if passed_date > queries.today_at(as_of, queries.zone_at(as_of)):
        raise BadValue(_("This day lies in the future."), pointer="/passed_date")
    fields = {"course": course, "passed_date": passed_date}
    found = _hand_in(
        Training, creator_id, fields, prefix="trn", document=document, actor=actor, as_of=as_of
    )
    assert isinstance(found, Training)
    return found


def hand_in_origin(
    *,
    creator_id: int,
    goods: str,
    county_code: str,
    county_name: str,
    document: UploadedFile[Any],
    actor: Actor,
    as_of: datetime,
) -> OriginEvidence:
    """Hand in what shows where goods come from.

    Args:
        creator_id: whose cohort place it is for.
        goods: the public id of goods on sale, or the short name of a shop that sells nothing else.
        county_code: the county of origin, six digits.
        county_name: its name.
        document: a certificate of origin or a purchase paper.
        actor: who hands it in.
        as_of: when.

    Raises:
        NotFound: there is no application.
        WrongStage: it is over.
        BadValue: no goods and no shop are called so, or the county is no code.
        ProofKnown: the same goods were handed in before.
        UploadRefused: the gate does not take the file.
    """
    fields = {**_county(county_code, county_name), **_goods(goods)}
    found = _hand_in(
        OriginEvidence,
        creator_id,
        fields,
        prefix="org",
        document=document,
        actor=actor,
        as_of=as_of,
    )
    assert isinstance(found, OriginEvidence)
    return found


def accept_application(*, public_id: str, actor: Actor, as_of: datetime) -> VillageAnchor:
    """Take an applicant into training.

    Raises:
        NotFound: there is none.
        WrongStage: it does not wait.
    """
    with transaction.atomic():
        found = _locked(public_id, stages=("applied",), actor=actor, as_of=as_of)
        found.accepted_at = as_of
        _begin_trial(found, as_of=as_of)
        return _moved(found, "village_accepted", actor=actor, as_of=as_of)


def refuse_application(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> VillageAnchor:
    """End an application with a reason, or take a certificate back.

    Raises:
        BadValue: no reason is given.
        NotFound: there is none.
        WrongStage: it is over.
    """
    why = _line(why, field="why", length=400)
    with transaction.atomic():
        stages = ("applied", "training", "trial", "certified")
        found = _locked(public_id, stages=stages, actor=actor, as_of=as_of)
        found.ended_at, found.why = as_of, why
        return _moved(found, "village_ended", actor=actor, as_of=as_of)


def certify(*, public_id: str, actor: Actor, as_of: datetime) -> VillageAnchor:
    """Give a certificate for a year; from now on the anchor earns as a village anchor.

    Raises:
        NotFound: there is none.
        WrongStage: it is not on trial.
    """
    with transaction.atomic():
        found = _locked(public_id, stages=("trial",), actor=actor, as_of=as_of)
        found.certified_at, found.certified_until_at = as_of, as_of + CERTIFIED_FOR
        return _moved(found, "village_certified", actor=actor, as_of=as_of)


def confirm_proof(*, public_id: str, actor: Actor, as_of: datetime) -> Proof:
    """Confirm a training or an origin that another person handed in.

    With one training and one origin confirmed, an accepted applicant goes on trial.

    Raises:
        NotFound: there is none.
        SamePerson: the actor handed it in.
        ProofDecided: it was decided before.
    """
    with transaction.atomic():
        found = _decide(public_id, "confirmed", why="", actor=actor, as_of=as_of)
        anchor = VillageAnchor.objects.select_for_update().get(pk=found.anchor_id)
        if anchor.stage_at(as_of) == "training" and _begin_trial(anchor, as_of=as_of):
            _moved(anchor, "village_trial", actor=actor, as_of=as_of)
        return found


def refuse_proof(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Proof:
    """Refuse a training or an origin and say why.

    Raises:
        BadValue: no reason is given.
        NotFound: there is none.
        SamePerson: the actor handed it in.
        ProofDecided: it was decided before.
    """
    why = _line(why, field="why", length=400)
    with transaction.atomic():
        found = _decide(public_id, "refused", why=why, actor=actor, as_of=as_of)
        what = queries.proof_label(found)
        tell_refused(found.anchor, proof=found.public_id, what=what, why=why, at=as_of)
        return found


def _hand_in(
    model: type[Training] | type[OriginEvidence],
    creator_id: int,
    fields: dict[str, Any],
    *,
    prefix: str,
    document: UploadedFile[Any],
    actor: Actor,
    as_of: datetime,
) -> Proof:
    people.access_party(party="creator", party_id=creator_id, actor=actor, to="operate", at=as_of)
    assert actor.account_id is not None, "a person hands papers in"
    anchor = VillageAnchor.objects.filter(creator_id=creator_id).first()
    if anchor is None:
        raise NotFound(_("There is no application yet."))
    if anchor.stage_at(as_of) in _OVER:
        raise WrongStage(anchor.stage_at(as_of))
    scan = uploads.accept(
        document,
        kinds={"image", "document"},
        actor=actor,
        at=as_of,
        party=("creator", creator_id),
    ).public_id
    try:
        with transaction.atomic():
            found = model.objects.create(
                public_id=ids.new_id(prefix),
                anchor=anchor,
                document=scan,
                handed_in_by_id=actor.account_id,
                handed_in_at=as_of,
                **fields,
            )
            _record("proof_handed_in", anchor, actor=actor, at=as_of, proof=found.public_id)
            return found
    except IntegrityError as error:
        uploads.drop(scan)
        raise ProofKnown from error


def _decide(public_id: str, state: str, *, why: str, actor: Actor, as_of: datetime) -> Proof:
    people.access_staff(actor=actor, to="operate")
    found = queries.get_proof(public_id)
    if found.handed_in_by_id == actor.account_id:
        raise SamePerson
    rows = type(found).objects.filter(pk=found.pk, state="submitted")
    decided = {"reviewed_by_id": actor.account_id, "reviewed_at": as_of, "why": why}
    if not rows.update(state=state, **decided):
        raise ProofDecided
    found.refresh_from_db()
    data = {"proof": public_id, "why": why}
    _record(f"proof_{state}", found.anchor, actor=actor, at=as_of, **data)
    return found


def _begin_trial(anchor: VillageAnchor, *, as_of: datetime) -> bool:
    """Set the trial's begin where both proofs are there; tell whether they are."""
    trained = anchor.trainings.filter(state="confirmed").exists()
    if not trained or not anchor.origins.filter(state="confirmed").exists():
        return False
    anchor.trial_at = as_of
    return True


def _locked(
    public_id: str, *, stages: tuple[str, ...], actor: Actor, as_of: datetime
) -> VillageAnchor:
    people.access_staff(actor=actor, to="operate")
    found = VillageAnchor.objects.select_for_update().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such application."))
    if found.stage_at(as_of) not in stages:
        raise WrongStage(found.stage_at(as_of))
    return found


def _moved(anchor: VillageAnchor, kind: str, *, actor: Actor, as_of: datetime) -> VillageAnchor:
    anchor.decided_by = actor.name[:160]
    anchor.save()
    tell_moved(anchor, at=as_of)
    _record(kind, anchor, actor=actor, at=as_of, why=anchor.why)
    return anchor


def _renew(anchor: VillageAnchor, fields: dict[str, Any]) -> None:
    """Begin again: the dates of an earlier application go, its papers stay."""
    for name in ("accepted_at", "trial_at", "certified_at", "certified_until_at", "ended_at"):
        setattr(anchor, name, None)
    anchor.why = anchor.decided_by = ""
    for name, value in fields.items():
        setattr(anchor, name, value)


def _goods(text: str) -> dict[str, Any]:
    """Goods by public id, else a shop by its short name."""
    item = catalog.every_item().filter(public_id=text.strip()).first()
    if item is not None:
        return {"item_id": item.pk}
    shop = people.list_shops().filter(slug=text.strip()).first()
    if shop is not None:
        return {"shop_id": shop.pk}
    raise BadValue(_("Neither goods nor a shop are called so."), pointer="/goods")


def _county(code: str, name: str) -> dict[str, str]:
    if not _COUNTY.fullmatch(code.strip()):
        raise BadValue(_("A county code has six digits."), pointer="/county_code")
    return {
        "county_code": code.strip(),
        "county_name": _line(name, field="county_name", length=80),
    }


def _line(text: str, *, field: str, length: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > length or not line.isprintable():
        raise BadValue(_("This is empty, too long or not readable."), pointer=f"/{field}")
    return line


def _record(kind: str, anchor: VillageAnchor, *, actor: Actor, at: datetime, **data: str) -> None:
    audit.record(kind=f"programmes.{kind}", subject=anchor.public_id, actor=actor, at=at, data=data)
