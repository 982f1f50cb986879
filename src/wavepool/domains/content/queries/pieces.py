"""Reads of pieces: a creator's own, everybody's, and one by name or number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models import (
    Piece,
    PieceItem,
    PieceVersion,
    QualityMark,
    Series,
)
from wavepool.domains.content.queries.completeness import filled_parts
from wavepool.domains.people import queries as people
from wavepool.plumbing.errors import NotFound, PlatformError

_SERIES_SHOWN = 6


class PieceRemoved(PlatformError):
    """The piece was taken away by staff; it will not come back to this address."""

    kind = "content.piece_removed"
    status = 410

    def __init__(self, why: str) -> None:
        super().__init__(_("This piece was removed by our staff: %(why)s") % {"why": why})
        self.why = why


def list_public_pieces() -> QuerySet[Piece]:
    """What everybody can see; newest first is `order_by("-published_at", "-pk")`."""
    rows = Piece.objects.filter(state=Piece.State.PUBLISHED)
    return rows.select_related("creator", "channel")


def list_public_pieces_of(creator_id: int) -> QuerySet[Piece]:
    """What everybody can see of one creator."""
    return list_public_pieces().filter(creator_id=creator_id)


def list_followed_pieces(account_id: int) -> QuerySet[Piece]:
    """What everybody can see of the creators whom an account follows."""
    return list_public_pieces().filter(creator_id__in=people.list_followed_ids(account_id))


def list_series_pieces(piece: Piece) -> list[Piece]:
    """Other pieces of a piece's series that everybody can see, the newest first."""
    if piece.series_id is None:
        return []
    rows = list_public_pieces().filter(series_id=piece.series_id).exclude(pk=piece.pk)
    return list(rows.order_by("-pk")[:_SERIES_SHOWN])


def every_piece() -> QuerySet[Piece]:
    """Pieces of all creators in any state, for staff."""
    return Piece.objects.select_related("creator", "channel")


def pieces_of_creator(creator_id: int) -> QuerySet[Piece]:
    """Every piece of a creator, in any state."""
    rows = Piece.objects.filter(creator_id=creator_id)
    return rows.select_related("creator", "channel", "account", "series")


def get_piece(public_id: str) -> Piece:
    """A piece in any state, for staff.

    Raises:
        NotFound: there is none.
    """
    rows = Piece.objects.filter(public_id=public_id)
    found = rows.select_related("creator", "channel").first()
    if found is None:
        raise NotFound(_("There is no such piece."))
    return found


def get_piece_by_id(piece_id: int) -> Piece:
    """A piece in any state, by the engine's piece id.

    Raises:
        NotFound: there is none.
    """
    found = Piece.objects.filter(pk=piece_id).select_related("creator", "channel").first()
    if found is None:
        raise NotFound(_("There is no such piece."))
    return found


def items_of_pieces(keys: Collection[int]) -> dict[int, list[int]]:
    """The goods that pieces show, in their order, by the piece's key."""
    found: dict[int, list[int]] = {}
    rows = PieceItem.objects.filter(piece_id__in=keys).order_by("piece_id", "position")
    for piece_id, item_id in rows.values_list("piece_id", "item_id"):
        found.setdefault(piece_id, []).append(item_id)
    return found


def pieces_by_ids(piece_ids: Collection[int]) -> dict[int, Piece]:
    """Pieces in any state by the engine's piece id, one query; those that are not there lack."""
    rows = Piece.objects.filter(pk__in=piece_ids).select_related("creator", "channel")
    return {each.pk: each for each in rows}


def publications_of(
    creator_ids: Collection[int], *, since: datetime, until: datetime
) -> list[tuple[int, datetime]]:
    """Creator and moment of every piece that some creators published in [since, until)."""
    rows = Piece.objects.filter(
        creator_id__in=creator_ids, published_at__gte=since, published_at__lt=until
    )
    found = rows.order_by("creator_id", "published_at").values_list("creator_id", "published_at")
    return [(creator_id, at) for creator_id, at in found if at is not None]


def places_of_pieces(
    *, numbers: Collection[int], names: Collection[str]
) -> list[tuple[int, str, int, str]]:
    """Number, public id, account and channel of pieces in any state, however each is named.

    One query for each way of naming that is used.
    """
    found: list[tuple[int, str, int, str]] = []
    for narrowed in ({"pk__in": numbers}, {"public_id__in": names}):
        if any(narrowed.values()):
            rows = Piece.objects.filter(**narrowed)
            found += rows.values_list("pk", "public_id", "account_id", "channel_id")
    return found


def access_piece(public_id: str, *, creator_id: int) -> Piece:
    """A piece of this creator.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    piece = pieces_of_creator(creator_id).filter(public_id=public_id).first()
    if piece is None:
        raise NotFound(_("There is no such piece."))
    return piece


def get_public_piece(public_id: str) -> Piece:
    """A piece that everybody may see.

    Raises:
        NotFound: there is none, or it is not public.
        PieceRemoved: staff took it away.
    """
    rows = Piece.objects.filter(public_id=public_id)
    piece = rows.select_related("creator", "channel", "series").first()
    if piece is not None and piece.state == Piece.State.REMOVED:
        raise PieceRemoved(piece.state_why)
    if piece is None or piece.state != Piece.State.PUBLISHED:
        raise NotFound(_("There is no such piece."))
    return piece


def list_items(piece: Piece) -> list[PieceItem]:
    """What a piece shows, in its order, each with its item and shop."""
    rows = PieceItem.objects.filter(piece=piece).select_related("item__shop")
    return list(rows.order_by("position"))


def filled_parts_of(piece: Piece) -> frozenset[str]:
    """The parts of a piece that are filled."""
    return filled_parts(
        title=piece.title,
        body=piece.body,
        cover=piece.cover,
        cover_alt=piece.cover_alt,
        items=PieceItem.objects.filter(piece=piece).count(),
        language=piece.language,
    )


def list_versions(piece: Piece) -> list[PieceVersion]:
    """What of a piece was published, the newest first."""
    return list(PieceVersion.objects.filter(piece=piece))


def list_marks(piece: Piece) -> list[QualityMark]:
    """What was measured and judged of a piece, the newest first."""
    return list(QualityMark.objects.filter(piece=piece).order_by("-pk"))


def series_of_creator(creator_id: int) -> QuerySet[Series]:
    """Every series of a creator."""
    return Series.objects.filter(creator_id=creator_id)


def access_series(public_id: str, *, creator_id: int) -> Series:
    """A series of this creator.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    found = series_of_creator(creator_id).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such series."))
    return found
