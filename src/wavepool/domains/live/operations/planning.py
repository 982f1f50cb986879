"""Writes of sessions before they are on air: planned, edited, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import operations as content
from wavepool.domains.content.operations import PieceFacts
from wavepool.domains.live.models import Session
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

MINUTES_MAX: Final = 24 * 60


class SessionChanged(PlatformError):
    """Somebody else changed the session since this edit began."""

    kind = "live.session_changed"
    status: ClassVar[int] = 412

    def __init__(self) -> None:
        message = _("Somebody changed this session in the meantime; look at it again first.")
        super().__init__(message)


class SessionElsewhere(PlatformError):
    """The session does not stand where this can be done with it."""

    kind = "live.session_elsewhere"

    def __init__(self, session: Session) -> None:
        message = _("This cannot be done with a session in this state: %(state)s.")
        super().__init__(message % {"state": Session.State(session.state).label})
        self.state = session.state


class BadSchedule(PlatformError):
    """The time lies behind, or the length is none."""

    kind = "live.bad_schedule"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What a creator says of a session.

    Attributes:
        piece: what is said of its piece; the format is live.
        scheduled_at: when it shall begin; None keeps it a draft that nobody else sees.
        planned_minutes: how long it shall last.
    """

    piece: PieceFacts
    scheduled_at: datetime | None
    planned_minutes: int = 120


def plan_session(*, creator_id: int, facts: SessionFacts, actor: Actor, as_of: datetime) -> Session:
    """Add a session and its piece; with a time it is scheduled and everybody sees it.

    Raises:
        BadSchedule: the time lies behind, or the length is none.
        BadText, BadPiece, ItemsNotFound, NotFound: as `content.operations.add_piece`.
    """
    assert facts.piece.format == "live", "a session's piece is live"
    _check(facts, as_of=as_of)
    with transaction.atomic():
        piece = content.add_piece(
            creator_id=creator_id, facts=facts.piece, actor=actor, as_of=as_of
        )
        session = Session.objects.create(
            public_id=ids.new_id("ses"),
            piece=piece,
            creator_id=creator_id,
            title=piece.title,
            state=_planned_state(facts),
            scheduled_at=facts.scheduled_at,
            planned_minutes=facts.planned_minutes,
            created_at=as_of,
            changed_at=as_of,
        )
        note("planned", session, actor=actor, at=as_of)
        return session


def edit_session(
    *,
    public_id: str,
    creator_id: int,
    facts: SessionFacts,
    version: int,
    actor: Actor,
    as_of: datetime,
) -> Session:
    """Change a session that was not on air yet; the edit names the version that it was made from.

    Raises:
        BadSchedule: the time lies behind, or the length is none.
        BadText, BadPiece, ItemsNotFound: what is said of its piece does not fit.
        NotFound: there is no such session of this creator.
        SessionChanged: it has another version by now.
        SessionElsewhere: it was on air, or was cancelled.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        if session.version != version:
            raise SessionChanged
        require(session, Session.State.DRAFT, Session.State.SCHEDULED)
        if facts.scheduled_at != session.scheduled_at:
            _check(facts, as_of=as_of)
        piece = content.edit_piece(
            public_id=session.piece.public_id,
            creator_id=creator_id,
            facts=facts.piece,
            version=session.piece.version,
            actor=actor,
            as_of=as_of,
        )
        session.piece, session.title = piece, piece.title
        session.state = _planned_state(facts)
        session.scheduled_at = facts.scheduled_at
        session.planned_minutes = facts.planned_minutes
        save(session, as_of=as_of)
        note("edited", session, actor=actor, at=as_of)
        return session


def cancel_session(
    *, public_id: str, creator_id: int, why: str, actor: Actor, as_of: datetime
) -> Session:
    """Call a session off before it begins; its page says so.

    Raises:
        NotFound: there is no such session of this creator.
        SessionElsewhere: it was on air, or was cancelled.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        require(session, Session.State.DRAFT, Session.State.SCHEDULED)
        session.state, session.state_why = Session.State.CANCELLED, " ".join(why.split())[:400]
        save(session, as_of=as_of)
        note("cancelled", session, actor=actor, at=as_of)
        return session


def lock_session(public_id: str, *, creator_id: int | None = None) -> Session:
    """A session held until the transaction ends, of one creator where one is named.

    Raises:
        NotFound: there is none.
    """
    rows = Session.objects.select_for_update(of=("self",)).select_related("piece", "creator")
    rows = rows.filter(public_id=public_id)
    session = (rows if creator_id is None else rows.filter(creator_id=creator_id)).first()
    if session is None:
        raise NotFound(_("There is no such session."))
    return session


def require(session: Session, *states: str) -> None:
    """Refuse what cannot be done with a session in its state.

    Raises:
        SessionElsewhere: it is in none of these.
    """
    if session.state not in states:
        raise SessionElsewhere(session)


def save(session: Session, *, as_of: datetime) -> None:
    """Write a session that is held, as its next version."""
    session.version += 1
    session.changed_at = as_of
    session.save()


def note(deed: str, session: Session, *, actor: Actor, at: datetime, **data: Any) -> None:
    """Leave a trace, as the last thing of a transaction."""
    said = {"title": session.title, "state": str(session.state), "version": session.version}
    audit.record(
        kind=f"live.session_{deed}",
        subject=session.public_id,
        actor=actor,
        at=at,
        data={**said, **data},
    )


def _planned_state(facts: SessionFacts) -> str:
    return Session.State.DRAFT if facts.scheduled_at is None else Session.State.SCHEDULED


def _check(facts: SessionFacts, *, as_of: datetime) -> None:
    if facts.scheduled_at is not None and facts.scheduled_at <= as_of:
        raise BadSchedule(_("The time lies behind."), pointer="/scheduled_at")
    if not 1 <= facts.planned_minutes <= MINUTES_MAX:
        message = _("A session lasts from a minute to a day.")
        raise BadSchedule(message, pointer="/planned_minutes")
