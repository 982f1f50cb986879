"""Payouts for programs: one's own payouts and, for staff, batches. Reading only."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.payouts import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, Page, check_party, needs, page_of
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("payouts:read", _("Read your own payouts"))
READ_BATCHES: Final = register_scope("payout_batches:read", _("Read batches of payouts, as staff"))

router = Router(tags=["Payouts"])
_SORT: Final = (
    Column(name="planned", label="", sort="pk", value=lambda row: row.planned_at),
)  # fmt: skip
_BATCH_SORT: Final = (
    Column(name="made", label="", sort="pk", value=lambda row: row.made_at),
)  # fmt: skip


class PartOut(Schema):
    """What a payout pays of one month's statement."""

    period: str
    amount: Money


class PayoutOut(Schema):
    """A payout; the account shows its last characters only."""

    id: str
    state: str
    amount: Money
    account_last: str
    why_code: str
    why: str
    planned_at: datetime
    sent_at: datetime | None
    paid_at: datetime | None
    statements: list[PartOut]


class BatchOut(Schema):
    """A batch and who answers for it."""

    id: str
    state: str
    rail: str
    total: Money
    payouts: int
    made_by: str
    made_at: datetime
    asked_by: str
    approved_by: str
    digest: str
    sent_at: datetime | None
    ended_at: datetime | None


@router.get(
    "/creators/{handle}/payouts",
    auth=needs(READ),
    response=Page[PayoutOut],
    summary="The payouts of a creator's payee",
)
def list_creator_payouts(
    request: PlatformRequest,
    handle: str,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> dict[str, Any]:
    """What was, is or will be paid to whoever is paid for the creator, the newest first."""
    return _payouts(request, kind="studio", party="creator", slug=handle)


@router.get(
    "/agencies/{org}/payouts",
    auth=needs(READ),
    response=Page[PayoutOut],
    summary="The payouts of an agency",
)
def list_agency_payouts(
    request: PlatformRequest,
    org: str,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> dict[str, Any]:
    """What was, is or will be paid to the agency, the newest first."""
    return _payouts(request, kind="agency", party="agency", slug=org)


@router.get(
    "/payout-batches",
    auth=needs(READ_BATCHES),
    response=Page[BatchOut],
    summary="Batches of payouts",
)
def list_batches(
    request: PlatformRequest,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> dict[str, Any]:
    """Every batch, the newest first; for keys of staff who see money."""
    people.access_staff(actor=request.actor, to="finance")
    check_party(request, kind="staff", party_id=0)
    page = read_list(
        request,
        queries.list_batches(),
        columns=_BATCH_SORT,
        filters=(_by_state(),),
        sort="-made",
    )
    return page_of(request, page, _batch)


def _payouts(request: PlatformRequest, *, kind: str, party: str, slug: str) -> dict[str, Any]:
    space = people.access_workspace(kind=kind, slug=slug, actor=request.actor, to="finance")
    assert space.party_id is not None, "a party's workspace has a party"
    check_party(request, kind=kind, party_id=space.party_id)
    payee = people.find_payee(party=party, party_id=space.party_id, at=clock.now())
    rows = queries.payouts_of_payee(payee.pk if payee else None).prefetch_related("parts")
    page = read_list(request, rows, columns=_SORT, filters=(_by_state(),), sort="-planned")
    return page_of(request, page, _payout)


def _by_state() -> Filter:
    return Filter(name="state", label="", apply=lambda rows, value: rows.filter(state=value))


def _payout(row: Any) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "state": row.state,
        "amount": Money.of(row.amount_minor, row.currency),
        "account_last": row.account.number_last,
        "why_code": row.why_code,
        "why": row.why,
        "planned_at": row.planned_at,
        "sent_at": row.sent_at,
        "paid_at": row.paid_at,
        "statements": [
            {"period": each.period, "amount": Money.of(each.amount_minor, row.currency)}
            for each in row.parts.all()
        ],
    }


def _batch(row: Any) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "state": row.state,
        "rail": row.rail,
        "total": Money.of(row.total_minor, row.currency),
        "payouts": row.payout_count,
        "made_by": row.made_name,
        "made_at": row.made_at,
        "asked_by": row.asked_name,
        "approved_by": row.approved_name,
        "digest": row.digest,
        "sent_at": row.sent_at,
        "ended_at": row.ended_at,
    }
