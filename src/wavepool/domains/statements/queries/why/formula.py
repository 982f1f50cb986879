"""The formula of a line with its own numbers: one row for each step of its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.engine.money import CURRENCY_EXPONENTS
from wavepool.engine.receipts.sentences.amounts import micro, money, ppm_percent

MICRO: Final = 1_000_000
Numbers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a formula, the sign before it, and what it is."""

    sign: str
    value: str
    caption: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaRow:
    """One step: from which numbers, to what.

    Attributes:
        name: the step's name in the receipt.
        label: what comes out.
        terms: the numbers in their order.
        result: the result, as people read it.
        note: what else decides here.
        is_total: whether it is the line's own amount.
    """

    name: str
    label: Any
    terms: tuple[Term, ...]
    result: str
    note: Any = ""
    is_total: bool = False


def percent(ppm: int) -> str:
    """Parts per million as a percentage.

    >>> percent(200_000)
    '20%'
    """
    return f"{ppm_percent(ppm)}%"


def exact_money(amount_micro: int, currency: str) -> str:
    """Micro-units as money with every digit that is there.

    >>> exact_money(1_275_302_100, "CNY"), exact_money(500_000_000, "CNY"), exact_money(-1, "CNY")
    ('¥12.753021', '¥5.00', '-¥0.00000001')
    """
    minor, rest = divmod(abs(amount_micro), MICRO)
    whole = money(minor, currency)
    digits = f"{rest:06d}".rstrip("0")
    point = "" if not digits or CURRENCY_EXPONENTS.get(currency, 0) else "."
    return f"{'-' if amount_micro < 0 else ''}{whole}{point}{digits}"


def points(value: int) -> str:
    """A value in full viewers, every digit.

    >>> points(3_208_110_021)
    '3,208.110021'
    """
    whole, part, decimals = micro(value).partition(".")
    return f"{int(whole):,}{part}{decimals}"


def rows_of_order(receipt: Numbers) -> Iterator[FormulaRow]:
    """The rows of a commission, of an agency's part of one, and of what a refund takes back."""
    currency = receipt["line"]["currency"]
    known: dict[str, Any] = {}
    for step in receipt["steps"]:
        known |= step["inputs"] | step["result"]
        write = _ORDER_ROWS.get(step["name"])
        found = None if write is None else write(step["name"], known, currency)
        if found is not None:
            yield found


def _fee_base(name: str, given: Numbers, currency: str) -> FormulaRow:
    parts = (
        ("+", "platform_coupon_minor", _("platform coupon")),
        ("−", "shipping_minor", _("shipping")),
        ("−", "tax_minor", _("tax")),
    )
    terms = [Term("", money(given["paid_minor"], currency), _("paid"))]
    terms += [
        Term(sign, money(given[part], currency), caption)
        for sign, part, caption in parts
        if given[part]
    ]
    return FormulaRow(
        name=name,
        label=_("What commission is counted on"),
        terms=tuple(terms),
        result=money(given["fee_base_minor"], currency),
    )


def _commission(name: str, given: Numbers, currency: str) -> FormulaRow:
    return FormulaRow(
        name=name,
        label=_("Commission"),
        terms=(
            Term("", money(given["fee_base_minor"], currency)),
            Term("×", percent(given["rate_ppm"]), _("rate of the plan at payment")),
        ),
        result=money(given["commission_minor"], currency),
        note=_("Plan %(plan)s") % {"plan": given["plan_id"]} if given["plan_id"] else "",
    )


def _direct(name: str, given: Numbers, currency: str) -> FormulaRow:
    commission = money(given["commission_minor"], currency)
    if given["pool_id"] is None:
        fee = given["commission_minor"] - given["direct_minor"]
        terms = (Term("", commission), Term("−", money(fee, currency), _("platform fee")))
        note: Any = _("This scene feeds no pool: all but the fee is paid directly")
    else:
        terms = (Term("", commission), Term("×", percent(given["direct_ppm"]), _("paid directly")))
        note = ""
    return FormulaRow(
        name=name,
        label=_("Paid directly"),
        terms=terms,
        result=money(given["direct_minor"], currency),
        note=note,
    )


def _fee(name: str, given: Numbers, currency: str) -> FormulaRow | None:
    if given["pool_id"] is None:
        # It stands in the row before.
        return None
    return FormulaRow(
        name=name,
        label=_("Platform fee"),
        terms=(
            Term("", money(given["commission_minor"], currency)),
            Term("×", percent(given["fee_ppm"])),
        ),
        result=money(given["fee_minor"], currency),
    )


def _pool(name: str, given: Numbers, currency: str) -> FormulaRow | None:
    if not given["pool_minor"]:
        return None
    return FormulaRow(
        name=name,
        label=_("Into the pool"),
        terms=(
            Term("", money(given["commission_minor"], currency)),
            Term("−", money(given["direct_minor"], currency), _("paid directly")),
            Term("−", money(given["fee_minor"], currency), _("platform fee")),
        ),
        result=money(given["pool_minor"], currency),
        note=_("Shared at the month's end by the value of everybody's content"),
    )


def _share(name: str, given: Numbers, currency: str) -> FormulaRow | None:
    total = sum(row["weight"] for row in given["weights"])
    mine = next(row["weight"] for row in given["weights"] if row["party"] == given["party"])
    if mine == total:
        return None
    return FormulaRow(
        name=name,
        label=_("Your creator's part of it"),
        terms=(
            Term("", money(given["direct_minor"], currency)),
            Term("×", f"{mine:,} ÷ {total:,}", _("weight of the creator ÷ all weights")),
        ),
        result=money(given["share_minor"], currency),
    )


def _agency_split(name: str, given: Numbers, currency: str) -> FormulaRow | None:
    if not given["split_ppm"]:
        return None
    return FormulaRow(
        name=name,
        label=_("The agency's part"),
        terms=(
            Term("", money(given["share_minor"], currency)),
            Term("×", percent(given["split_ppm"]), _("by the contract at payment")),
        ),
        result=money(given["agency_minor"], currency),
    )


def _amount(name: str, given: Numbers, currency: str) -> FormulaRow:
    terms: tuple[Term, ...] = ()
    if "due_minor" in given:
        terms = (Term("−", money(given["due_minor"], currency), _("taken back now")),)
    elif given["split_ppm"] and given["amount_minor"] == given["kept_minor"]:
        terms = (
            Term("", money(given["share_minor"], currency)),
            Term("−", money(given["agency_minor"], currency), _("the agency's part")),
        )
    return FormulaRow(
        name=name,
        label=_("This line"),
        terms=terms,
        result=money(given["amount_minor"], currency),
        is_total=True,
    )


def _reversal(name: str, given: Numbers, currency: str) -> FormulaRow:
    leg = given["agency_minor" if name == "agency_reversal" else "kept_minor"]
    if given["is_cancelled"]:
        terms: tuple[Term, ...] = (Term("", money(leg, currency), _("the order was cancelled")),)
    else:
        refunded, paid = (money(given[each], currency) for each in ("refunded_minor", "paid_minor"))
        terms = (
            Term("", money(leg, currency), _("at the original rate")),
            Term("×", f"{refunded} ÷ {paid}", _("refunded so far ÷ paid")),
        )
    before = given["reversed_before_minor"]
    if before:
        terms = (*terms, Term("−", money(before, currency), _("taken back before")))
    return FormulaRow(
        name=name,
        label=_("Taken back"),
        terms=terms,
        result=money(given["due_minor"], currency),
        note=_("A full refund takes back exactly what was paid, to the cent"),
    )


_ORDER_ROWS: Final[dict[str, Callable[[str, Numbers, str], FormulaRow | None]]] = {
    "fee_base": _fee_base,
    "commission": _commission,
    "direct": _direct,
    "fee": _fee,
    "pool": _pool,
    "share": _share,
    "agency_split": _agency_split,
    "reversal": _reversal,
    "agency_reversal": _reversal,
    "amount": _amount,
}
