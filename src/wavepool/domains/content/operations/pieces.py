"""Writes of pieces before anybody sees them: added, edited, their cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations.texts import clean_text
from wavepool.domains.content import queries
from wavepool.domains.content.models import Format, Piece, PieceItem, PieceVersion
from wavepool.domains.content.operations.facts import BadPiece, PieceFacts, columns_of, item_keys
from wavepool.plumbing import audit, ids, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class PieceChanged(PlatformError):
    """Somebody else changed the piece since this edit began."""

    kind = "content.piece_changed"
    status: ClassVar[int] = 412

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this piece in the meantime; look at it again first."))


class WrongState(PlatformError):
    """The piece does not stand where this can be done with it."""

    kind = "content.wrong_state"

    def __init__(self, piece: Piece) -> None:
        message = _("This cannot be done with a piece in this state: %(state)s.")
        super().__init__(message % {"state": Piece.State(piece.state).label})
        self.state = piece.state


def add_piece(*, creator_id: int, facts: PieceFacts, actor: Actor, as_of: datetime) -> Piece:
    """Add a piece as a draft.

    Raises:
        BadText, BadPiece, ItemsNotFound: what is said of it does not fit.
        NotFound: there is no such channel, category or series.
    """
    facts = facts.cleaned()
    with transaction.atomic():
        piece = Piece.objects.create(
            public_id=ids.new_id("pc"),
            creator_id=creator_id,
            writers=_with_hand((), actor),
            created_at=as_of,
            changed_at=as_of,
            **columns_of(facts, creator_id=creator_id),
        )
        _show_items(piece, item_keys(facts.items))
        measure(piece)
        note("added", piece, actor=actor, at=as_of)
        return piece


def edit_piece(
    *,
    public_id: str,
    creator_id: int,
    facts: PieceFacts,
    version: int,
    actor: Actor,
    as_of: datetime,
) -> Piece:
    """Change a draft, or a hidden piece, which becomes a draft again.

    The edit names the version that it was made from.

    Raises:
        BadText, BadPiece, ItemsNotFound: what is said of it does not fit.
        NotFound: there is no such piece, channel, category or series.
        PieceChanged: the piece has another version by now.
        WrongState: it is in review, published or removed.
    """
    facts = facts.cleaned()
    with transaction.atomic():
        piece = lock_piece(public_id, creator_id=creator_id)
        if piece.version != version:
            raise PieceChanged
        require(piece, Piece.State.DRAFT, Piece.State.HIDDEN)
        if (piece.format == Format.LIVE) != (facts.format == Format.LIVE):
            message = _("A live session's piece keeps its format; no other becomes one.")
            raise BadPiece(message, pointer="/format")
        for name, value in columns_of(facts, creator_id=creator_id).items():
            setattr(piece, name, value)
        shown = frozenset(piece.shown.values_list("item__public_id", flat=True))
        _show_items(piece, item_keys(facts.items, kept=shown))
        piece.state = Piece.State.DRAFT
        piece.writers = _with_hand(piece.writers, actor)
        measure(piece)
        save(piece, as_of=as_of)
        note("edited", piece, actor=actor, at=as_of)
        return piece


def set_cover(
    *,
    public_id: str,
    creator_id: int,
    file: UploadedFile[Any],
    alt: str,
    actor: Actor,
    as_of: datetime,
) -> Piece:
    """Give a draft its picture; everybody may see it. One that was never published is dropped.

    Raises:
        BadText: what it shows is said in too many words.
        NotFound: there is no such piece of this creator.
        UploadRefused: the gate does not take the file.
        WrongState: the piece is in review, published or removed.
    """
    alt = clean_text(" ".join(alt.split()), field="alt", length=160)
    open_states = (Piece.State.DRAFT, Piece.State.HIDDEN)
    require(queries.access_piece(public_id, creator_id=creator_id), *open_states)
    # A picture is written anew by a process of its own, so no transaction waits for it.
    upload = uploads.accept(
        file, kinds={"image"}, actor=actor, at=as_of, party=("creator", creator_id), is_public=True
    )
    try:
        with transaction.atomic():
            piece = lock_piece(public_id, creator_id=creator_id)
            require(piece, *open_states)
            _drop_unpublished(piece)
            piece.cover, piece.cover_alt = upload.public_id, alt
            piece.state = Piece.State.DRAFT
            piece.writers = _with_hand(piece.writers, actor)
            measure(piece)
            save(piece, as_of=as_of)
            note("cover_set", piece, actor=actor, at=as_of, file=upload.public_id)
            return piece
    except PlatformError:
        uploads.drop(upload.public_id)
        raise


def lock_piece(public_id: str, *, creator_id: int | None = None) -> Piece:
    """A piece held until the transaction ends, of one creator where one is named.

    Raises:
        NotFound: there is none.
    """
    rows = Piece.objects.select_for_update(of=("self",)).select_related("channel", "creator")
    rows = rows.filter(public_id=public_id)
    piece = (rows if creator_id is None else rows.filter(creator_id=creator_id)).first()
    if piece is None:
        raise NotFound(_("There is no such piece."))
    return piece


def require(piece: Piece, *states: str) -> None:
    """Refuse what cannot be done with a piece in its state.

    Raises:
        WrongState: it is in none of these.
    """
    if piece.state not in states:
        raise WrongState(piece)


def measure(piece: Piece) -> None:
    """Set how complete a piece is, unsaved where it is held; see docs/algorithms/content.md."""
    piece.completeness_ppm = queries.completeness_of(queries.filled_parts_of(piece))
    Piece.objects.filter(pk=piece.pk).update(completeness_ppm=piece.completeness_ppm)


def save(piece: Piece, *, as_of: datetime) -> None:
    """Write a piece that is held, as its next version."""
    piece.version += 1
    piece.changed_at = as_of
    piece.save()


def note(deed: str, piece: Piece, *, actor: Actor, at: datetime, **data: Any) -> None:
    """Leave a trace, as the last thing of a transaction."""
    said = {"title": piece.title, "state": str(piece.state), "version": piece.version, **data}
    audit.record(
        kind=f"content.piece_{deed}", subject=piece.public_id, actor=actor, at=at, data=said
    )


def _show_items(piece: Piece, keys: Sequence[int]) -> None:
    """Write what a piece shows, in this order."""
    PieceItem.objects.filter(piece=piece).delete()
    PieceItem.objects.bulk_create(
        PieceItem(piece=piece, item_id=key, position=place) for place, key in enumerate(keys)
    )


def _with_hand(writers: Sequence[int], actor: Actor) -> list[int]:
    """The accounts that had a hand in a piece, the actor's among them."""
    mine = [] if actor.account_id is None else [actor.account_id]
    return sorted({*writers, *mine})


def _drop_unpublished(piece: Piece) -> None:
    """Take the present picture from the store, unless a published version shows it."""
    if piece.cover and not PieceVersion.objects.filter(piece=piece, cover=piece.cover).exists():
        uploads.drop(piece.cover)
