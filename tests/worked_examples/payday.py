"""Worked tables of docs/algorithms/payday.md, by the documents that ship."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import platform_ready
from wavepool.domains.policies.queries import Payout
from wavepool.domains.policies.tables import build, kind_of, packaged_document, read_document
from wavepool.domains.statements.queries import Trust, trust_from
from wavepool.domains.statements.queries.eligibility import Free, free_of
from wavepool.domains.statements.queries.paydays import PaydayRules, payday_from
from wavepool.domains.statements.queries.taxes import tax_of
from wavepool.engine.policy import default_policy
from wavepool.engine.policy.zones import zone_rules

assert platform_ready.READY
POLICY = default_policy()
ZONE = zone_rules(POLICY.zone)
TERMS: Payout = build(
    Payout, read_document(packaged_document("payout"), kind=kind_of("payout")).body
)


@dataclass(frozen=True)
class Shown:
    """A payday in days on the wall."""

    settles: str
    period: str
    pays: str


def free(**amounts: int) -> Free:
    """What may leave of a balance."""
    return free_of(**amounts)


def payday(*, received: str, trust_days: int) -> Shown:
    """When the money of goods leaves that were received at noon of a day."""
    received_at = datetime.combine(date.fromisoformat(received), datetime.min.time(), ZONE)
    settles_at = received_at + timedelta(hours=12, days=trust_days)
    rules = PaydayRules(POLICY, TERMS.payday)
    found = payday_from(settles_at, rules=rules, at=received_at)
    assert found.pays_at is not None, "it was received"
    pays_on = found.pays_at.astimezone(ZONE).date()
    return Shown(settles_at.date().isoformat(), found.period, pays_on.isoformat())


def trust(*, months: int, rulings: int, refund_ppm: int) -> Trust:
    """What facts give."""
    return trust_from(months=months, rulings=rulings, refund_ppm=refund_ppm, terms=TERMS.payday)


def tax(*, income_minor: int) -> int:
    """What is withheld from a natural person."""
    return tax_of(TERMS.tax.rules[0], income_minor).tax_minor
