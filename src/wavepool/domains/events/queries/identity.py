"""Reads of who a viewer is, and the words by which pages speak for their viewer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa
from django.core import signing

from wavepool.domains.events import tables
from wavepool.domains.events.models import Consent, IdentityLink, Stitch, Viewer

#: A page's word holds this long; a visit that lasts longer loads its page again.
TOKEN_KEPT: Final = timedelta(hours=6)
_SALT: Final = "wavepool.events.page"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """What a page may say: who watches what; signed, so nobody says it of another.

    Attributes:
        watch: names the visit.
        piece: the engine's piece id.
        account: who is signed in.
        visitor: the anonymous id of this browser.
        session: of a live room.
        slot: where on the page.
        link: the tracked link that led here.
    """

    watch: str
    piece: int
    account: int | None = None
    visitor: str | None = None
    session: int | None = None
    slot: str | None = None
    link: int | None = None


def sign_page(word: PageWord, *, at: datetime) -> str:
    """A page's word as its markup carries it."""
    kept = {name: value for name, value in asdict(word).items() if value is not None}
    signed: str = signing.Signer(salt=_SALT).sign_object([kept, int(at.timestamp())])
    return signed


def read_page(text: str, *, at: datetime) -> PageWord | None:
    """A page's word that we signed at most `TOKEN_KEPT` ago; None of anything else."""
    try:
        kept, signed_at = signing.Signer(salt=_SALT).unsign_object(text)
        age = int(at.timestamp()) - signed_at
        return PageWord(**kept) if 0 <= age <= TOKEN_KEPT.total_seconds() else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def find_consent(account_id: int) -> Consent | None:
    """The consent of an account that is in force."""
    return Consent.objects.filter(account_id=account_id, withdrawn_at=None).first()


def count_recognised(account_id: int) -> int:
    """How many anonymous visitors were recognised as an account."""
    return Stitch.objects.filter(right_id=account_id).count()


def viewers_table() -> pa.Table:
    """The engine's `viewers`; who is not listed has its defaults."""
    return tables.viewer_table(Viewer.objects.order_by("viewer_id").iterator())


def identity_links_table() -> pa.Table:
    """The engine's `identity_links`: evidence that was taken over, and what people said."""
    links = IdentityLink.objects.order_by("pk").iterator()
    return tables.link_table(links, Stitch.objects.order_by("pk").iterator())
