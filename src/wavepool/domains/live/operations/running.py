"""Writes of sessions on air: started, paused, resumed, ended, cut off, and the items shown."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.catalog.operations.texts import clean_line
from wavepool.domains.content import operations as content
from wavepool.domains.live import queries
from wavepool.domains.live.models import Session, SessionItem, SessionPause
from wavepool.domains.live.operations.planning import lock_session, note, require, save
from wavepool.domains.live.tables import epoch_ms
from wavepool.domains.people import operations as people_operations
from wavepool.domains.people import queries as people
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class LiveRestricted(PlatformError):
    """The creator may not run live rooms for a while."""

    kind = "live.restricted"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(
            _("Live rooms are restricted for this creator; your identity page says why.")
        )


class OnAirAlready(PlatformError):
    """A creator has one session on air at a time."""

    kind = "live.on_air_already"

    def __init__(self) -> None:
        super().__init__(_("Another session of yours is on air; end it first."))


class ItemShownAlready(PlatformError):
    """The item is being shown."""

    kind = "live.item_shown_already"

    def __init__(self) -> None:
        super().__init__(_("This item is being shown already."), pointer="/item")


class OwnSession(PlatformError):
    """People of a creator do not cut its session off as staff."""

    kind = "live.own_session"
    status: ClassVar[int] = 403


def start_session(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Session:
    """Go on air: the session's piece is published now.

    Raises:
        LiveRestricted: the creator may not.
        NotAdmitted, PublishingRestricted: as `content.operations.publish_live_piece`.
        NotFound: there is no such session of this creator.
        OnAirAlready: another session of the creator runs.
        SessionElsewhere: it was on air, or was cancelled.
    """
    try:
        with transaction.atomic():
            session = lock_session(public_id, creator_id=creator_id)
            require(session, Session.State.DRAFT, Session.State.SCHEDULED)
            if people.is_restricted(creator_id, scope="live", at=as_of):
                raise LiveRestricted
            running = queries.sessions_of_creator(creator_id).filter(state__in=queries.ON_AIR)
            if running.exists():
                raise OnAirAlready
            session.state = Session.State.LIVE
            session.started_at = as_of
            session.scheduled_at = session.scheduled_at or as_of
            save(session, as_of=as_of)
            content.publish_live_piece(piece_id=session.piece_id, actor=actor, as_of=as_of)
            note("started", session, actor=actor, at=as_of)
            return session
    except IntegrityError as error:  # another one was started at this very moment
        raise OnAirAlready from error


def pause_session(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Session:
    """Leave the air for a while; a pause does not count as time on air.

    Raises:
        NotFound: there is no such session of this creator.
        SessionElsewhere: it is not on air.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        require(session, Session.State.LIVE)
        session.state = Session.State.PAUSED
        SessionPause.objects.create(session=session, from_at=as_of)
        save(session, as_of=as_of)
        note("paused", session, actor=actor, at=as_of)
        return session


def resume_session(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Session:
    """Come back on air.

    Raises:
        NotFound: there is no such session of this creator.
        SessionElsewhere: it is not paused.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        require(session, Session.State.PAUSED)
        session.state = Session.State.LIVE
        _close(session, as_of=as_of)
        save(session, as_of=as_of)
        note("resumed", session, actor=actor, at=as_of)
        return session


def end_session(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Session:
    """End a session; from now on its effective time stands, and the creator's first live moment.

    Raises:
        NotFound: there is no such session of this creator.
        SessionElsewhere: it is not on air.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        return _end(session, Session.State.ENDED, why="", actor=actor, as_of=as_of)


def cut_session(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Session:
    """Take a session off air, as staff; its time on air until now counts.

    Raises:
        BadText: no reason is given.
        NotFound: there is no such session.
        OwnSession: the actor is of the creator's people.
        SessionElsewhere: it is not on air.
    """
    why = clean_line(" ".join(why.split()), field="why", length=400)
    with transaction.atomic():
        session = lock_session(public_id)
        if people.is_member(
            party="creator", party_id=session.creator_id, account_id=actor.account_id
        ):
            raise OwnSession(_("You are of this creator's own people; somebody else decides."))
        return _end(session, Session.State.CUT, why=why, actor=actor, as_of=as_of)


def show_item(
    *, public_id: str, creator_id: int, item: str, actor: Actor, as_of: datetime
) -> SessionItem:
    """Begin to show an item.

    Raises:
        ItemShownAlready: it is being shown.
        NotFound: there is no such session of this creator, or the item is not on sale.
        SessionElsewhere: it is not on air.
    """
    try:
        with transaction.atomic():
            session = lock_session(public_id, creator_id=creator_id)
            require(session, Session.State.LIVE, Session.State.PAUSED)
            found = catalog.get_item_on_sale(item)
            if SessionItem.objects.filter(session=session, item=found, until_at=None).exists():
                raise ItemShownAlready
            shown = SessionItem.objects.create(session=session, item=found, from_at=as_of)
            note("item_shown", session, actor=actor, at=as_of, item=item)
            return shown
    except IntegrityError as error:  # shown by somebody else at this very moment
        raise ItemShownAlready from error


def take_item_down(
    *, public_id: str, creator_id: int, item: str, actor: Actor, as_of: datetime
) -> None:
    """Stop showing an item.

    Raises:
        NotFound: there is no such session of this creator, or it does not show the item.
    """
    with transaction.atomic():
        session = lock_session(public_id, creator_id=creator_id)
        rows = SessionItem.objects.filter(session=session, item__public_id=item, until_at=None)
        if not rows.update(until_at=as_of):
            raise NotFound(_("This item is not being shown."))
        note("item_taken_down", session, actor=actor, at=as_of, item=item)


def _end(session: Session, state: str, *, why: str, actor: Actor, as_of: datetime) -> Session:
    require(session, Session.State.LIVE, Session.State.PAUSED)
    assert session.started_at is not None, "what is on air was started"
    _close(session, as_of=as_of)
    SessionItem.objects.filter(session=session, until_at=None).update(until_at=as_of)
    session.state, session.state_why, session.ended_at = state, why, as_of
    session.effective_ms = queries.effective_ms(
        started_ms=epoch_ms(session.started_at),
        ended_ms=epoch_ms(as_of),
        pauses=[
            (epoch_ms(each.from_at), epoch_ms(each.until_at or as_of))
            for each in queries.list_pauses(session)
        ],
    )
    save(session, as_of=as_of)
    people_operations.note_first_lives(
        first={session.creator_id: session.started_at}, actor=actor, as_of=as_of
    )
    deed = "cut" if state == Session.State.CUT else "ended"
    note(deed, session, actor=actor, at=as_of, why=why, effective_ms=session.effective_ms)
    return session


def _close(session: Session, *, as_of: datetime) -> None:
    """End the pause that is open, if one is."""
    SessionPause.objects.filter(session=session, until_at=None).update(until_at=as_of)
