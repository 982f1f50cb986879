"""Reads of sessions: a creator's own, everybody's, and one by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.live.models import Session, SessionItem, SessionPause
from wavepool.plumbing.errors import NotFound

ON_AIR: Final = (Session.State.LIVE, Session.State.PAUSED)
PUBLIC: Final = (
    Session.State.SCHEDULED,
    Session.State.LIVE,
    Session.State.PAUSED,
    Session.State.ENDED,
    Session.State.CANCELLED,
    Session.State.CUT,
)
_CALENDAR_MAX: Final = 100


def sessions_of_creator(creator_id: int) -> QuerySet[Session]:
    """Every session of a creator, in any state."""
    rows = Session.objects.filter(creator_id=creator_id)
    return rows.select_related("creator", "piece__channel", "piece__series")


def every_session() -> QuerySet[Session]:
    """Sessions of all creators, for staff."""
    return Session.objects.select_related("creator", "piece")


def list_sessions_on_air() -> QuerySet[Session]:
    """Sessions that run now; newest first is `order_by("-scheduled_at", "-pk")`."""
    return Session.objects.filter(state__in=ON_AIR).select_related("creator", "piece")


def list_upcoming_sessions(*, at: datetime) -> QuerySet[Session]:
    """Sessions that are scheduled after a moment; a late start keeps its place for a day."""
    rows = Session.objects.filter(state=Session.State.SCHEDULED)
    return rows.filter(scheduled_at__gt=at - timedelta(days=1)).select_related("creator", "piece")


def list_scheduled_of(creator_id: int, *, at: datetime) -> list[Session]:
    """A creator's next sessions, for a calendar."""
    rows = list_upcoming_sessions(at=at).filter(creator_id=creator_id)
    return list(rows.order_by("scheduled_at", "pk")[:_CALENDAR_MAX])


def find_session(public_id: str) -> Session | None:
    """A session in any state, by its public id."""
    return every_session().filter(public_id=public_id).first()


def get_session(public_id: str) -> Session:
    """A session in any state, for staff.

    Raises:
        NotFound: there is none.
    """
    found = find_session(public_id)
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def get_public_session(public_id: str) -> Session:
    """A session that everybody may see.

    Raises:
        NotFound: there is none, or it is a draft.
    """
    found = get_session(public_id)
    if found.state not in PUBLIC or (
        found.state == Session.State.CANCELLED and found.scheduled_at is None
    ):
        raise NotFound(_("There is no such session."))
    return found


def find_session_of_piece(piece_id: int) -> Session | None:
    """The session of a piece of format live."""
    return Session.objects.filter(piece_id=piece_id).first()


def access_session(public_id: str, *, creator_id: int) -> Session:
    """A session of this creator.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    found = sessions_of_creator(creator_id).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def list_shown(session: Session) -> list[SessionItem]:
    """Every time in which an item was shown, in order."""
    rows = SessionItem.objects.filter(session=session).select_related("item__shop")
    return list(rows.order_by("from_at", "pk"))


def list_pauses(session: Session) -> list[SessionPause]:
    """The pauses of a session, in order."""
    return list(SessionPause.objects.filter(session=session).order_by("from_at", "pk"))
