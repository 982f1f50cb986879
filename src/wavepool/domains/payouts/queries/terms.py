"""Terms of payouts, and what is ours alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from wavepool.domains.policies import queries as policies
from wavepool.domains.statements import queries as statements

#: How long a changed account is not paid to: time for its owner to notice a stranger's hand.
ACCOUNT_WAITS: Final = timedelta(hours=72)
#: What one person alone signs counts together over this span.
ALONE_SPAN: Final = timedelta(hours=24)
_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(seconds=1)


def two_persons_above(currency: str, *, at: datetime) -> int:
    """Above how much a second person signs, in minor units; 0 while no policy is in force."""
    try:
        return policies.payout_policy(at=at).two_persons_above(currency)
    except policies.NoPolicyInForce:
        return 0


def is_pay_day(moment: datetime) -> bool:
    """Whether a month is paid on the day of a moment, by the policies in force."""
    try:
        rules = statements.payday_rules(at=moment)
    except policies.NoPolicyInForce:
        return False
    last = rules.month_at(rules.month_at(moment).starts_at - _MOMENT)
    before = rules.month_at(last.starts_at - _MOMENT)
    days = (rules.pays_at(each) for each in (last, before))
    return any(day <= moment < day + _DAY for day in days)
