"""Tracked links and discount codes: made, ended."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries as content
from wavepool.domains.events import queries
from wavepool.domains.events.models import DiscountCode, TrackedLink
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_CODE: Final = re.compile(r"[A-Z0-9]{4,24}")
_CODE_LENGTH: Final = 10


class LinkFinished(PlatformError):
    """The link or code ended before."""

    kind: ClassVar[str] = "events.link_finished"

    def __init__(self) -> None:
        super().__init__(_("It ended before."))


class CodeUnfit(PlatformError):
    """A discount code that nobody could type, or that somebody has."""

    kind: ClassVar[str] = "events.code_unfit"
    status: ClassVar[int] = 422

    def __init__(self, message: object, code: str) -> None:
        super().__init__(str(message), pointer="/code")
        self.code = code


def make_link(
    *,
    creator_id: int,
    name: str,
    medium: str,
    piece: str,
    item: str = "",
    campaign: str = "",
    actor: Actor,
    as_of: datetime,
) -> TrackedLink:
    """Make a link that credits a piece of this creator with what is bought through it.

    Args:
        creator_id: whose link.
        name: for its creator.
        medium: where it is shown.
        piece: public id of the creator's piece.
        item: public id of an item to lead to; empty: the piece's own page.
        campaign: a word for reports.
        actor: who makes it.
        as_of: when.

    Raises:
        NotFound: the piece is not this creator's, or the item is not on sale.
    """
    credited = content.access_piece(piece, creator_id=creator_id)
    goods = catalog.get_item_on_sale(item) if item else None
    public_id = ids.new_id("lnk")
    with transaction.atomic():
        link = TrackedLink.objects.create(
            public_id=public_id,
            # The last characters of an id are drawn at random.
            code=public_id[-_CODE_LENGTH:].lower(),
            creator_id=creator_id,
            name=name,
            medium=TrackedLink.Medium(medium),
            campaign=campaign,
            piece_id=credited.pk,
            piece_public_id=credited.public_id,
            account_id=credited.account_id,
            channel_id=credited.channel_id,
            item=goods,
            target=f"/p/{goods.public_id}/" if goods else f"/v/{credited.public_id}/",
            created_at=as_of,
        )
        _note("link_made", link, actor=actor, as_of=as_of)
    return link


def end_link(*, public_id: str, creator_id: int, actor: Actor, as_of: datetime) -> TrackedLink:
    """Let a link lead nowhere from now on; its codes end too.

    Raises:
        NotFound: it is not this creator's.
        LinkFinished: it ended before.
    """
    link = queries.access_link(public_id, creator_id=creator_id)
    with transaction.atomic():
        open_ones = TrackedLink.objects.filter(pk=link.pk, ended_at=None)
        if not open_ones.update(ended_at=as_of):
            raise LinkFinished
        link.codes.filter(ended_at=None).update(ended_at=as_of)
        _note("link_ended", link, actor=actor, as_of=as_of)
    link.refresh_from_db()
    return link


def add_code(
    *, public_id: str, creator_id: int, code: str, actor: Actor, as_of: datetime
) -> DiscountCode:
    """Give a link a word that a buyer can type where no click is known.

    Raises:
        NotFound: the link is not this creator's.
        LinkFinished: the link ended.
        CodeUnfit: not 4 to 24 letters and digits, or somebody has it.
    """
    link = queries.access_link(public_id, creator_id=creator_id)
    if link.ended_at is not None:
        raise LinkFinished
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise CodeUnfit(_("A code is 4 to 24 letters and digits, A to Z and 0 to 9."), code)
    try:
        with transaction.atomic():
            made = DiscountCode.objects.create(code=code, link=link, created_at=as_of)
            _note("code_added", link, actor=actor, as_of=as_of)
            return made
    except IntegrityError as error:
        raise CodeUnfit(_("Somebody has this code."), code) from error


def _note(deed: str, link: TrackedLink, *, actor: Actor, as_of: datetime) -> None:
    data = {"code": link.code, "piece": link.piece_public_id}
    subject = link.public_id
    audit.record(kind=f"events.{deed}", subject=subject, actor=actor, at=as_of, data=data)
