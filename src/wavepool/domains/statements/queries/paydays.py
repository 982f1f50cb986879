"""When an order's money leaves: receipt, waiting time, the month's close, the pay day.

Method, guarantee and a worked table: docs/algorithms/payday.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.pools import queries as pools
from wavepool.domains.statements.queries.months import (
    Month,
    first_working_day,
    last_working_day,
    local_date,
    month_at,
    month_of_period,
    start_of,
)
from wavepool.engine.policy import Policy


@dataclass(frozen=True, slots=True)
class Payday:
    """When the money of one order leaves.

    Attributes:
        settles_at: when it is settleable; None while the goods were not received.
        period: the month whose statement it comes into; "" while unknown.
        pays_at: the beginning of the day on which that month is paid; None while unknown.
        reason: why it is not known or late; "" where nothing is in the way.
    """

    settles_at: datetime | None
    period: str
    pays_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PaydayRules:
    """The documents that paydays follow from, read once for many orders."""

    policy: Policy
    payday: policies.PaydayTerms
    _months: list[Month] = field(default_factory=list, compare=False)

    def month_at(self, at: datetime) -> Month:
        """The month that holds an instant; each is worked out once."""
        for month in self._months:
            if month.starts_at <= at < month.ends_at:
                return month
        self._months.append(month_at(at, policy=self.policy))
        return self._months[-1]

    def pays_at(self, month: Month) -> datetime:
        """When a month is paid: after its draft and its objections, on the day that is named."""
        zone = self.policy.zone
        closes_on = local_date(pools.closes_at(month.ends_at), zone=zone)
        day = payday_after(
            closes_on=closes_on, pay_on=self.payday.pay_on, weekdays=self.payday.weekdays
        )
        return start_of(day, zone=zone)


def payday_rules(*, at: datetime) -> PaydayRules:
    """What paydays follow from at a moment.

    Raises:
        NoPolicyInForce: a policy was not in force.
    """
    policy = policies.compose_engine_policy(at=at)
    return PaydayRules(policy, policies.payout_policy(at=at).payday)


def payday_of(*, received_at: datetime | None, trust_days: int, at: datetime) -> Payday:
    """When the money of an order leaves, as far as it is known at a moment.

    Args:
        received_at: when the buyer received the goods; None before.
        trust_days: how long its payee waits from then on.
        at: now.

    Raises:
        NoPolicyInForce: a policy is not in force.
    """
    settles_at = received_at and received_at + timedelta(days=trust_days)
    return payday_from(settles_at, rules=payday_rules(at=at), at=at)


def payday_from(
    settles_at: datetime | None, *, rules: PaydayRules, at: datetime, open_period: str = ""
) -> Payday:
    """The same from the moment of settlement, for many orders under the same rules.

    Args:
        open_period: the first month that is not closed; what settles earlier but was not in its
            month's close comes into this one.
    """
    if settles_at is None:
        return Payday(None, "", None, _("Waits for the buyer to receive the goods."))
    month = rules.month_at(settles_at)
    if month.period < open_period:
        month = month_of_period(open_period)
    pays_at = rules.pays_at(month)
    late = at >= pays_at + timedelta(days=1)
    reason = _("The close of its month is late; it is paid once that is done.") if late else ""
    return Payday(settles_at, month.period, pays_at, reason)


def payday_after(*, closes_on: date, pay_on: str, weekdays: tuple[int, ...]) -> date:
    """The day on which a month is paid that closes on a date.

    >>> payday_after(closes_on=date(2026, 12, 11), pay_on="last_working_day", weekdays=(1, 2))
    datetime.date(2026, 12, 29)
    """
    rules = {"first_working_day": first_working_day, "last_working_day": last_working_day}
    return rules[pay_on](closes_on=closes_on, weekdays=weekdays)
