"""Statements for programs: the receipt of a line."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries
from wavepool.plumbing import clock
from wavepool.plumbing.api import check_party, needs
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("statements:read", _("Read your own statements and receipts"))
_PARTY_OF: Final = {"studio": "creator", "agency": "agency", "merchant": "shop"}

router = Router(tags=["Statements"])


@router.get(
    "/statements/{month}/lines/{key}/receipt",
    auth=needs(READ),
    response=dict[str, Any],
    summary="The receipt of a line, as `wavepool verify` recomputes it",
)
def get_receipt(request: PlatformRequest, month: str, key: str) -> HttpResponse:
    """The receipt of a line of any payee whose money the key's account may see.

    `key` is the line's, its ":" written as ".". The answer is the file byte for byte.
    """
    now, wanted = clock.now(), queries.key_of_address(key)
    for space in people.list_workspaces(request.actor):
        party = _PARTY_OF.get(space.kind)
        if party is None or space.party_id is None or not space.can_finance:
            continue
        try:
            check_party(request, kind=space.kind, party_id=space.party_id)
            line = queries.access_line(
                party=party,
                party_id=space.party_id,
                period=month,
                key=wanted,
                actor=request.actor,
                at=now,
            )
        except NotFound:
            continue
        return HttpResponse(queries.receipt_of(line), content_type="application/json")
    raise NotFound(_("There is no such line."))
