"""Reads of tracked links and of the codes that stand for them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import segno
from django.core import signing
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events.models import DiscountCode, TrackedLink
from wavepool.domains.events.tables import epoch_ms
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.states import State

#: How long a click's `ref` in an address stands for its link.
REF_KEPT: Final = timedelta(days=30)
_SALT: Final = "wavepool.events.ref"


class LinkEnded(PlatformError):
    """The link does not lead anywhere any more."""

    kind = "events.link_ended"
    status = 410

    def __init__(self, link: TrackedLink) -> None:
        super().__init__(_("This link has ended."))
        self.link = link


def links_of_creator(creator_id: int) -> QuerySet[TrackedLink]:
    """Every link of a creator."""
    return TrackedLink.objects.filter(creator_id=creator_id).select_related("item")


def access_link(public_id: str, *, creator_id: int) -> TrackedLink:
    """A link of this creator.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    link = links_of_creator(creator_id).filter(public_id=public_id).first()
    if link is None:
        raise NotFound(_("There is no such link."))
    return link


def follow_link(code: str) -> TrackedLink:
    """The link of a code, to be followed.

    Raises:
        NotFound: there is none.
        LinkEnded: it leads nowhere any more.
    """
    link = TrackedLink.objects.filter(code=code).first()
    if link is None:
        raise NotFound(_("There is no such link."))
    if link.ended_at is not None:
        raise LinkEnded(link)
    return link


def list_codes(link: TrackedLink) -> list[DiscountCode]:
    """The discount codes of a link, the newest first."""
    return list(link.codes.order_by("-pk"))


def link_of_code(code: str, *, at: datetime) -> TrackedLink | None:
    """The link that a discount code stands for at a moment, whatever its letter case."""
    found = DiscountCode.objects.filter(code=code.strip().upper()[:24]).select_related("link")
    row = found.first()
    if row is None or row.created_at > at or (row.ended_at is not None and row.ended_at <= at):
        return None
    return row.link


def sign_ref(link: TrackedLink, *, at: datetime) -> str:
    """What a click leaves in the address: the link and the moment, signed."""
    signed: str = signing.Signer(salt=_SALT).sign_object([link.pk, epoch_ms(at)])
    return signed


def read_ref(text: str, *, at: datetime) -> TrackedLink | None:
    """The link of a `ref` that we signed at most `REF_KEPT` ago; None of anything else."""
    try:
        number, clicked_ms = signing.Signer(salt=_SALT).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    age_ms = epoch_ms(at) - clicked_ms
    if not 0 <= age_ms <= REF_KEPT.total_seconds() * 1_000:
        return None
    return TrackedLink.objects.filter(pk=number).first()


def target_of(link: TrackedLink, *, at: datetime) -> str:
    """Where a click goes: the link's own page with the five campaign words and the signed ref."""
    words = {
        "utm_source": link.channel_id,
        "utm_medium": link.medium,
        "utm_campaign": link.campaign or "none",
        "utm_content": link.piece_public_id,
        "utm_term": link.code,
        "ref": sign_ref(link, at=at),
    }
    return f"{link.target}?{urlencode(words)}"


def qr_svg(address: str) -> SafeString:
    """An address as a QR code: SVG, black on white whatever surrounds it, of any size."""
    out = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(out, kind="svg", xmldecl=False, light="white", border=4, omitsize=True, title=address)
    # Our own drawing: paths of the library around an address of ours.
    return mark_safe(out.getvalue().decode())


def link_state(link: TrackedLink) -> State:
    """Whether a link leads anywhere."""
    if link.ended_at is not None:
        return State(name="ended", label=_("Ended"), why=_("Its creator ended it."))
    return State(name="open", label=_("Open"), tone="ok")


def medium_choices() -> list[tuple[str, str]]:
    """Where links are shown."""
    return [(each.value, str(each.label)) for each in TrackedLink.Medium]
