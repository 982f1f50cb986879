"""What is withheld from a month's income, in whole minor units; no rounding against the payee.

Method, guarantee and a worked table: docs/algorithms/payday.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar, Final, Protocol

from django.utils.translation import gettext as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.statements.queries.months import month_of_period
from wavepool.plumbing.errors import PlatformError

MILLION: Final = 1_000_000


class WithholdingOutOfRange(PlatformError):
    """A registered rule withholds less than nothing or more than the income."""

    kind: ClassVar[str] = "statements.withholding_out_of_range"
    status: ClassVar[int] = 500


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is withheld.

    Attributes:
        tax_minor: at least 0 and at most the income.
        rule: stable name of what it follows from: "exempt", "none" (no rule for this currency),
            "person:CNY" for a schedule of the policy, or what a registered rule calls itself.
    """

    tax_minor: int
    rule: str


class WithholdingFunction(Protocol):
    """An operator's own rule; None leaves the case to the policy."""

    def __call__(
        self, *, payee_kind: str, currency: str, period: str, income_minor: int
    ) -> Withheld | None:
        """Say what is withheld from a month's income."""


_OWN: list[WithholdingFunction] = []


def register_withholding(function: WithholdingFunction) -> WithholdingFunction:
    """Name an operator's own rule; the first that answers decides, before the policy."""
    if function not in _OWN:
        _OWN.append(function)
    return function


class Withhold(Protocol):
    """What is withheld in one month, whose rules were read."""

    def __call__(self, *, payee_kind: str, currency: str, income_minor: int) -> Withheld:
        """Say what is withheld from an income; see `withholding`."""


def withholding(*, payee_kind: str, currency: str, period: str, income_minor: int) -> Withheld:
    """What is withheld from a payee's income of one month in one currency.

    The policy in force at the month's end decides, so a later change never reaches back.

    Args:
        payee_kind: "person", "company", "agency" or "shop".
        currency: ISO 4217.
        period: the month, "2026-11".
        income_minor: before tax; at least 0.

    Raises:
        NoPolicyInForce: no payout policy was in force then.
        WithholdingOutOfRange: a registered rule answers nonsense.
    """
    withhold = withholding_in(period)
    return withhold(payee_kind=payee_kind, currency=currency, income_minor=income_minor)


def withholding_in(period: str, *, at: datetime | None = None) -> Withhold:
    """As `withholding` for the payees of one month: its rules are read once, when one is asked.

    Args:
        period: the month.
        at: when the policy whose zone bounds the month was in force; its middle if none is named,
            which the platform's first month may lack.
    """

    @cache
    def rules() -> policies.Payout:
        return policies.payout_policy(at=month_of_period(period, at=at).last_moment)

    def withhold(*, payee_kind: str, currency: str, income_minor: int) -> Withheld:
        assert income_minor >= 0, "an income is not below zero"
        for function in _OWN:
            own = function(
                payee_kind=payee_kind, currency=currency, period=period, income_minor=income_minor
            )
            if own is not None:
                if not 0 <= own.tax_minor <= income_minor:
                    raise WithholdingOutOfRange(_("A tax rule withholds more than there is."))
                return own
        tax = rules().tax
        if payee_kind in tax.exempt:
            return Withheld(0, "exempt")
        rule = rules().tax_rule_of(payee_kind=payee_kind, currency=currency)
        if rule is None:
            return Withheld(0, "none")
        return tax_of(rule, income_minor)

    return withhold


def tax_of(rule: policies.TaxRule, income_minor: int) -> Withheld:
    """Apply one schedule to an income.

    Guarantee: the tax is at least 0 and at most the income, and with a rule that the linter
    passed, whoever earns one minor unit more keeps no less.
    """
    taxed_minor = income_minor - allowance_of(rule, income_minor)
    place = max((i for i, above in enumerate(rule.above_minor) if taxed_minor > above), default=0)
    rate_ppm, quick_minor = rule.rate_ppm[place], rule.quick_minor[place]
    tax_minor = max(0, taxed_minor * rate_ppm // MILLION - quick_minor)
    return Withheld(tax_minor=tax_minor, rule=f"{rule.payee_kind}:{rule.currency}")


def allowance_of(rule: policies.TaxRule, income_minor: int) -> int:
    """What of an income is free: a fixed amount up to the limit, a part of it above, floored."""
    if income_minor <= rule.allowance_until_minor:
        return min(income_minor, rule.allowance_minor)
    return income_minor * rule.allowance_ppm // MILLION
