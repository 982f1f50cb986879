"""Orders of other shop systems: taken in as facts, each number once, wrong rows named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders import queries
from wavepool.domains.orders.models import AMOUNT_MAX, Cancellation, Order, OrderLine, Refund
from wavepool.domains.orders.operations.deliveries import record_receipt
from wavepool.domains.orders.operations.paying import policy_set_digest
from wavepool.domains.orders.operations.refunds import (
    RefundAbovePaid,
    record_cancellation,
    record_refund,
)
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.ids import new_id

#: Another system's clock may be ahead of ours by this much.
AHEAD: Final = timedelta(minutes=10)
ORDERS_MAX: Final = 100
LINES_MAX: Final = 50
EARLIEST_YEAR: Final = 2000
_AMOUNTS: Final = ("paid_minor", "platform_coupon_minor", "shipping_minor", "tax_minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line as another system tells it; `item` is the shop's own reference."""

    external_id: str
    item: str
    quantity: int
    currency: str
    paid_minor: int
    platform_coupon_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    received_at: datetime | None = None
    link_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as another system tells it; buyers are known by (source, buyer_id)."""

    external_id: str
    source: str
    buyer_id: str
    paid_at: datetime
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row was not taken: where it stands in what was sent, the rule, the value."""

    row: str
    rule: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a row: "taken", "known" from before, or "refused" with its problems."""

    external_id: str
    state: str
    public_id: str = ""
    problems: tuple[Problem, ...] = field(default=())


def take_orders(
    *, shop_id: int, currency: str, orders: Sequence[OrderFacts], actor: Actor, as_of: datetime
) -> list[Taken]:
    """Take paid orders of another system in, each as a whole or not at all.

    An order of a number that is known changes nothing: the same content is "known",
    another is refused. The digests are those of what was in force at its payment.
    """
    with transaction.atomic():
        known = queries.find_orders(shop_id, [each.external_id for each in orders])
        codes = {line.item for each in orders for line in each.lines}
        items = catalog.items_by_code(shop_id, codes)
        answers: list[Taken] = []
        for place, facts in enumerate(orders):
            row = f"/orders/{place}"
            standing = known.get(facts.external_id)
            if standing is not None:
                answers.append(_again(standing, facts, row))
                continue
            problems = _problems(facts, row, items, currency=currency, as_of=as_of)
            if problems:
                answers.append(_refused(facts.external_id, *problems))
                continue
            taken_now = _take_once(
                facts, items, row, shop_id=shop_id, currency=currency, as_of=as_of
            )
            known |= taken_now[1]
            answers.append(taken_now[0])
        taken = sum(each.state == "taken" for each in answers)
        if taken:
            audit.record(
                kind="orders.taken_in",
                subject=f"shop:{shop_id}",
                actor=actor,
                at=as_of,
                data={"orders": taken},
            )
        return answers


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFacts:
    """What happened to a line later, by the other system's numbers.

    `kind` is "refund" (with `external_id` and `refund_minor`), "receipt" or "cancellation".
    """

    kind: str
    order: str
    line: str
    at: datetime
    external_id: str = ""
    refund_minor: int = 0


def take_later_facts(
    *, shop_id: int, facts: Sequence[LaterFacts], actor: Actor, as_of: datetime
) -> list[Taken]:
    """Add refunds, receipts and cancellations, each row by itself; repeated ones are "known"."""
    with transaction.atomic():
        answers = [
            _take_later(each, f"/rows/{place}", shop_id=shop_id, as_of=as_of)
            for place, each in enumerate(facts)
        ]
        taken = sum(each.state == "taken" for each in answers)
        if taken:
            audit.record(
                kind="orders.later_facts",
                subject=f"shop:{shop_id}",
                actor=actor,
                at=as_of,
                data={"rows": taken},
            )
        return answers


def _take_later(facts: LaterFacts, row: str, *, shop_id: int, as_of: datetime) -> Taken:
    name = facts.external_id or f"{facts.order}/{facts.line}"
    line = queries.find_external_line(shop_id, order=facts.order, line=facts.line)
    if line is None:
        return _refused(name, _problem(row, "unknown line", f"{facts.order}/{facts.line}"))
    assert line.paid_at is not None, "a paid line"
    if not line.paid_at <= facts.at <= as_of + AHEAD:
        return _refused(name, _problem(f"{row}/at", "before payment or ahead of now", facts.at))
    if facts.kind == "receipt":
        return _receipt(facts, line, name, row)
    if facts.kind == "cancellation":
        return _cancellation(facts, line, name, row, as_of=as_of)
    return _refund(facts, line, name, row, as_of=as_of)


def _receipt(facts: LaterFacts, line: OrderLine, name: str, row: str) -> Taken:
    if record_receipt(line=line, received_at=facts.at):
        return Taken(external_id=name, state="taken")
    if line.received_at == facts.at:
        return Taken(external_id=name, state="known")
    return _refused(name, _problem(f"{row}/at", "received before at another time", facts.at))


def _cancellation(
    facts: LaterFacts, line: OrderLine, name: str, row: str, *, as_of: datetime
) -> Taken:
    standing = Cancellation.objects.filter(line=line).first()
    if standing is not None:
        is_same = standing.cancelled_at == facts.at
        known = Taken(external_id=name, state="known")
        problem = _problem(f"{row}/at", "cancelled before at another time", facts.at)
        return known if is_same else _refused(name, problem)
    if line.paid_minor:
        return _refused(name, _problem(row, "line was paid, refund it", line.paid_minor))
    record_cancellation(line=line, cancelled_at=facts.at, as_of=as_of)
    return Taken(external_id=name, state="taken")


def _refund(facts: LaterFacts, line: OrderLine, name: str, row: str, *, as_of: datetime) -> Taken:
    standing = Refund.objects.filter(line=line, external_id=facts.external_id).first()
    if standing is not None:
        said = (facts.refund_minor, facts.at)
        if (standing.refund_minor, standing.refunded_at) == said:
            return Taken(external_id=name, state="known")
        return _refused(name, _problem(row, "number taken by another refund", facts.external_id))
    if line.paid_minor == 0:
        return _refused(name, _problem(row, "refund of a line paid zero", facts.refund_minor))
    if not 1 <= facts.refund_minor <= AMOUNT_MAX:
        return _refused(name, _problem(f"{row}/refund", "amount out of range", facts.refund_minor))
    try:
        record_refund(
            line=line,
            refund_minor=facts.refund_minor,
            refunded_at=facts.at,
            as_of=as_of,
            external_id=facts.external_id,
        )
    except RefundAbovePaid as error:
        problem = _problem(f"{row}/refund", "refunds above paid", facts.refund_minor)
        left = _problem(f"{row}/refund", "left to refund", error.most_minor)
        return _refused(name, problem, left)
    return Taken(external_id=name, state="taken")


def _again(standing: Order, facts: OrderFacts, row: str) -> Taken:
    if standing.content_digest == _digest(facts):
        return Taken(external_id=facts.external_id, state="known", public_id=standing.public_id)
    problem = _problem(f"{row}/external_id", "number taken by another order", facts.external_id)
    return _refused(facts.external_id, problem)


def _problems(
    facts: OrderFacts, row: str, items: dict[str, Any], *, currency: str, as_of: datetime
) -> list[Problem]:
    found = []
    if not 1 <= len(facts.lines) <= LINES_MAX:
        found.append(_problem(f"{row}/lines", f"1 to {LINES_MAX} lines", len(facts.lines)))
    if facts.paid_at.year < EARLIEST_YEAR or facts.paid_at > as_of + AHEAD:
        found.append(_problem(f"{row}/paid_at", "time out of range", facts.paid_at))
    numbers = [line.external_id for line in facts.lines]
    for place, line in enumerate(facts.lines):
        here = f"{row}/lines/{place}"
        if numbers.index(line.external_id) != place:
            found.append(_problem(f"{here}/external_id", "duplicate key", line.external_id))
        if line.item not in items:
            found.append(_problem(f"{here}/item", "unknown item", line.item))
        if line.currency != currency:
            found.append(_problem(f"{here}/currency", "mixed currency", line.currency))
        if line.received_at is not None and line.received_at < facts.paid_at:
            found.append(_problem(f"{here}/received_at", "received before paid", line.received_at))
        if line.received_at is not None and line.received_at > as_of + AHEAD:
            found.append(_problem(f"{here}/received_at", "time out of range", line.received_at))
        found += _amount_problems(line, here)
    if sum(line.paid_minor for line in facts.lines) > AMOUNT_MAX:
        found.append(_problem(f"{row}/lines", "huge amount", "sum"))
    return found


def _amount_problems(line: LineFacts, here: str) -> list[Problem]:
    found = []
    if not 0 <= line.quantity <= AMOUNT_MAX:
        found.append(_problem(f"{here}/quantity", "out of range", line.quantity))
    for name in _AMOUNTS:
        amount = getattr(line, name)
        if amount < 0:
            found.append(_problem(f"{here}/{name}", "negative amount", amount))
        elif amount > AMOUNT_MAX:
            found.append(_problem(f"{here}/{name}", "huge amount", amount))
    return found


def _take_once(
    facts: OrderFacts,
    items: dict[str, Any],
    row: str,
    *,
    shop_id: int,
    currency: str,
    as_of: datetime,
) -> tuple[Taken, dict[str, Order]]:
    """Take an order, or find that another request took its number in this very moment."""
    try:
        with transaction.atomic():
            order = _take(facts, items, shop_id=shop_id, currency=currency, as_of=as_of)
    except IntegrityError:
        standing = queries.find_orders(shop_id, [facts.external_id])[facts.external_id]
        return _again(standing, facts, row), {facts.external_id: standing}
    taken = Taken(external_id=facts.external_id, state="taken", public_id=order.public_id)
    return taken, {facts.external_id: order}


def _take(
    facts: OrderFacts, items: dict[str, Any], *, shop_id: int, currency: str, as_of: datetime
) -> Order:
    received = [line.received_at for line in facts.lines]
    is_received = all(received)
    order = Order.objects.create(
        public_id=new_id("or"),
        shop_id=shop_id,
        buyer_id=queries.buyer_number(facts.source, facts.buyer_id),
        currency=currency,
        source=Order.Source.API,
        external_id=facts.external_id,
        content_digest=_digest(facts),
        state=Order.State.RECEIVED if is_received else Order.State.PAID,
        total_minor=sum(line.paid_minor for line in facts.lines),
        placed_at=facts.paid_at,
        paid_at=facts.paid_at,
        received_at=max(each for each in received if each) if is_received else None,
    )
    in_force = {
        "plans_digest": catalog.plan_set_digest(shop_id, at=facts.paid_at),
        "contracts_digest": people.contract_set_digest(at=facts.paid_at),
        "policy_digest": policy_set_digest(at=facts.paid_at),
    }
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            item=items[line.item],
            title=items[line.item].title,
            external_id=line.external_id,
            quantity=line.quantity,
            currency=line.currency,
            link_code=line.link_code,
            paid_at=facts.paid_at,
            received_at=line.received_at,
            known_at=as_of,
            **{name: getattr(line, name) for name in _AMOUNTS},
            **in_force,
        )
        for line in facts.lines
    )
    return order


def _digest(facts: OrderFacts) -> str:
    text = json.dumps(asdict(facts), default=datetime.timestamp, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _refused(external_id: str, *problems: Problem) -> Taken:
    return Taken(external_id=external_id, state="refused", problems=tuple(problems))


def _problem(row: str, rule: str, value: object) -> Problem:
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return Problem(row=row, rule=rule, value=said[:80])
