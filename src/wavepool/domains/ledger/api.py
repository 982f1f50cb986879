"""The ledger for programs: what one's own wallet holds."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.ledger import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, check_party, needs
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("wallet:read", _("Read what your own wallet holds"))

router = Router(tags=["Wallet"])


class WalletOut(Schema):
    """A wallet in one currency."""

    currency: str
    balance: Money
    reserved: Money
    available: Money


@router.get(
    "/creators/{handle}/wallet",
    auth=needs(READ),
    response=list[WalletOut],
    summary="What a creator's payee holds",
)
def list_wallets(request: PlatformRequest, handle: str) -> list[dict[str, Any]]:
    """The wallets of whoever is paid for the creator now, one for each currency."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    payee = people.find_payee(party="creator", party_id=space.party_id, at=clock.now())
    return [
        {
            "currency": each.currency,
            "balance": Money.of(each.balance_minor, each.currency),
            "reserved": Money.of(each.reserved_minor, each.currency),
            "available": Money.of(each.available_minor, each.currency),
        }
        for each in queries.list_wallets(payee.pk if payee else None)
    ]
