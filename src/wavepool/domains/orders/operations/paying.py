"""What follows from a payment: orders are paid, goods are taken, what was in force is noted."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Final

from wavepool.domains.catalog import operations as catalog_operations
from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders.models import Order, OrderLine, Purchase
from wavepool.domains.orders.operations import notices
from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries as policies
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor

_FOLLOWERS: Final[list[str]] = []


def on_paid(name: str) -> None:
    """Have a job of this registered name queued with every payment."""
    if name not in _FOLLOWERS:
        _FOLLOWERS.append(name)


def mark_paid(purchase: Purchase, *, paid_at: datetime, actor: Actor, as_of: datetime) -> None:
    """Make a purchase and its orders paid, in the caller's transaction; the caller decides once.

    Args:
        paid_at: when the money moved; what commission and its window go by.
        as_of: when we learned of it.
    """
    Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.PAID)
    orders = Order.objects.filter(purchase=purchase, state=Order.State.UNPAID)
    told = list(orders.select_related("shop"))
    orders.update(state=Order.State.PAID, paid_at=paid_at)
    shared = {"contracts_digest": people.contract_set_digest(at=paid_at)}
    shared["policy_digest"] = policy_set_digest(at=paid_at)
    for order in told:
        OrderLine.objects.filter(order=order).update(
            paid_at=paid_at,
            known_at=as_of,
            plans_digest=catalog.plan_set_digest(order.shop_id, at=paid_at),
            **shared,
        )
    catalog_operations.take_reserved(key=purchase.public_id, as_of=as_of)
    for order in told:
        notices.tell_paid(order, at=as_of)
    for name in _FOLLOWERS:
        jobs.enqueue(name, key=f"{name}:{purchase.public_id}", actor=actor, at=as_of)
    audit.record(
        kind="orders.paid",
        subject=purchase.public_id,
        actor=actor,
        at=as_of,
        data={"total_minor": purchase.total_minor, "currency": purchase.currency},
    )


def policy_set_digest(*, at: datetime) -> str:
    """SHA-256 over every policy in force at a moment: kind, number and its own digest."""
    found = policies.list_in_force(at=at)
    said = [(kind, found[kind].number, found[kind].digest) for kind in sorted(found)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
