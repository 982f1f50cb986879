"""What is withheld from a month's income, in whole minor units; no rounding against the payee.

Method, guarantee and a worked table: docs/algorithms/payday.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar, Final, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.statements.queries.months import month_of_period
from wavepool.engine.money import format_minor
from wavepool.plumbing.errors import PlatformError

MILLION: Final = 1_000_000


class WithholdingOutOfRange(PlatformError):
    """A registered rule withholds less than nothing or more than the income."""

    kind: ClassVar[str] = "statements.withholding_out_of_range"
    status: ClassVar[int] = 500


@dataclass(frozen=True, slots=True)
class TaxStep:
    """One step of the way from an income to its tax."""

    text: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is withheld.

    Attributes:
        tax_minor: at least 0 and at most the income.
        rule: stable name of what it follows from: "exempt", "none" (no rule for this currency),
            "person:CNY" for a schedule of the policy, or what a registered rule calls itself.
        steps: how it was worked out, in words and amounts.
    """

    tax_minor: int
    rule: str
    steps: tuple[TaxStep, ...] = ()


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


def withholding_in(period: str) -> Withhold:
    """As `withholding` for the payees of one month: its rules are read once, when one is asked."""

    @cache
    def rules() -> policies.Payout:
        return policies.payout_policy(at=_end_of(period))

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
            return Withheld(0, "exempt", (TaxStep(_("Nothing is withheld from this payee."), 0),))
        rule = rules().tax_rule_of(payee_kind=payee_kind, currency=currency)
        if rule is None:
            return Withheld(0, "none", (TaxStep(_("There is no rule for this currency."), 0),))
        return tax_of(rule, income_minor)

    return withhold


def tax_of(rule: policies.TaxRule, income_minor: int) -> Withheld:
    """Apply one schedule to an income.

    Guarantee: the tax is at least 0 and at most the income, and with a rule that the linter
    passed, whoever earns one minor unit more keeps no less.
    """
    allowance_minor = allowance_of(rule, income_minor)
    taxed_minor = income_minor - allowance_minor
    place = max((i for i, above in enumerate(rule.above_minor) if taxed_minor > above), default=0)
    rate_ppm, quick_minor = rule.rate_ppm[place], rule.quick_minor[place]
    tax_minor = max(0, taxed_minor * rate_ppm // MILLION - quick_minor)
    is_chinese = (get_language() or "").startswith("zh")
    words = {
        "rate": _percent(rate_ppm),
        "quick": f"{format_minor(quick_minor, rule.currency)} {rule.currency}",
    }
    return Withheld(
        tax_minor=tax_minor,
        rule=f"{rule.payee_kind}:{rule.currency}",
        steps=(
            TaxStep(rule.name_zh if is_chinese else rule.name_en, income_minor),
            TaxStep(_("Free of tax"), -allowance_minor),
            TaxStep(_("Taxed part"), taxed_minor),
            TaxStep(_("Withheld: %(rate)s less %(quick)s") % words, tax_minor),
        ),
    )


def allowance_of(rule: policies.TaxRule, income_minor: int) -> int:
    """What of an income is free: a fixed amount up to the limit, a part of it above, floored."""
    if income_minor <= rule.allowance_until_minor:
        return min(income_minor, rule.allowance_minor)
    return income_minor * rule.allowance_ppm // MILLION


def _percent(rate_ppm: int) -> str:
    """A rate exactly.

    >>> _percent(200_000), _percent(12_500)
    ('20%', '1.25%')
    """
    whole, rest = divmod(rate_ppm, 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole}.{decimals}%" if decimals else f"{whole}%"


def _end_of(period: str) -> datetime:
    return month_of_period(period).last_moment
