"""Writes of staff: a piece is published with a grade, returned, marked, hidden, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations.texts import clean_line
from wavepool.domains.content import queries
from wavepool.domains.content.models import MILLION, QUALITIES, Piece, QualityMark
from wavepool.domains.content.operations.facts import BadPiece
from wavepool.domains.content.operations.pieces import lock_piece, note, require, save
from wavepool.domains.content.operations.publishing import put_before_everybody
from wavepool.domains.people import queries as people
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class OwnPiece(PlatformError):
    """Whoever wrote a piece, or is of its creator's people, does not review it."""

    kind = "content.own_piece"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("You had a hand in this piece. Somebody else of the team reviews it."))


def publish_piece(*, public_id: str, grade: str, why: str, actor: Actor, as_of: datetime) -> Piece:
    """Pass a piece in review with a grade; it stands published.

    Raises:
        BadPiece: there is no such grade.
        BadText: no reason is given.
        NotFound: there is no such piece.
        OwnPiece: the actor had a hand in it.
        WrongState: it does not wait for review.
    """
    value_ppm, why = _grade(grade), _reason(why)
    with transaction.atomic():
        piece = _lock_foreign(public_id, actor=actor)
        require(piece, Piece.State.SUBMITTED)
        _mark(piece, QualityMark.Kind.REVIEW, value_ppm, why=why, actor=actor, at=as_of)
        put_before_everybody(piece, actor=actor, as_of=as_of)
        return piece


def return_piece(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Piece:
    """Send a piece in review back to its creator, with what is to be changed.

    Raises:
        BadText, NotFound, OwnPiece, WrongState: as `publish_piece`.
    """
    return _decide(
        public_id,
        "returned",
        (Piece.State.SUBMITTED,),
        to=Piece.State.DRAFT,
        why=_reason(why),
        actor=actor,
        as_of=as_of,
    )


def hide_for_reason(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Piece:
    """Take a published piece from everybody's view until its creator cured the cause.

    Raises:
        BadText, NotFound, OwnPiece, WrongState: as `publish_piece`.
    """
    return _decide(
        public_id,
        "hidden_by_staff",
        (Piece.State.PUBLISHED, Piece.State.HIDDEN),
        to=Piece.State.HIDDEN,
        why=_reason(why),
        actor=actor,
        as_of=as_of,
    )


def show_again(*, public_id: str, actor: Actor, as_of: datetime) -> Piece:
    """Show a piece that staff hid.

    Raises:
        NotFound, OwnPiece, WrongState: as `publish_piece`.
    """
    return _decide(
        public_id,
        "shown_by_staff",
        (Piece.State.HIDDEN,),
        to=Piece.State.PUBLISHED,
        why="",
        actor=actor,
        as_of=as_of,
    )


def remove_piece(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Piece:
    """Take a piece away for good; its address says so, and why. What was seen of it stays a fact.

    Raises:
        BadText, NotFound, OwnPiece, WrongState: as `publish_piece`.
    """
    return _decide(
        public_id,
        "removed",
        (Piece.State.PUBLISHED, Piece.State.HIDDEN),
        to=Piece.State.REMOVED,
        why=_reason(why),
        actor=actor,
        as_of=as_of,
    )


def mark_quality(
    *, public_id: str, quality: str, value_ppm: int, why: str, actor: Actor, as_of: datetime
) -> Piece:
    """Set one quality of a piece from now on; every earlier mark stays on record.

    The machine may mark too, as a measure of originality does.

    Raises:
        BadPiece: there is no such quality, or the value is no share.
        BadText: no reason is given.
        NotFound: there is no such piece.
        OwnPiece: the actor had a hand in it.
    """
    if quality not in QUALITIES:
        raise BadPiece(_("There is no such choice."), pointer="/quality")
    if not 0 <= value_ppm <= MILLION:
        raise BadPiece(_("A share lies between nothing and all."), pointer="/value")
    why = _reason(why)
    with transaction.atomic():
        piece = _lock_foreign(public_id, actor=actor)
        _mark(piece, quality, value_ppm, why=why, actor=actor, at=as_of)
        save(piece, as_of=as_of)
        note("marked", piece, actor=actor, at=as_of, quality=quality, value_ppm=value_ppm)
        return piece


def grade_piece(*, public_id: str, grade: str, why: str, actor: Actor, as_of: datetime) -> Piece:
    """Give a published piece another grade of review.

    Raises:
        BadPiece, BadText, NotFound, OwnPiece: as `mark_quality`.
    """
    return mark_quality(
        public_id=public_id,
        quality=QualityMark.Kind.REVIEW,
        value_ppm=_grade(grade),
        why=why,
        actor=actor,
        as_of=as_of,
    )


def _decide(
    public_id: str,
    deed: str,
    states: tuple[str, ...],
    *,
    to: str,
    why: str,
    actor: Actor,
    as_of: datetime,
) -> Piece:
    with transaction.atomic():
        piece = _lock_foreign(public_id, actor=actor)
        require(piece, *states)
        piece.state, piece.state_why = to, why
        save(piece, as_of=as_of)
        note(deed, piece, actor=actor, at=as_of, why=why)
        return piece


def _lock_foreign(public_id: str, *, actor: Actor) -> Piece:
    """A piece in which the actor had no hand, held."""
    piece = lock_piece(public_id)
    is_own = actor.account_id in piece.writers or people.is_member(
        party="creator", party_id=piece.creator_id, account_id=actor.account_id
    )
    if is_own:
        raise OwnPiece
    return piece


def _mark(
    piece: Piece, quality: str, value_ppm: int, *, why: str, actor: Actor, at: datetime
) -> None:
    setattr(piece, f"{quality}_ppm", value_ppm)
    QualityMark.objects.create(
        piece=piece, kind=quality, value_ppm=value_ppm, why=why, set_by=actor.name, set_at=at
    )


def _grade(grade: str) -> int:
    grades: dict[str, tuple[int, Any]] = queries.GRADES
    if grade not in grades:
        raise BadPiece(_("There is no such choice."), pointer="/grade")
    return grades[grade][0]


def _reason(why: str) -> str:
    return clean_line(" ".join(why.split()), field="why", length=400)
