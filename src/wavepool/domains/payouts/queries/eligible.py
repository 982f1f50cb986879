"""What a payee may be paid: one function on every path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import queries as ledger
from wavepool.domains.people import queries as people


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why nothing, or less, may be paid, and until when that holds."""

    code: str
    text: str | Promise
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What a payee holds, what of it must stay, and what may be paid."""

    payee_id: int
    currency: str
    balance_minor: int
    reserved_minor: int
    debt_minor: int
    reserve_minor: int
    disputed_minor: int
    minimum_minor: int
    eligible_minor: int
    reasons: tuple[Reason, ...]


def eligibility(*, payee_id: int, currency: str, at: datetime) -> Eligibility:
    """What a payee may be paid in a currency at a moment."""
    accounts = [each for each in ledger.list_wallets(payee_id) if each.currency == currency]
    balance_minor = sum(each.balance_minor for each in accounts)
    reserved_minor = sum(each.reserved_minor for each in accounts)
    payee = people.find_payee_by_id(payee_id)
    reasons = []
    if payee is None or not payee.is_verified:
        reasons.append(Reason(code="unverified", text=_("The payee is not verified yet.")))
    free_minor = max(0, balance_minor - reserved_minor)
    return Eligibility(
        payee_id=payee_id,
        currency=currency,
        balance_minor=balance_minor,
        reserved_minor=reserved_minor,
        debt_minor=0,
        reserve_minor=0,
        disputed_minor=0,
        minimum_minor=0,
        eligible_minor=0 if reasons else free_minor,
        reasons=tuple(reasons),
    )
