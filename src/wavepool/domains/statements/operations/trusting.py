"""Trust, reviewed once a month: from facts to the days that a payee waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from wavepool.domains.people import operations as people
from wavepool.domains.people import queries as who
from wavepool.domains.policies import queries as policies
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import TrustReview
from wavepool.plumbing.actor import Actor

_CHUNK: Final = 500


def review_trust(
    *,
    actor: Actor,
    as_of: datetime,
    after: int = 0,
    checkpoint: Callable[[int], None] = lambda _payee_id: None,
) -> int:
    """Review every payee with facts in the span, and those whose trust was not the usual; count.

    Chunk by chunk, each a transaction of its own with its checkpoint. A payee is reviewed once a
    month: the same again changes nothing. Who has neither facts nor an unusual step is left alone.

    Args:
        after: the number of the last payee that an earlier call came to.
        checkpoint: keeps how far it came, inside the chunk's transaction.

    Raises:
        NoPolicyInForce: no payout policy is in force.
    """
    rules = queries.payday_rules(at=as_of)
    period = rules.month_at(as_of).period
    first_period = _months_before(period, rules.payday.review_months)
    count = 0
    while True:
        rows = who.list_payees().filter(pk__gt=after)[:_CHUNK]
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            return count
        after = ids[-1]
        with transaction.atomic():
            facts = queries.trust_facts(ids, first_period=first_period, until=as_of)
            count += _review(ids, facts, period, rules.payday, actor=actor, as_of=as_of)
            checkpoint(after)


def _review(
    ids: list[int],
    facts: dict[int, queries.TrustFacts],
    period: str,
    terms: policies.PaydayTerms,
    *,
    actor: Actor,
    as_of: datetime,
) -> int:
    steps = queries.last_steps(ids)
    known = set(
        TrustReview.objects.filter(payee_id__in=ids, period=period).values_list(
            "payee_id", flat=True
        )
    )
    unusual = {pk for pk, step in steps.items() if step != TrustReview.Step.USUAL}
    made = [
        _found(payee_id, facts.get(payee_id), period, terms, as_of)
        for payee_id in sorted((facts.keys() | unusual) - known)
    ]
    TrustReview.objects.bulk_create(made, ignore_conflicts=True)
    for review in made:
        people.set_trust_days(
            payee_id=review.payee_id,
            days=review.days,
            reason=_reason(review),
            actor=actor,
            as_of=as_of,
        )
    return len(made)


def _found(
    payee_id: int,
    facts: queries.TrustFacts | None,
    period: str,
    terms: policies.PaydayTerms,
    as_of: datetime,
) -> TrustReview:
    counted = facts or queries.TrustFacts()
    numbers: dict[str, Any] = {
        "months": counted.months,
        "rulings": counted.rulings,
        "refund_ppm": counted.refund_ppm,
    }
    trust = queries.trust_from(**numbers, terms=terms)
    return TrustReview(
        payee_id=payee_id, period=period, days=trust.days, step=trust.step, reviewed_at=as_of,
        **numbers,
    )  # fmt: skip


def _reason(review: TrustReview) -> str:
    """For the trail: stable words and numbers."""
    return (
        f"{review.step}: months {review.months}, rulings {review.rulings}, "
        f"refunds {review.refund_ppm} ppm, reviewed in {review.period}"
    )


def _months_before(period: str, count: int) -> str:
    """The month some months before another.

    >>> _months_before("2026-02", 6)
    '2025-08'
    """
    first = date.fromisoformat(f"{period}-01")
    place = first.year * 12 + first.month - 1 - count
    return f"{place // 12:04d}-{place % 12 + 1:02d}"
