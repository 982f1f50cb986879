"""Orders for programs: those of other shop systems come in, a shop's own go out.

Amounts beyond 2^53 are told as a problem of their row, like any other wrong value:
one wrong order of many does not keep the right ones out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from wavepool.domains.orders import operations, queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import Money, Page, check_party, needs, page_of
from wavepool.plumbing.idempotency import idempotent
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("orders:read", _("Read orders and what happened to them"))
WRITE: Final = register_scope("orders:write", _("Send orders, refunds and receipts"))

router = Router(tags=["Orders"])
_ID: Final = r"^[\x21-\x7e]+$"


class LineIn(Schema):
    """One line: `item` is the shop's own reference; amounts are what the buyer paid in all."""

    external_id: str = Field(max_length=64, pattern=_ID)
    item: str = Field(max_length=64)
    quantity: int
    paid: Money
    platform_coupon: Money | None = None
    shipping: Money | None = None
    tax: Money | None = None
    received_at: AwareDatetime | None = None
    link_code: str = Field("", max_length=40)


class OrderIn(Schema):
    """A paid order: the buyer is known by the other system's own id."""

    external_id: str = Field(max_length=64, pattern=_ID)
    buyer: str = Field(max_length=120)
    paid_at: AwareDatetime
    lines: list[LineIn] = Field(max_length=operations.LINES_MAX)


class OrdersIn(Schema):
    """Orders of one shop; `source` names the system, in whose words buyers are known."""

    shop: str = Field(max_length=60)
    source: str = Field(max_length=40, pattern=_ID)
    orders: list[OrderIn] = Field(min_length=1, max_length=operations.ORDERS_MAX)


class RefundIn(Schema):
    """Money given back on a line."""

    order: str = Field(max_length=64)
    line: str = Field(max_length=64)
    external_id: str = Field(max_length=64, pattern=_ID)
    refund: Money
    refunded_at: AwareDatetime


class RefundsIn(Schema):
    """Refunds of one shop."""

    shop: str = Field(max_length=60)
    rows: list[RefundIn] = Field(min_length=1, max_length=operations.ORDERS_MAX)


class MomentIn(Schema):
    """Something that happened to a line."""

    order: str = Field(max_length=64)
    line: str = Field(max_length=64)
    at: AwareDatetime


class MomentsIn(Schema):
    """Receipts, or cancellations, of one shop."""

    shop: str = Field(max_length=60)
    rows: list[MomentIn] = Field(min_length=1, max_length=operations.ORDERS_MAX)


class ProblemOut(Schema):
    """Why a row was not taken."""

    row: str
    rule: str
    value: str


class TakenOut(Schema):
    """What became of a row: taken, known or refused."""

    external_id: str
    state: str
    id: str
    problems: list[ProblemOut]


class TakenRows(Schema):
    """What became of every row, in the order in which they were sent."""

    taken: int
    known: int
    refused: int
    rows: list[TakenOut]


class OrderOut(Schema):
    """An order that the shop was paid for."""

    id: str
    external_id: str
    source: str
    state: str
    total: Money
    refunded: Money
    placed_at: datetime
    paid_at: datetime
    shipped_at: datetime | None
    received_at: datetime | None


@router.post("/orders", auth=needs(WRITE), response=TakenRows, summary="Send orders")
@idempotent("orders.take")
def take_orders(request: PlatformRequest, said: OrdersIn) -> Any:
    """Take paid orders in, each whole or not at all; a known number changes nothing."""
    shop = _enter(request, said.shop, to="operate")
    return _answer(
        operations.take_orders(
            shop_id=shop.pk,
            currency=shop.currency,
            orders=[_order_facts(each, said.source) for each in said.orders],
            actor=request.actor,
            as_of=clock.now(),
        )
    )


@router.post("/orders/refunds", auth=needs(WRITE), response=TakenRows, summary="Send refunds")
@idempotent("orders.refunds")
def take_refunds(request: PlatformRequest, said: RefundsIn) -> Any:
    """Add refunds to lines; a line's refunds never exceed what was paid for it."""
    shop = _enter(request, said.shop, to="operate")
    facts = []
    for each in said.rows:
        # Another currency than the shop's counts as no amount; its row says so.
        minor = each.refund.minor if each.refund.currency == shop.currency else -1
        facts.append(
            operations.LaterFacts(
                kind="refund",
                order=each.order,
                line=each.line,
                at=each.refunded_at,
                external_id=each.external_id,
                refund_minor=minor,
            )
        )
    return _later(request, shop, facts)


@router.post("/orders/receipts", auth=needs(WRITE), response=TakenRows, summary="Send receipts")
@idempotent("orders.receipts")
def take_receipts(request: PlatformRequest, said: MomentsIn) -> Any:
    """Say when lines were received, once each."""
    shop = _enter(request, said.shop, to="operate")
    return _later(request, shop, _moments("receipt", said))


@router.post(
    "/orders/cancellations", auth=needs(WRITE), response=TakenRows, summary="Send cancellations"
)
@idempotent("orders.cancellations")
def take_cancellations(request: PlatformRequest, said: MomentsIn) -> Any:
    """Call lines off for which nothing was paid; others are refunded."""
    shop = _enter(request, said.shop, to="operate")
    return _later(request, shop, _moments("cancellation", said))


@router.get(
    "/shops/{shop}/orders",
    auth=needs(READ),
    response=Page[OrderOut],
    summary="List a shop's orders",
)
def list_orders(
    request: PlatformRequest,
    shop: str,
    state: str = "",  # noqa: ARG001  for the description; the list reads it from the address
) -> Any:
    """Orders that the shop was paid for, the newest first; `state` narrows them."""
    found = _enter(request, shop, to="view")
    page = read_list(
        request,
        queries.orders_of_shop(found.pk),
        columns=(Column(name="placed", label="", value=lambda each: each.pk, sort="pk"),),
        filters=(
            Filter(name="state", label="", apply=lambda rows, value: rows.filter(state=value)),
        ),
        sort="-placed",
    )
    return page_of(request, page, _order)


def _enter(request: PlatformRequest, shop: str, *, to: str) -> Any:
    """The shop, where the key's account has the right there."""
    space = people.access_workspace(kind="merchant", slug=shop, actor=request.actor, to=to)
    assert space.party_id is not None, "a merchant's workspace has a shop"
    check_party(request, kind="merchant", party_id=space.party_id)
    return people.get_shop(shop)


def _order_facts(said: OrderIn, source: str) -> operations.OrderFacts:
    return operations.OrderFacts(
        external_id=said.external_id,
        source=source,
        buyer_id=said.buyer,
        paid_at=said.paid_at,
        lines=tuple(_line_facts(each) for each in said.lines),
    )


def _line_facts(said: LineIn) -> operations.LineFacts:
    extra = [each for each in (said.platform_coupon, said.shipping, said.tax) if each is not None]
    other = next((each.currency for each in extra if each.currency != said.paid.currency), "")
    return operations.LineFacts(
        external_id=said.external_id,
        item=said.item,
        quantity=said.quantity,
        currency=other or said.paid.currency,
        paid_minor=said.paid.minor,
        platform_coupon_minor=said.platform_coupon.minor if said.platform_coupon else 0,
        shipping_minor=said.shipping.minor if said.shipping else 0,
        tax_minor=said.tax.minor if said.tax else 0,
        received_at=said.received_at,
        link_code=said.link_code,
    )


def _moments(kind: str, said: MomentsIn) -> list[operations.LaterFacts]:
    return [
        operations.LaterFacts(kind=kind, order=each.order, line=each.line, at=each.at)
        for each in said.rows
    ]


def _later(
    request: PlatformRequest, shop: Any, facts: list[operations.LaterFacts]
) -> dict[str, Any]:
    return _answer(
        operations.take_later_facts(
            shop_id=shop.pk, facts=facts, actor=request.actor, as_of=clock.now()
        )
    )


def _answer(rows: list[operations.Taken]) -> dict[str, Any]:
    states = [each.state for each in rows]
    return {
        "taken": states.count("taken"),
        "known": states.count("known"),
        "refused": states.count("refused"),
        "rows": [
            {
                "external_id": each.external_id,
                "state": each.state,
                "id": each.public_id,
                "problems": [
                    {"row": problem.row, "rule": problem.rule, "value": problem.value}
                    for problem in each.problems
                ],
            }
            for each in rows
        ],
    }


def _order(order: Any) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "external_id": order.external_id,
        "source": order.source,
        "state": order.state,
        "total": Money.of(order.total_minor, order.currency),
        "refunded": Money.of(order.refunded_minor, order.currency),
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at,
        "received_at": order.received_at,
    }
