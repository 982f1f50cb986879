"""Pools for programs: a creator's own draft share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.people import queries as people
from wavepool.domains.pools import queries
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, check_party, needs
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("pools:read", _("Read your own share of the pools"))

router = Router(tags=["Pools"])


class ShareOut(Schema):
    """A share of one pool; micro is millionths of the currency's minor unit."""

    pool: str
    value: int
    pool_value_total: int
    pool_micro: int
    share_micro: int
    agency_micro: int
    carry_in_micro: int
    paid: Money
    carry_out_micro: int
    direct: Money
    sales_only: Money


class DraftOut(Schema):
    """The draft of a month; `is_final` once the month is closed."""

    month: str | None
    state: str | None
    until: datetime | None
    as_of: datetime | None
    run: str | None
    is_final: bool
    shares: list[ShareOut]


@router.get(
    "/creators/{handle}/draft",
    auth=needs(READ),
    response=DraftOut,
    summary="The draft share of a creator's payee",
)
def get_draft(request: PlatformRequest, handle: str, month: str = "") -> dict[str, Any]:
    """The latest draft of a month, or of the latest month; of a closed one what is final."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    now = clock.now()
    payee = people.find_payee(party="creator", party_id=space.party_id, at=now)
    draft = queries.find_period_draft(month)
    state = draft.period.state_at(now) if draft else None
    standings = queries.find_standings(draft, payee.pk) if draft and payee else []
    return {
        "month": draft.period.name if draft else None,
        "state": state.name if state else None,
        "until": state.until if state else None,
        "as_of": draft.as_of if draft else None,
        "run": draft.run_id if draft else None,
        "is_final": bool(draft and draft.period.is_closed),
        "shares": [_share(each) for each in standings],
    }


def _share(standing: queries.Standing) -> dict[str, Any]:
    share, pool = standing.share, standing.scoped.pool
    return {
        "pool": pool.pool_id,
        "value": share.value,
        "pool_value_total": pool.value_total,
        "pool_micro": pool.distributable_micro,
        "share_micro": share.entitlement_micro,
        "agency_micro": share.agency_micro,
        "carry_in_micro": share.carry_in_micro,
        "paid": Money.of(share.paid_minor, pool.currency),
        "carry_out_micro": share.carry_out_micro,
        "direct": Money.of(share.direct_minor, pool.currency),
        "sales_only": Money.of(share.sales_only_minor, pool.currency),
    }
