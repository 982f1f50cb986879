"""How far a payee is trusted, from facts: months, rulings, refunds.

Method, guarantee and a worked table: docs/algorithms/payday.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wavepool.domains.policies.queries import PaydayTerms
from wavepool.domains.risk import queries as risk
from wavepool.domains.statements.models import Statement, TrustReview
from wavepool.domains.statements.queries.months import month_of_period
from wavepool.plumbing.states import State, Tone

MILLION: Final = 1_000_000
_STEPS: Final = (TrustReview.Step.LOST, TrustReview.Step.USUAL, TrustReview.Step.EARNED)
_TONES: Final[dict[str, Tone]] = {"lost": "warning", "usual": "neutral", "earned": "ok"}
_LABELS: Final[dict[str, Any]] = {
    "lost": gettext_lazy("Trust lost"),
    "usual": gettext_lazy("Usual waiting time"),
    "earned": gettext_lazy("Trust earned"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFacts:
    """What a review counts of one payee.

    Attributes:
        months: months with an issued statement.
        rulings: rulings that left less than all.
        refund_ppm: refunds as a part of the commission, in the currency where it is most.
    """

    months: int = 0
    rulings: int = 0
    refund_ppm: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """What follows from the facts: the step, and the days from receipt to settlement."""

    step: str
    days: int


def trust_from(*, months: int, rulings: int, refund_ppm: int, terms: PaydayTerms) -> Trust:
    """The step and the days that facts give.

    Trust is lost by rulings or by many refunds; it is earned by months without either. Guarantee:
    one more month, one ruling less or fewer refunds never make the wait longer.
    """
    if rulings >= terms.lost_rulings or refund_ppm > terms.lost_refund_ppm:
        place = 0
    elif months >= terms.earned_months and not rulings and refund_ppm <= terms.earned_refund_ppm:
        place = 2
    else:
        place = 1
    return Trust(_STEPS[place].value, terms.days_by_trust[place])


def trust_facts(
    payee_ids: Collection[int], *, first_period: str, until: datetime
) -> dict[int, TrustFacts]:
    """The facts of payees from a month on until a moment: three queries; who has none lacks."""
    issued = Statement.objects.filter(
        payee_id__in=payee_ids, period__gte=first_period, issued_at__lt=until
    ).order_by()
    months = issued.values("payee_id").annotate(n=Count("period", distinct=True))
    counted = {row["payee_id"]: row["n"] for row in months}
    sums = issued.values("payee_id", "currency").annotate(
        refunded=Sum("refund_minor"), earned=Sum("commission_minor")
    )
    refunds: dict[int, int] = {}
    for row in sums:
        part = refund_share(refund_minor=row["refunded"], commission_minor=row["earned"])
        refunds[row["payee_id"]] = max(refunds.get(row["payee_id"], 0), part)
    # The span may begin before the platform did, when no policy was in force.
    since = month_of_period(first_period, at=until).starts_at
    rulings = risk.rulings_against(payee_ids, since=since, until=until)
    return {
        payee_id: TrustFacts(
            months=counted.get(payee_id, 0),
            rulings=rulings.get(payee_id, 0),
            refund_ppm=refunds.get(payee_id, 0),
        )
        for payee_id in counted.keys() | rulings.keys()
    }


def refund_share(*, refund_minor: int, commission_minor: int) -> int:
    """Refunds as a part of the commission, floored, at most all of it.

    >>> refund_share(refund_minor=15, commission_minor=100)
    150000
    """
    if refund_minor <= 0:
        return 0
    if commission_minor <= 0:
        return MILLION
    return min(MILLION, refund_minor * MILLION // commission_minor)


def find_trust_review(payee_id: int) -> TrustReview | None:
    """The latest review of a payee."""
    return TrustReview.objects.filter(payee_id=payee_id).order_by("-period").first()


def last_steps(payee_ids: Collection[int]) -> dict[int, str]:
    """The step of each payee's latest review; who was never reviewed lacks: two queries."""
    rows = TrustReview.objects.filter(payee_id__in=payee_ids).order_by()
    latest = dict(rows.values("payee_id").annotate(p=Max("period")).values_list("payee_id", "p"))
    named = rows.values_list("payee_id", "period", "step")
    return {payee_id: step for payee_id, period, step in named if latest[payee_id] == period}


def is_trust_reviewed(period: str) -> bool:
    """Whether trust was reviewed in a month."""
    return TrustReview.objects.filter(period=period).exists()


def state_of_trust(review: TrustReview) -> State:
    """What a review found, as people see it."""
    return State(
        name=review.step,
        label=_LABELS[review.step],
        tone=_TONES[review.step],
        why=trust_sentence(review),
    )


def trust_sentence(review: Any) -> str:
    """The facts of a review in one sentence."""
    months = ngettext(
        "%(n)d month with a statement", "%(n)d months with a statement", review.months
    ) % {"n": review.months}
    rulings = ngettext("%(n)d ruling against you", "%(n)d rulings against you", review.rulings) % {
        "n": review.rulings
    }
    whole, rest = divmod(review.refund_ppm, 10_000)
    return _("%(months)s, %(rulings)s, refunds of %(refunds)s of the commission") % {
        "months": months,
        "rulings": rulings,
        "refunds": f"{whole}.{rest // 1_000}%",
    }
