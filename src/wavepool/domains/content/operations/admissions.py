"""Writes of admission: applied, tried, admitted, refused, warned, left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations.texts import clean_line, clean_text
from wavepool.domains.content import queries
from wavepool.domains.content.models import Admission
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class AlreadyApplied(PlatformError):
    """There is an application that has not ended."""

    kind = "content.already_applied"

    def __init__(self) -> None:
        super().__init__(_("You applied for this scene already."), pointer="/scene")


class ApplyLater(PlatformError):
    """The scene refused the creator a short while ago."""

    kind = "content.apply_later"

    def __init__(self, again_at: datetime) -> None:
        message = _("This scene refused you; you can apply again from %(day)s.")
        super().__init__(message % {"day": f"{again_at:%Y-%m-%d %H:%M} UTC"}, pointer="/scene")
        self.again_at = again_at


class SceneIsOpen(PlatformError):
    """The scene has no pool, so everybody is in it."""

    kind = "content.scene_is_open"
    status: ClassVar[int] = 422


class AdmissionElsewhere(PlatformError):
    """The application does not stand where this can be done with it."""

    kind = "content.admission_elsewhere"

    def __init__(self, admission: Admission) -> None:
        message = _("This cannot be done with an application in this state: %(state)s.")
        super().__init__(message % {"state": Admission.State(admission.state).label})


class WarningRuns(PlatformError):
    """An admission ends against the creator's will only after a warning and its term."""

    kind = "content.warning_runs"

    def __init__(self, until: datetime | None) -> None:
        if until is None:
            super().__init__(_("Warn the creator first; the warning leaves seven days."))
        else:
            message = _("The warning runs until %(day)s.")
            super().__init__(message % {"day": f"{until:%Y-%m-%d %H:%M} UTC"})
        self.until = until


class OwnAdmission(PlatformError):
    """People of a creator do not decide for it."""

    kind = "content.own_admission"
    status: ClassVar[int] = 403


def apply_for_scene(
    *, creator_id: int, scene_id: str, statement: str, actor: Actor, as_of: datetime
) -> Admission:
    """Ask to compete in a scene.

    Raises:
        AlreadyApplied: an application runs, or the creator is admitted.
        ApplyLater: the scene refused the creator a short while ago.
        BadText: the statement does not fit.
        NotFound: the policy has no such scene.
        SceneIsOpen: it has no pool.
    """
    statement = clean_text(statement, field="statement", length=400)
    scene = queries.get_scene(scene_id, at=as_of)
    if not scene.has_pool:
        raise SceneIsOpen(_("Everybody is in this scene; it has no pool."), pointer="/scene")
    try:
        with transaction.atomic():
            if queries.find_open_admission(creator_id=creator_id, scene_id=scene_id) is not None:
                raise AlreadyApplied
            again_at = queries.waits_until(creator_id=creator_id, scene_id=scene_id, at=as_of)
            if again_at is not None:
                raise ApplyLater(again_at)
            admission = Admission.objects.create(
                public_id=ids.new_id("adm"),
                creator_id=creator_id,
                scene=scene_id,
                statement=statement,
                applied_at=as_of,
            )
            _note("applied", admission, actor=actor, at=as_of)
            return admission
    except IntegrityError as error:  # somebody applied at this very moment
        raise AlreadyApplied from error


def leave_scene(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Admission:
    """Take an application back, or leave a scene.

    Raises:
        AdmissionElsewhere: it has ended.
        NotFound: there is no such application of this creator.
    """
    with transaction.atomic():
        queries.access_admission(public_id, creator_id=creator_id)
        admission = _lock(public_id, "applied", "trial", "admitted")
        return _end(admission, Admission.State.LEFT, "left", why="", actor=actor, as_of=as_of)


def start_trial(
    *,
    public_id: str,
    actor: Actor,
    as_of: datetime,
    pieces: int = queries.TERMS.trial_pieces,
    days: int = queries.TERMS.trial_days,
) -> Admission:
    """Let a creator hand in pieces for a while, to see what they are worth.

    Raises:
        AdmissionElsewhere: it has been decided, or the trial runs.
        NotFound, OwnAdmission
    """
    assert min(pieces, days) > 0, "a trial run asks for something and lasts"
    with transaction.atomic():
        admission = _lock_foreign(public_id, "applied", actor=actor)
        admission.state = Admission.State.TRIAL
        admission.trial_pieces = pieces
        admission.trial_starts_at = as_of
        admission.trial_ends_at = as_of + timedelta(days=days)
        admission.save()
        _note("trial_started", admission, actor=actor, at=as_of, pieces=pieces, days=days)
        return admission


def admit(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Admission:
    """Let a creator's pieces compete in a scene; what the trial run gave is kept beside it.

    Raises:
        AdmissionElsewhere: no trial run was held, or it has been decided.
        BadText: no reason is given.
        NotFound, OwnAdmission
    """
    why = _reason(why)
    with transaction.atomic():
        admission = _lock_foreign(public_id, "trial", actor=actor)
        return _end(
            admission, Admission.State.ADMITTED, "admitted", why=why, actor=actor, as_of=as_of
        )


def refuse(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Admission:
    """Turn an application down; the creator may apply again after the waiting days.

    Raises:
        AdmissionElsewhere: it has been decided.
        BadText: no reason is given.
        NotFound, OwnAdmission
    """
    why = _reason(why)
    with transaction.atomic():
        admission = _lock_foreign(public_id, "applied", "trial", actor=actor)
        admission.again_at = as_of + timedelta(days=queries.TERMS.waiting_days)
        return _end(
            admission, Admission.State.REFUSED, "refused", why=why, actor=actor, as_of=as_of
        )


def warn(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Admission:
    """Tell an admitted creator what to cure; for seven days nobody ends the admission.

    Raises:
        AdmissionElsewhere: the creator is not admitted.
        BadText: no reason is given.
        NotFound, OwnAdmission
    """
    why = _reason(why)
    with transaction.atomic():
        admission = _lock_foreign(public_id, "admitted", actor=actor)
        admission.warning = why
        admission.warned_until = as_of + timedelta(days=queries.TERMS.warning_days)
        admission.save()
        _note("warned", admission, actor=actor, at=as_of, why=why)
        return admission


def lift_warning(*, public_id: str, actor: Actor, as_of: datetime) -> Admission:
    """The cause was cured: the warning is gone.

    Raises:
        AdmissionElsewhere: the creator is not admitted, or there is no warning.
        NotFound, OwnAdmission
    """
    with transaction.atomic():
        admission = _lock_foreign(public_id, "admitted", actor=actor)
        if admission.warned_until is None:
            raise AdmissionElsewhere(admission)
        admission.warning, admission.warned_until = "", None
        admission.save()
        _note("warning_lifted", admission, actor=actor, at=as_of)
        return admission


def end_admission(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Admission:
    """Take a creator out of a scene, after a warning that was not cured.

    Raises:
        AdmissionElsewhere: the creator is not admitted.
        BadText: no reason is given.
        WarningRuns: nobody warned, or the term of the warning runs.
        NotFound, OwnAdmission
    """
    why = _reason(why)
    with transaction.atomic():
        admission = _lock_foreign(public_id, "admitted", actor=actor)
        if admission.warned_until is None or as_of < admission.warned_until:
            raise WarningRuns(admission.warned_until)
        admission.again_at = as_of + timedelta(days=queries.TERMS.waiting_days)
        return _end(admission, Admission.State.LEFT, "ended", why=why, actor=actor, as_of=as_of)


def _end(
    admission: Admission, state: str, deed: str, *, why: str, actor: Actor, as_of: datetime
) -> Admission:
    """Decide, and keep what the trial run gave until now."""
    if admission.state == Admission.State.TRIAL:
        result = queries.measure_trial(admission)
        admission.trial_published = result.published
        admission.trial_returned = result.returned
        admission.trial_review_ppm = result.review_ppm
    admission.state, admission.why = state, why
    admission.decided_at, admission.decided_by = as_of, actor.name
    admission.save()
    _note(deed, admission, actor=actor, at=as_of, why=why)
    return admission


def _lock(public_id: str, *states: str) -> Admission:
    rows = Admission.objects.select_for_update(of=("self",)).select_related("creator")
    admission = rows.filter(public_id=public_id).first()
    if admission is None:
        raise NotFound(_("There is no such application."))
    if admission.state not in states:
        raise AdmissionElsewhere(admission)
    return admission


def _lock_foreign(public_id: str, *states: str, actor: Actor) -> Admission:
    """An application in one of these states, of a creator whose people the actor is not of."""
    admission = _lock(public_id, *states)
    if people.is_member(
        party="creator", party_id=admission.creator_id, account_id=actor.account_id
    ):
        raise OwnAdmission(_("You are of this creator's own people; somebody else decides."))
    return admission


def _reason(why: str) -> str:
    return clean_line(" ".join(why.split()), field="why", length=400)


def _note(deed: str, admission: Admission, *, actor: Actor, at: datetime, **data: Any) -> None:
    said = {"scene": admission.scene, "creator_id": admission.creator_id, **data}
    audit.record(
        kind=f"content.admission_{deed}",
        subject=admission.public_id,
        actor=actor,
        at=at,
        data=said,
    )
