"""Writes by which a creator's piece goes before everybody, and leaves again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries
from wavepool.domains.content.models import (
    Format,
    Piece,
    PieceVersion,
    QualityMark,
)
from wavepool.domains.content.operations.pieces import (
    WrongState,
    lock_piece,
    measure,
    note,
    require,
    save,
)
from wavepool.domains.people import queries as people
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_MEASURED: Final = "Measured from its filled parts."


class NotAdmitted(PlatformError):
    """The scene has a pool, and the creator neither is admitted nor in a trial run."""

    kind = "content.not_admitted"
    status: ClassVar[int] = 403

    def __init__(self, scene: queries.SceneTerms) -> None:
        message = _("Apply for %(scene)s first: its pieces share a pool.")
        super().__init__(message % {"scene": scene.label}, pointer="/channel")
        self.scene = scene.id


class PublishingRestricted(PlatformError):
    """The creator may not publish for a while."""

    kind = "content.publishing_restricted"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(
            _("Publishing is restricted for this creator; your identity page says why.")
        )


class HiddenByStaff(PlatformError):
    """Staff hid the piece; only they show it again, or a new review does."""

    kind = "content.hidden_by_staff"

    def __init__(self, why: str) -> None:
        message = _("Our staff hid this piece: %(why)s. Change it and hand it in again.")
        super().__init__(message % {"why": why})


class LivePublishesItself(PlatformError):
    """A live session's piece is published when the session starts."""

    kind = "content.live_publishes_itself"

    def __init__(self) -> None:
        super().__init__(_("The piece of a live session is published when the session starts."))


def submit_piece(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Piece:
    """Hand a draft in: it waits for review, or stands published at once.

    A scene without a pool asks for no review, unless staff returned or hid the piece before.

    Raises:
        NotFound: there is no such piece of this creator.
        WrongState: it is no draft.
        PublishingRestricted, NotAdmitted, LivePublishesItself
    """
    with transaction.atomic():
        piece = lock_piece(public_id, creator_id=creator_id)
        require(piece, Piece.State.DRAFT)
        if piece.format == Format.LIVE:
            raise LivePublishesItself
        scene = _enter_scene(piece, as_of=as_of)
        piece.submitted_at = as_of
        if scene.has_pool or piece.state_why:
            piece.state = Piece.State.SUBMITTED
            save(piece, as_of=as_of)
            note("submitted", piece, actor=actor, at=as_of, scene=piece.scene)
        else:
            put_before_everybody(piece, actor=actor, as_of=as_of)
        return piece


def take_back_piece(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Piece:
    """Take a piece back from review, to change it.

    Raises:
        NotFound: there is no such piece of this creator.
        WrongState: it is not in review.
    """
    with transaction.atomic():
        piece = lock_piece(public_id, creator_id=creator_id)
        require(piece, Piece.State.SUBMITTED)
        piece.state = Piece.State.DRAFT
        save(piece, as_of=as_of)
        note("taken_back", piece, actor=actor, at=as_of)
        return piece


def hide_piece(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Piece:
    """Take a published piece from everybody's view; its creator may show it again.

    Raises:
        NotFound: there is no such piece of this creator.
        WrongState: it is not published.
    """
    with transaction.atomic():
        piece = lock_piece(public_id, creator_id=creator_id)
        require(piece, Piece.State.PUBLISHED)
        piece.state = Piece.State.HIDDEN
        save(piece, as_of=as_of)
        note("hidden", piece, actor=actor, at=as_of)
        return piece


def show_piece(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> Piece:
    """Show a hidden piece again, unchanged and at its old place.

    Raises:
        HiddenByStaff: it was not its creator who hid it.
        NotFound: there is no such piece of this creator.
        PublishingRestricted: the creator may not publish.
        WrongState: it is not hidden.
    """
    with transaction.atomic():
        piece = lock_piece(public_id, creator_id=creator_id)
        require(piece, Piece.State.HIDDEN)
        if piece.state_why:
            raise HiddenByStaff(piece.state_why)
        _refuse_restricted(piece.creator_id, as_of=as_of)
        piece.state = Piece.State.PUBLISHED
        save(piece, as_of=as_of)
        note("shown", piece, actor=actor, at=as_of)
        return piece


def publish_live_piece(*, piece_id: int, actor: Actor, as_of: datetime) -> Piece:
    """Put the piece of a live session before everybody; its session calls this as it starts.

    Raises:
        PublishingRestricted, NotAdmitted
        WrongState: it is no draft, or not of the format live.
    """
    with transaction.atomic():
        piece = lock_piece(queries.get_piece_by_id(piece_id).public_id)
        if piece.format != Format.LIVE:
            raise WrongState(piece)
        require(piece, Piece.State.DRAFT)
        _enter_scene(piece, as_of=as_of)
        piece.submitted_at = as_of
        put_before_everybody(piece, actor=actor, as_of=as_of)
        return piece


def put_before_everybody(piece: Piece, *, actor: Actor, as_of: datetime) -> None:
    """Publish a held piece: what everybody reads from now on is kept as its next version."""
    measure(piece)
    last = PieceVersion.objects.filter(piece=piece).aggregate(last=Max("number"))["last"] or 0
    PieceVersion.objects.create(
        piece=piece,
        number=last + 1,
        title=piece.title,
        body=piece.body,
        cover=piece.cover,
        language=piece.language,
        disclosure=piece.disclosure,
        ai_share_ppm=piece.ai_share_ppm,
        items=list(piece.shown.order_by("position").values_list("item__public_id", flat=True)),
        published_at=as_of,
        published_by=actor.name,
    )
    QualityMark.objects.create(
        piece=piece,
        kind=QualityMark.Kind.COMPLETENESS,
        value_ppm=piece.completeness_ppm,
        why=_MEASURED,
        set_by="wavepool",
        set_at=as_of,
    )
    piece.state, piece.state_why = Piece.State.PUBLISHED, ""
    piece.published_at = piece.published_at or as_of
    save(piece, as_of=as_of)
    note("published", piece, actor=actor, at=as_of, number=last + 1, scene=piece.scene)


def _enter_scene(piece: Piece, *, as_of: datetime) -> queries.SceneTerms:
    """Set where a piece competes, and see that its creator may.

    Raises:
        PublishingRestricted, NotAdmitted
    """
    _refuse_restricted(piece.creator_id, as_of=as_of)
    scene = queries.scene_of(channel_id=piece.channel_id, format=piece.format, at=as_of)
    if scene.has_pool and not queries.may_compete(
        creator_id=piece.creator_id, scene_id=scene.id, at=as_of
    ):
        raise NotAdmitted(scene)
    piece.scene = scene.id
    return scene


def _refuse_restricted(creator_id: int, *, as_of: datetime) -> None:
    if people.is_restricted(creator_id, scope="publish", at=as_of):
        raise PublishingRestricted
