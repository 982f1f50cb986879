"""People for programs: creators in public, one's own memberships."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.people import queries
from wavepool.plumbing.api import Page, needs, page_of
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Choice, Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("people:read", _("Read creators and your own seats"))

router = Router(tags=["People"])


class CreatorOut(Schema):
    """A creator as everybody sees it."""

    handle: str
    name: str
    kind: str
    role: str
    level: int
    tier: str
    followers: int
    created_at: datetime


class SeatOut(Schema):
    """A seat of the key's account."""

    kind: str
    slug: str
    name: str
    role: str
    rights: list[str]


@router.get(
    "/creators", auth=needs(READ), response=Page[CreatorOut], summary="Creators, newest first"
)
def list_creators(request: PlatformRequest) -> dict[str, Any]:
    """Creators by `?kind=`, `?tier=`, `?q=`; sorted by `?sort=` created_at, followers, level."""
    page = read_list(
        request,
        queries.list_creators(),
        columns=[
            Column(name=name, label=name, sort=name)
            for name in ("created_at", "followers", "level", "handle")
        ],
        filters=[
            Filter(
                name="kind",
                label=_("Kind"),
                apply=lambda rows, kind: rows.filter(kind=kind),
                choices=tuple(Choice(*each) for each in queries.kind_choices()),
            ),
            Filter(
                name="tier",
                label=_("Tier"),
                apply=lambda rows, tier: rows.filter(tier=tier),
                choices=tuple(Choice(*each) for each in queries.tier_choices()),
            ),
            Filter(
                name="q",
                label=_("Search"),
                apply=lambda rows, text: rows.filter(handle__icontains=text),
            ),
        ],
        sort="-created_at",
    )
    return page_of(request, page, _creator)


@router.get("/creators/{handle}", auth=needs(READ), response=CreatorOut, summary="One creator")
def get_creator(
    request: PlatformRequest,  # noqa: ARG001  the API passes it by name
    handle: str,
) -> dict[str, Any]:
    """A creator by handle."""
    return _creator(queries.get_creator(handle))


@router.get("/me/memberships", auth=needs(READ), response=list[SeatOut], summary="Your own seats")
def list_memberships(request: PlatformRequest) -> list[dict[str, Any]]:
    """The workspaces of the key's account, as far as the key reaches."""
    row = request.auth  # type: ignore[attr-defined]
    return [
        {
            "kind": each.kind,
            "slug": each.slug,
            "name": each.name,
            "role": each.role,
            "rights": sorted(each.rights),
        }
        for each in queries.list_workspaces(request.actor)
        if not row.party_kind or (each.kind, each.party_id) == (row.party_kind, row.party_id)
    ]


def _creator(row: Any) -> dict[str, Any]:
    return {
        "handle": row.handle,
        "name": row.name,
        "kind": row.kind,
        "role": row.role,
        "level": row.level,
        "tier": row.tier,
        "followers": row.followers,
        "created_at": row.created_at,
    }
