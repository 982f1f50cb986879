"""The document of kind "payout": when money leaves, what is kept back, who agrees, what is withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Final

from wavepool.engine.money import CURRENCY_EXPONENTS
from wavepool.engine.policy import Knob

MILLION: Final = 1_000_000
MINOR_MAX: Final = 10**15
PAYEE_KINDS: Final = ("person", "company", "agency", "shop")
PAY_DAYS: Final = ("first_working_day", "last_working_day")
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Payday:
    """When money may leave, and what trust shortens the wait."""

    days_by_trust: Annotated[
        tuple[int, ...],
        Knob("days", "from receipt to settlement: trust lost, usual, earned", least=0, most=366),
    ]
    review_months: Annotated[int, Knob("months", "that a review looks back", least=1, most=36)]
    earned_months: Annotated[
        int, Knob("months", "with an issued statement that trust asks for", least=1, most=36)
    ]
    earned_refund_ppm: Annotated[
        int, Knob("ppm", "refunds up to which trust is earned", least=0, most=MILLION)
    ]
    lost_refund_ppm: Annotated[
        int, Knob("ppm", "refunds above which trust is lost", least=0, most=MILLION)
    ]
    lost_rulings: Annotated[
        int, Knob("count", "rulings against a payee with which trust is lost", least=1, most=1_000)
    ]
    pay_on: Annotated[str, Knob("day", "day on which a closed month is paid", choices=PAY_DAYS)]
    weekdays: Annotated[
        tuple[int, ...],
        Knob("weekday", "on which banks work; 1 is Monday", least=1, most=7),
    ]


@dataclass(frozen=True, slots=True)
class Reserve:
    """What is kept back of what was issued lately."""

    share_ppm: Annotated[int, Knob("ppm", "part that is kept back", least=0, most=MILLION)]
    days: Annotated[int, Knob("days", "after which it is free", least=0, most=366)]


@dataclass(frozen=True, slots=True)
class Limit:
    """The least that is worth a payout, in one currency."""

    currency: Annotated[str, Knob("currency", "whose limit it is")]
    minimum_minor: Annotated[
        int, Knob("minor units", "least that is paid out", least=1, most=MINOR_MAX)
    ]


@dataclass(frozen=True, slots=True)
class Approval:
    """From where on two persons agree to a payment, in one currency."""

    currency: Annotated[str, Knob("currency", "whose threshold it is")]
    two_persons_above_minor: Annotated[
        int, Knob("minor units", "above this two persons agree", least=0, most=MINOR_MAX)
    ]


@dataclass(frozen=True, slots=True)
class TaxRule:
    """What is withheld from one kind of payee in one currency, month by month.

    The taxed part is the income less the allowance: `allowance_minor` up to
    `allowance_until_minor`, above it `allowance_ppm` of the income. The last bracket that begins
    below the taxed part decides: its rate of the whole taxed part, less its quick deduction.
    """

    payee_kind: Annotated[str, Knob("kind", "who is taxed", choices=PAYEE_KINDS)]
    currency: Annotated[str, Knob("currency", "in which it holds")]
    name_zh: Annotated[str, Knob("text", "Chinese name")]
    name_en: Annotated[str, Knob("text", "English name")]
    allowance_minor: Annotated[int, Knob("minor units", "free of tax", least=0, most=MINOR_MAX)]
    allowance_until_minor: Annotated[
        int, Knob("minor units", "income up to which that amount is free", least=0, most=MINOR_MAX)
    ]
    allowance_ppm: Annotated[
        int, Knob("ppm", "part of a larger income that is free", least=0, most=MILLION)
    ]
    above_minor: Annotated[
        tuple[int, ...],
        Knob("minor units", "taxed part above which a bracket begins", least=0, most=MINOR_MAX),
    ]
    rate_ppm: Annotated[tuple[int, ...], Knob("ppm", "rate of each bracket", least=0, most=MILLION)]
    quick_minor: Annotated[
        tuple[int, ...],
        Knob("minor units", "quick deduction of each bracket", least=0, most=MINOR_MAX),
    ]


@dataclass(frozen=True, slots=True)
class Tax:
    """Who is free of withholding, and the rules for everybody else."""

    exempt: Annotated[
        tuple[str, ...],
        Knob("kind", "kinds of payees from which nothing is withheld", choices=PAYEE_KINDS),
    ]
    rules: tuple[TaxRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout policy."""

    payday: Payday
    reserve: Reserve
    limits: tuple[Limit, ...]
    approval: tuple[Approval, ...]
    tax: Tax

    def minimum_of(self, currency: str) -> int:
        """The least that is paid out in a currency, in minor units."""
        return next((x.minimum_minor for x in self.limits if x.currency == currency), 1)

    def two_persons_above(self, currency: str) -> int:
        """Above how much two persons agree; 0 where nobody named a threshold."""
        found = (x.two_persons_above_minor for x in self.approval if x.currency == currency)
        return next(found, 0)

    def tax_rule_of(self, *, payee_kind: str, currency: str) -> TaxRule | None:
        """The rule of a kind of payee in a currency; None where nothing is withheld."""
        wanted = (payee_kind, currency)
        return next((x for x in self.tax.rules if (x.payee_kind, x.currency) == wanted), None)


def payout_flaws(body: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What the form alone cannot refuse: rule, key path, sentence.

    Guarantee: with the rules of a document without flaws, whoever earns more never gets less.
    """
    yield from _payday_rules(body["payday"])
    for section in ("limits", "approval"):
        yield from _currencies(body[section], section)
    yield from _tax_rules(body["tax"])


def _payday_rules(raw: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    days, weekdays = raw["days_by_trust"], raw["weekdays"]
    if len(days) != _STEPS or any(after >= before for before, after in pairwise(days)):
        message = "three numbers of days, each smaller than the one before"
        yield "trust_days_order", "payday.days_by_trust", message
    if raw["earned_months"] > raw["review_months"]:
        message = f"{raw['earned_months']} months do not fit into {raw['review_months']}"
        yield "unreachable", "payday.earned_months", message
    if raw["earned_refund_ppm"] > raw["lost_refund_ppm"]:
        message = "trust would be earned where it is lost already"
        yield "trust_refunds_order", "payday.earned_refund_ppm", message
    if not weekdays or any(after <= before for before, after in pairwise(weekdays)):
        message = "at least one day from 1 to 7, each once, in their order"
        yield "weekdays_order", "payday.weekdays", message


def _currencies(tables: list[dict[str, Any]], path: str) -> Iterator[tuple[str, str, str]]:
    seen = set()
    for place, each in enumerate(tables):
        code = each["currency"]
        yield from _currency(code, f"{path}[{place}].currency")
        if code in seen:
            yield "duplicate_id", f"{path}[{place}].currency", f"{code!r} stands here twice"
        seen.add(code)


def _currency(code: str, path: str) -> Iterator[tuple[str, str, str]]:
    if code not in CURRENCY_EXPONENTS:
        yield "not_one_currency", path, f"{code!r} is no currency with a minor unit"


def _tax_rules(raw: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    rules, exempt = raw.get("rules", []), raw["exempt"]
    taxed = [each["payee_kind"] for each in rules]
    for kind in PAYEE_KINDS:
        if exempt.count(kind) > 1:
            yield "duplicate_id", "tax.exempt", f"{kind!r} stands here twice"
        if kind in exempt and kind in taxed:
            where = f"tax.rules[{taxed.index(kind)}].payee_kind"
            yield "taxed_and_exempt", where, f"{kind!r} is exempt and taxed"
        if kind not in exempt and kind not in taxed:
            yield "payee_kind_missing", "tax.exempt", f"{kind!r} is neither exempt nor taxed"
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(rules):
        path = f"tax.rules[{place}]"
        who = (each["payee_kind"], each["currency"])
        if who in seen:
            yield "duplicate_id", path, f"{who[0]!r} in {who[1]!r} stands here twice"
        seen.add(who)
        yield from _currency(each["currency"], f"{path}.currency")
        yield from _schedule(each, path)


def _schedule(raw: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    above, rates, quick = raw["above_minor"], raw["rate_ppm"], raw["quick_minor"]
    if not len(above) == len(rates) == len(quick) or not above:
        message = "as many borders as rates and quick deductions, at least one of each"
        yield "brackets_length", f"{path}.above_minor", message
        return
    if above[0] or any(after <= before for before, after in pairwise(above)):
        message = "borders begin at 0 and rise"
        yield "brackets_order", f"{path}.above_minor", message
    falls = False
    for place, (low, high) in enumerate(pairwise(range(len(above))), start=1):
        # The tax above a border less the tax below it, in millionths; a jump up is a trap.
        jump = above[high] * (rates[high] - rates[low]) - (quick[high] - quick[low]) * MILLION
        falls = falls or jump < 0
        if jump > 0:
            message = f"whoever passes border {place} would get less"
            yield "not_monotone", f"{path}.quick_minor", message
    allowance, until = raw["allowance_minor"], raw["allowance_until_minor"]
    if until * raw["allowance_ppm"] < allowance * MILLION:
        message = "above the limit less would be free than below it, so more would get less"
        yield "not_monotone", f"{path}.allowance_ppm", message
    if falls and until * raw["allowance_ppm"] > allowance * MILLION:
        # What is free jumps up at the limit, so what is taxed may fall below a border again.
        message = "the tax falls at a border, so a jump of what is free would cost more"
        yield "not_monotone", f"{path}.quick_minor", message
