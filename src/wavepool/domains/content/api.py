"""Content for programs: a creator's pieces, and what everybody can see."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from wavepool.domains.content import operations, queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Page, check_party, check_version, needs, page_of, with_version
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("content:read", _("Read pieces"))
WRITE: Final = register_scope("content:write", _("Write pieces and hand them in"))

router = Router(tags=["Content"])


class PieceOut(Schema):
    """A piece, as its creator knows it."""

    id: str
    creator: str
    account: int
    channel: str
    format: str
    category: str
    scene: str
    series: str | None
    title: str
    language: str
    disclosure: str
    ai_share_ppm: int
    originality_ppm: int
    completeness_ppm: int
    media_quality_ppm: int
    review_ppm: int
    state: str
    why: str
    version: int
    changed_at: datetime
    published_at: datetime | None


class PieceWithText(PieceOut):
    """A piece, its text and the items that it shows."""

    body: str
    items: list[str]


class PublicPieceOut(Schema):
    """A piece, as everybody sees it."""

    id: str
    creator: str
    channel: str
    format: str
    category: str
    title: str
    disclosure: str
    ai_share_ppm: int
    published_at: datetime


class PieceIn(Schema):
    """What a creator says of a piece; a live session's piece is made with its session."""

    account: int
    channel: str = Field(max_length=40)
    format: str = Field(max_length=12)
    category: str = Field(max_length=60)
    title: str = Field(max_length=120)
    body: str = Field("", max_length=20_000)
    language: str = Field("", max_length=16)
    series: str = Field("", max_length=40)
    disclosure: str = Field("none", max_length=8)
    ai_share_ppm: int = Field(0, ge=0, le=1_000_000)
    items: list[str] = Field(default_factory=list, max_length=operations.ITEMS_MAX)

    def facts(self) -> operations.PieceFacts:
        """The same for an operation."""
        said = self.dict()
        return operations.PieceFacts(
            account_id=said.pop("account"), items=tuple(said.pop("items")), **said
        )


@router.get("/pieces", auth=needs(READ), response=Page[PublicPieceOut], summary="Published pieces")
def list_public_pieces(request: PlatformRequest) -> Any:
    """What everybody can see, the newest first; `?creator=` and `?format=` narrow it."""
    page = read_list(
        request,
        queries.list_public_pieces(),
        columns=(
            Column(
                name="published", label="", value=lambda row: row.published_at, sort="published_at"
            ),
        ),
        filters=(
            Filter(name="creator", label="", apply=_of_creator),
            Filter(name="format", label="", apply=lambda rows, said: rows.filter(format=said)),
        ),
        sort="-published",
    )
    return page_of(request, page, _public)


@router.get(
    "/creators/{handle}/pieces",
    auth=needs(READ),
    response=Page[PieceOut],
    summary="List a creator's own pieces",
)
def list_pieces(
    request: PlatformRequest,
    handle: str,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> Any:
    """All pieces in any state, the newest first; `state` narrows them."""
    page = read_list(
        request,
        queries.pieces_of_creator(_enter(request, handle, to="view")),
        columns=(Column(name="added", label="", value=lambda each: each.pk, sort="pk"),),
        filters=(Filter(name="state", label="", apply=lambda rows, said: rows.filter(state=said)),),
        sort="-added",
    )
    return page_of(request, page, _piece)


@router.post(
    "/creators/{handle}/pieces",
    auth=needs(WRITE),
    response={201: PieceWithText},
    summary="Begin a piece",
)
def add_piece(request: PlatformRequest, response: HttpResponse, handle: str, said: PieceIn) -> Any:
    """Keep a piece as a draft."""
    creator_id = _enter(request, handle, to="operate")
    _refuse_live(said)
    piece = operations.add_piece(
        creator_id=creator_id, facts=said.facts(), actor=request.actor, as_of=clock.now()
    )
    return Status(201, _read(response, piece.public_id, creator_id))


@router.get(
    "/creators/{handle}/pieces/{piece}",
    auth=needs(READ),
    response=PieceWithText,
    summary="Read a piece",
)
def get_piece(request: PlatformRequest, response: HttpResponse, handle: str, piece: str) -> Any:
    """A piece in any state with its text and items; the ETag names its version."""
    return _read(response, piece, _enter(request, handle, to="view"))


@router.put(
    "/creators/{handle}/pieces/{piece}",
    auth=needs(WRITE),
    response=PieceWithText,
    summary="Change a piece",
)
def edit_piece(
    request: PlatformRequest, response: HttpResponse, handle: str, piece: str, said: PieceIn
) -> Any:
    """Make a draft, or a hidden piece, what is said; the request names the version it is of."""
    creator_id = _enter(request, handle, to="operate")
    _refuse_live(said)
    with transaction.atomic():
        found = queries.access_piece(piece, creator_id=creator_id)
        check_version(request, found.version)
        operations.edit_piece(
            public_id=piece,
            creator_id=creator_id,
            facts=said.facts(),
            version=found.version,
            actor=request.actor,
            as_of=clock.now(),
        )
    return _read(response, piece, creator_id)


@router.post(
    "/creators/{handle}/pieces/{piece}/submit",
    auth=needs(WRITE),
    response=PieceWithText,
    summary="Hand a piece in",
)
def submit_piece(request: PlatformRequest, response: HttpResponse, handle: str, piece: str) -> Any:
    """Hand a draft in; where its scene has no pool it stands published at once."""
    return _act(operations.submit_piece, request, response, handle, piece)


@router.post(
    "/creators/{handle}/pieces/{piece}/hide",
    auth=needs(WRITE),
    response=PieceWithText,
    summary="Hide a piece",
)
def hide_piece(request: PlatformRequest, response: HttpResponse, handle: str, piece: str) -> Any:
    """Take a published piece from everybody's view."""
    return _act(operations.hide_piece, request, response, handle, piece)


@router.post(
    "/creators/{handle}/pieces/{piece}/show",
    auth=needs(WRITE),
    response=PieceWithText,
    summary="Show a piece again",
)
def show_piece(request: PlatformRequest, response: HttpResponse, handle: str, piece: str) -> Any:
    """Show a piece that its creator hid."""
    return _act(operations.show_piece, request, response, handle, piece)


def _act(
    change: Any, request: PlatformRequest, response: HttpResponse, handle: str, piece: str
) -> Any:
    creator_id = _enter(request, handle, to="operate")
    change(public_id=piece, creator_id=creator_id, actor=request.actor, as_of=clock.now())
    return _read(response, piece, creator_id)


def _enter(request: PlatformRequest, handle: str, *, to: str) -> int:
    """The creator's id, where the key's account has the right there."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to=to)
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    return int(space.party_id)


def _refuse_live(said: PieceIn) -> None:
    if said.format == "live":
        raise operations.BadPiece(
            _("A live session's piece is made with its session."), pointer="/format"
        )


def _of_creator(rows: Any, handle: str) -> Any:
    creator = people.find_creator(handle)
    if creator is None:
        raise NotFound(_("There is no creator of that name."))
    return rows.filter(creator_id=creator.pk)


def _public(piece: Any) -> dict[str, Any]:
    names = ("format", "category", "title", "disclosure", "ai_share_ppm", "published_at")
    said = {name: getattr(piece, name) for name in names}
    return said | {
        "id": piece.public_id,
        "creator": piece.creator.handle,
        "channel": piece.channel_id,
    }


def _piece(piece: Any) -> dict[str, Any]:
    names = (
        "scene",
        "language",
        "originality_ppm",
        "completeness_ppm",
        "media_quality_ppm",
        "review_ppm",
        "state",
        "version",
        "changed_at",
    )
    return _public(piece) | {
        **{name: getattr(piece, name) for name in names},
        "account": piece.account_id,
        "series": piece.series.public_id if piece.series else None,
        "why": piece.state_why,
    }


def _read(response: HttpResponse, public_id: str, creator_id: int) -> dict[str, Any]:
    piece = queries.access_piece(public_id, creator_id=creator_id)
    with_version(response, piece.version)
    items = [each.item.public_id for each in queries.list_items(piece)]
    return _piece(piece) | {"body": piece.body, "items": items}
