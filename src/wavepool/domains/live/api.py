"""Live sessions for programs: planned, run and read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from wavepool.domains.content import queries as content
from wavepool.domains.content.operations import ITEMS_MAX, PieceFacts
from wavepool.domains.live import operations, queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Page, check_party, check_version, needs, page_of, with_version
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("live:read", _("Read live sessions"))
WRITE: Final = register_scope("live:write", _("Plan and run live sessions"))

router = Router(tags=["Live"])


class SessionOut(Schema):
    """A live session."""

    id: str
    creator: str
    piece: str
    title: str
    state: str
    why: str
    scheduled_at: datetime | None
    planned_minutes: int
    started_at: datetime | None
    ended_at: datetime | None
    effective_ms: int
    version: int


class ShownOut(Schema):
    """A time in which an item was shown."""

    item: str
    from_at: datetime
    until_at: datetime | None


class SessionWithItems(SessionOut):
    """A live session, its shelf and what was shown when."""

    items: list[str]
    shown: list[ShownOut]


class SessionIn(Schema):
    """What a creator says of a session."""

    account: int
    channel: str = Field(content.LIVE_ROOM, max_length=40)
    category: str = Field(max_length=60)
    title: str = Field(max_length=120)
    body: str = Field("", max_length=4_000)
    language: str = Field("", max_length=16)
    disclosure: str = Field("none", max_length=8)
    ai_share_ppm: int = Field(0, ge=0, le=1_000_000)
    items: list[str] = Field(default_factory=list, max_length=ITEMS_MAX)
    scheduled_at: datetime | None = None
    planned_minutes: int = Field(120, ge=1, le=operations.MINUTES_MAX)

    def facts(self) -> operations.SessionFacts:
        """The same for an operation; a time without a zone is UTC."""
        said = self.dict()
        scheduled_at, minutes = said.pop("scheduled_at"), said.pop("planned_minutes")
        piece = PieceFacts(
            account_id=said.pop("account"), format="live", items=tuple(said.pop("items")), **said
        )
        if scheduled_at is not None and scheduled_at.tzinfo is None:
            scheduled_at = scheduled_at.replace(tzinfo=clock.now().tzinfo)
        return operations.SessionFacts(
            piece=piece, scheduled_at=scheduled_at, planned_minutes=minutes
        )


@router.get(
    "/creators/{handle}/sessions",
    auth=needs(READ),
    response=Page[SessionOut],
    summary="List a creator's sessions",
)
def list_sessions(
    request: PlatformRequest,
    handle: str,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> Any:
    """All sessions in any state, the newest first; `state` narrows them."""
    page = read_list(
        request,
        queries.sessions_of_creator(_enter(request, handle, to="view")),
        columns=(Column(name="added", label="", value=lambda each: each.pk, sort="pk"),),
        filters=(Filter(name="state", label="", apply=lambda rows, said: rows.filter(state=said)),),
        sort="-added",
    )
    return page_of(request, page, _session)


@router.post(
    "/creators/{handle}/sessions",
    auth=needs(WRITE),
    response={201: SessionWithItems},
    summary="Plan a session",
)
def plan_session(
    request: PlatformRequest, response: HttpResponse, handle: str, said: SessionIn
) -> Any:
    """Add a session and its piece; with a time everybody sees it."""
    creator_id = _enter(request, handle, to="operate")
    session = operations.plan_session(
        creator_id=creator_id, facts=said.facts(), actor=request.actor, as_of=clock.now()
    )
    return Status(201, _read(response, session.public_id, creator_id))


@router.get(
    "/creators/{handle}/sessions/{session}",
    auth=needs(READ),
    response=SessionWithItems,
    summary="Read a session",
)
def get_session(request: PlatformRequest, response: HttpResponse, handle: str, session: str) -> Any:
    """A session in any state with its shelf; the ETag names its version."""
    return _read(response, session, _enter(request, handle, to="view"))


@router.put(
    "/creators/{handle}/sessions/{session}",
    auth=needs(WRITE),
    response=SessionWithItems,
    summary="Change a session",
)
def edit_session(
    request: PlatformRequest, response: HttpResponse, handle: str, session: str, said: SessionIn
) -> Any:
    """Make a session that was not on air what is said; the request names the version it is of."""
    creator_id = _enter(request, handle, to="operate")
    with transaction.atomic():
        found = queries.access_session(session, creator_id=creator_id)
        check_version(request, found.version)
        operations.edit_session(
            public_id=session,
            creator_id=creator_id,
            facts=said.facts(),
            version=found.version,
            actor=request.actor,
            as_of=clock.now(),
        )
    return _read(response, session, creator_id)


@router.post(
    "/creators/{handle}/sessions/{session}/start",
    auth=needs(WRITE),
    response=SessionWithItems,
    summary="Go on air",
)
def start_session(
    request: PlatformRequest, response: HttpResponse, handle: str, session: str
) -> Any:
    """Start a session; its piece is published now."""
    return _act(operations.start_session, request, response, handle, session)


@router.post(
    "/creators/{handle}/sessions/{session}/pause",
    auth=needs(WRITE),
    response=SessionWithItems,
    summary="Pause",
)
def pause_session(
    request: PlatformRequest, response: HttpResponse, handle: str, session: str
) -> Any:
    """Leave the air for a while."""
    return _act(operations.pause_session, request, response, handle, session)


@router.post(
    "/creators/{handle}/sessions/{session}/resume",
    auth=needs(WRITE),
    response=SessionWithItems,
    summary="Come back on air",
)
def resume_session(
    request: PlatformRequest, response: HttpResponse, handle: str, session: str
) -> Any:
    """End a pause."""
    return _act(operations.resume_session, request, response, handle, session)


@router.post(
    "/creators/{handle}/sessions/{session}/end",
    auth=needs(WRITE),
    response=SessionWithItems,
    summary="End a session",
)
def end_session(request: PlatformRequest, response: HttpResponse, handle: str, session: str) -> Any:
    """End a session; its effective time stands from now on."""
    return _act(operations.end_session, request, response, handle, session)


def _act(
    change: Any, request: PlatformRequest, response: HttpResponse, handle: str, session: str
) -> Any:
    creator_id = _enter(request, handle, to="live")
    change(public_id=session, creator_id=creator_id, actor=request.actor, as_of=clock.now())
    return _read(response, session, creator_id)


def _enter(request: PlatformRequest, handle: str, *, to: str) -> int:
    """The creator's id, where the key's account has the right there."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to=to)
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    return int(space.party_id)


def _session(session: Any) -> dict[str, Any]:
    names = (
        "title",
        "state",
        "scheduled_at",
        "planned_minutes",
        "started_at",
        "ended_at",
        "effective_ms",
        "version",
    )
    return {name: getattr(session, name) for name in names} | {
        "id": session.public_id,
        "creator": session.creator.handle,
        "piece": session.piece.public_id,
        "why": session.state_why,
    }


def _read(response: HttpResponse, public_id: str, creator_id: int) -> dict[str, Any]:
    session = queries.access_session(public_id, creator_id=creator_id)
    with_version(response, session.version)
    shown = [
        {"item": each.item.public_id, "from_at": each.from_at, "until_at": each.until_at}
        for each in queries.list_shown(session)
    ]
    items = [each.item.public_id for each in content.list_items(session.piece)]
    return _session(session) | {"items": items, "shown": shown}
