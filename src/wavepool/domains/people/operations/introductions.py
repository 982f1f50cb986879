"""Introductions: who brought an anchor, told once and for good."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Creator, Introduction
from wavepool.domains.people.operations.notices import tell_introduction_claimed
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class IntroductionTaken(PlatformError):
    """Another agency's introduction of this anchor, or of its person, was confirmed."""

    kind: ClassVar[str] = "people.introduction_taken"


class IntroductionClosed(PlatformError):
    """The introduction is not in a state in which this can be done."""

    kind: ClassVar[str] = "people.introduction_closed"


class IntroductionNotValid(PlatformError):
    """A date of the introduction lies in the future."""

    kind: ClassVar[str] = "people.introduction_not_valid"
    status: ClassVar[int] = 422


def claim_introduction(
    *,
    agency_id: int,
    creator_id: int,
    evidence: str,
    introduced_at: datetime,
    actor: Actor,
    as_of: datetime,
) -> Introduction:
    """Say that an agency brought an anchor, with what shows it; the anchor answers.

    Raises:
        IntroductionTaken: another one of this anchor was confirmed.
        IntroductionClosed: this agency has an open one of this anchor.
        IntroductionNotValid: it would have happened in the future.
    """
    if introduced_at > as_of:
        raise IntroductionNotValid(
            _("An introduction cannot lie in the future."), pointer="/introduced_at"
        )
    try:
        with transaction.atomic():
            queries.access_party(
                party="agency", party_id=agency_id, actor=actor, to="operate", at=as_of
            )
            anchor = Creator.objects.select_for_update().filter(pk=creator_id).first()
            if anchor is None:
                raise NotFound(_("There is no creator of that name."))
            _refuse_taken(anchor)
            introduction = Introduction.objects.create(
                agency_id=agency_id,
                creator=anchor,
                evidence=evidence,
                introduced_at=introduced_at,
                claimed_at=as_of,
            )
            tell_introduction_claimed(introduction, at=as_of)
            _note("introduction_claimed", introduction, actor=actor, as_of=as_of)
            return introduction
    except IntegrityError as error:
        message = _("Your agency has an open introduction of this creator.")
        raise IntroductionClosed(message) from error


def confirm_introduction(
    *, introduction_id: int, creator_id: int, actor: Actor, as_of: datetime
) -> Introduction:
    """The anchor confirms who brought it: that agency wins, for good.

    Raises:
        IntroductionTaken: another one was confirmed first.
        IntroductionClosed: it was answered already.
    """
    queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
    rows = Introduction.objects.filter(pk=introduction_id, creator_id=creator_id)
    return _win(rows.first(), since="claimed", decision="", actor=actor, as_of=as_of)


def object_to_introduction(
    *, introduction_id: int, creator_id: int, reason: str, actor: Actor, as_of: datetime
) -> None:
    """The anchor objects to an introduction; staff decide.

    Raises:
        IntroductionClosed: it was withdrawn or decided.
    """
    with transaction.atomic():
        queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
        rows = Introduction.objects.filter(pk=introduction_id, creator_id=creator_id)
        _object(rows.first(), reason=reason, actor=actor, as_of=as_of)


def contest_introduction(
    *, agency_id: int, creator_id: int, reason: str, actor: Actor, as_of: datetime
) -> None:
    """Another agency objects to a confirmed introduction of an anchor; staff decide.

    Raises:
        IntroductionClosed: no confirmed one of another agency exists.
    """
    with transaction.atomic():
        queries.access_party(party="agency", party_id=agency_id, actor=actor, to="own", at=as_of)
        won = Introduction.objects.filter(creator_id=creator_id, state=Introduction.State.WON)
        found = won.exclude(agency_id=agency_id).first()
        if found is None:
            raise IntroductionClosed(_("There is no introduction of another agency to contest."))
        _object(found, reason=reason, actor=actor, as_of=as_of)


def withdraw_introduction(
    *, introduction_id: int, agency_id: int, actor: Actor, as_of: datetime
) -> None:
    """The agency takes an introduction back that was not confirmed yet.

    Raises:
        IntroductionClosed: it was answered already.
    """
    with transaction.atomic():
        queries.access_party(
            party="agency", party_id=agency_id, actor=actor, to="operate", at=as_of
        )
        rows = Introduction.objects.filter(pk=introduction_id, agency_id=agency_id)
        found = rows.first()
        if found is None:
            raise NotFound(_("There is no such introduction."))
        if not rows.filter(state="claimed").update(state="withdrawn", decided_at=as_of):
            raise IntroductionClosed(_("This introduction was answered already."))
        _note("introduction_withdrawn", found, actor=actor, as_of=as_of)


def decide_introduction(
    *, introduction_id: int, outcome: str, reason: str, actor: Actor, as_of: datetime
) -> Introduction:
    """Staff decide an objection.

    Args:
        outcome: "won" confirms the introduction, "refused" takes it from the agency.

    Raises:
        IntroductionClosed: there is no objection to decide.
        IntroductionTaken: another one was confirmed meanwhile.
    """
    assert outcome in {"won", "refused"}, outcome
    queries.access_staff(actor=actor, to="operate")
    found = Introduction.objects.filter(pk=introduction_id).first()
    if outcome == "won":
        return _win(found, since="objected", decision=reason, actor=actor, as_of=as_of)
    if found is None:
        raise NotFound(_("There is no such introduction."))
    with transaction.atomic():
        rows = Introduction.objects.filter(pk=found.pk, state="objected")
        if not rows.update(state="refused", decided_at=as_of, decision=reason):
            raise IntroductionClosed(_("There is no objection to decide."))
        _note("introduction_refused", found, actor=actor, as_of=as_of, reason=reason)
    found.refresh_from_db()
    return found


def _win(
    found: Introduction | None, *, since: str, decision: str, actor: Actor, as_of: datetime
) -> Introduction:
    if found is None:
        raise NotFound(_("There is no such introduction."))
    try:
        with transaction.atomic():
            anchor = Creator.objects.select_for_update().get(pk=found.creator_id)
            _refuse_taken(anchor)
            rows = Introduction.objects.filter(pk=found.pk, state=since)
            if not rows.update(
                state="won", decided_at=as_of, decision=decision, person_id=anchor.person_id
            ):
                raise IntroductionClosed(_("This introduction was answered already."))
            _note("introduction_won", found, actor=actor, as_of=as_of, reason=decision)
    except IntegrityError as error:
        raise IntroductionTaken(_("Another introduction of this person was confirmed.")) from error
    found.refresh_from_db()
    return found


def _refuse_taken(anchor: Creator) -> None:
    won = Introduction.objects.filter(creator=anchor, state=Introduction.State.WON)
    if won.exists():
        raise IntroductionTaken(_("Another introduction of this creator was confirmed."))


def _object(found: Introduction | None, *, reason: str, actor: Actor, as_of: datetime) -> None:
    if found is None:
        raise NotFound(_("There is no such introduction."))
    rows = Introduction.objects.filter(pk=found.pk, state__in=("claimed", "won"))
    if not rows.update(state="objected", objection=reason):
        raise IntroductionClosed(_("This introduction was decided or withdrawn."))
    _note("introduction_objected", found, actor=actor, as_of=as_of, reason=reason)


def _note(
    kind: str, found: Introduction, *, actor: Actor, as_of: datetime, reason: str = ""
) -> None:
    data = {"agency": found.agency_id, **({"reason": reason} if reason else {})}
    note(kind=kind, subject=f"creator:{found.creator_id}", actor=actor, at=as_of, **data)
