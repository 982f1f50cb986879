"""Events for programs: a creator's own tracked links."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.events import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing.api import Page, check_party, needs, page_of
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("links:read", _("Read your own tracked links"))

router = Router(tags=["Links"])
_MADE: Final = Column(
    name="made", label=_("Made"), kind="time", value=lambda link: link.created_at, sort="pk"
)


class LinkOut(Schema):
    """A tracked link: `address` is what people follow, `target` where it leads on this site."""

    id: str
    name: str
    medium: str
    campaign: str
    piece: str
    address: str
    target: str
    created_at: datetime
    ended_at: datetime | None


@router.get(
    "/creators/{handle}/links",
    auth=needs(READ),
    response=Page[LinkOut],
    summary="A creator's tracked links",
)
def list_links(
    request: PlatformRequest,
    handle: str,
    cursor: str = "",  # noqa: ARG001  read from the address by the list
) -> dict[str, Any]:
    """The newest first, ended ones too."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="view")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    rows = queries.links_of_creator(space.party_id)
    page = read_list(request, rows, columns=(_MADE,), sort="-made")
    return page_of(request, page, lambda link: _link(request, link))


def _link(request: PlatformRequest, link: Any) -> dict[str, Any]:
    return {
        "id": link.public_id,
        "name": link.name,
        "medium": link.medium,
        "campaign": link.campaign,
        "piece": link.piece_public_id,
        "address": request.build_absolute_uri(reverse("events.go", args=[link.code])),
        "target": link.target,
        "created_at": link.created_at,
        "ended_at": link.ended_at,
    }
