"""The formulas of shares of pools, of awards, of agencies' parts of both, of holds and of debts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.queries.why.formula import (
    MICRO,
    FormulaRow,
    Numbers,
    Term,
    exact_money,
    percent,
    points,
)
from wavepool.engine.receipts.sentences.amounts import money

#: Amounts of a pool's account, with the sign by which each counts.
_ACCOUNT: Final = (
    ("", "legs_minor", _("of orders")),
    ("+", "subsidy_minor", _("subsidy")),
    ("+", "freed_minor", _("freed from holds")),
    ("−", "reversals_minor", _("refunds")),
    ("−", "deficit_in_minor", _("deficit of the month before")),
)


def rows_of_pool(receipt: Numbers) -> Iterator[FormulaRow]:
    """Pool ÷ total × mine, the agency's part, and what is carried."""
    known, currency = _known(receipt), receipt["line"]["currency"]
    yield _account(known, currency)
    yield FormulaRow(
        name="entitlement",
        label=_("Your share"),
        terms=(
            Term("", exact_money(max(0, known["distributable_micro"]), currency), _("pool")),
            Term("÷", points(known["value_total"]), _("value of everybody")),
            Term("×", points(known["value"]), _("your value")),
        ),
        result=exact_money(known["entitlement_micro"], currency),
        note=_("Rounded down to a millionth of a cent; what is left stays in the pool"),
    )
    yield from _agency_and_carry(known, currency)


def rows_of_award(receipt: Numbers) -> Iterator[FormulaRow]:
    """What is earned, scaled back to the budget, the agency's part, and what is carried."""
    known, currency = _known(receipt), receipt["line"]["currency"]
    first = receipt["steps"][0]["name"]
    yield FormulaRow(
        name=first,
        label=_("Earned"),
        terms=tuple(_earned(first, known, currency)),
        result=money(known["claim_minor"], currency),
    )
    if known["claims_total_minor"] > known["remaining_minor"]:
        yield FormulaRow(
            name="scale_back",
            label=_("Scaled back to the budget"),
            terms=(
                Term("", money(known["claim_minor"], currency)),
                Term("×", money(known["remaining_minor"], currency), _("left of the budget")),
                Term("÷", money(known["claims_total_minor"], currency), _("earned by everybody")),
            ),
            result=money(known["award_minor"], currency),
            note=_("Everybody is scaled back alike, inside this month and never afterwards"),
        )
    yield from _agency_and_carry(known, currency)


def rows_of_agency_awards(receipt: Numbers) -> Iterator[FormulaRow]:
    """The agency's part of each share and award of its creators, and what is carried."""
    known, currency = _known(receipt), receipt["line"]["currency"]
    for award, part in zip(known["awards"], known["parts_micro"], strict=True):
        yield FormulaRow(
            name="parts",
            label=_("Part of a creator's share or award"),
            terms=(
                Term("", exact_money(award["award_micro"], currency), award["ref_id"]),
                Term("×", percent(award["split_ppm"]), _("by the contract")),
            ),
            result=exact_money(part, currency),
        )
    yield _carry(known, currency)
    yield _amount(known, currency)


def rows_of_ruling(receipt: Numbers) -> Iterator[FormulaRow]:
    """What a ruling gives back of money that was held."""
    known, currency = _known(receipt), receipt["line"]["currency"]
    yield FormulaRow(
        name="ruling",
        label=_("Kept by the ruling"),
        terms=(
            Term("", money(known["held_minor"], currency), _("held")),
            Term("×", percent(known["kept_ppm"]), _("kept")),
        ),
        result=money(known["ruled_minor"], currency),
        note=_("%(freed)s go to the pool of the month")
        % {"freed": money(known["freed_minor"], currency)}
        if known["freed_minor"]
        else "",
    )
    yield _amount(known, currency)


def rows_of_debt(receipt: Numbers) -> Iterator[FormulaRow]:
    """What stays owing, or is netted now."""
    known, currency = _known(receipt), receipt["line"]["currency"]
    yield FormulaRow(
        name="balance",
        label=_("Payable"),
        terms=(
            Term("", money(known["lines_minor"], currency), _("the month's lines")),
            Term("−", money(known["debt_in_minor"], currency), _("owing from before")),
        ),
        result=money(known["payable_minor"], currency),
        note=_("Never below zero: what is missing stays as a debt of the next month"),
    )
    yield FormulaRow(
        name="amount",
        label=_("This line"),
        terms=(
            Term("", money(known["debt_out_minor"], currency), _("owing afterwards")),
            Term("−", money(known["debt_in_minor"], currency), _("owing before")),
        ),
        result=money(known["amount_minor"], currency),
        is_total=True,
    )


def _account(known: Numbers, currency: str) -> FormulaRow:
    terms = [
        Term(sign, money(known[name], currency), caption)
        for sign, name, caption in _ACCOUNT
        if known[name] or not sign
    ]
    if known["residue_in_micro"]:
        left = exact_money(known["residue_in_micro"], currency)
        terms.append(Term("+", left, _("left of the month before")))
    return FormulaRow(
        name="account",
        label=_("Pool of the month"),
        terms=tuple(terms),
        result=exact_money(known["distributable_micro"], currency),
    )


def _earned(first: str, known: Numbers, currency: str) -> Iterator[Term]:
    if first == "lump_sum":
        yield Term("", money(known["reward_minor"], currency), _("for meeting every condition"))
    elif first == "per_anchor":
        yield Term("", f"{len(known['anchors']):,}", _("introduced anchors"))
        yield Term("×", money(known["reward_minor"], currency), _("for each"))
    elif first == "tiered":
        yield Term("", f"{known['counted_units']:,}", _("counted on the schedule"))
        yield Term("→", money(known["worth_minor"], currency), _("worth by the schedule"))
    else:
        yield Term("", f"{known['anchors_total']:,}", _("new anchors on the frame"))
        yield Term("→", money(known["worth_minor"], currency), _("worth by quantity and quality"))
    if known.get("claimed_before_minor"):
        yield Term("−", money(known["claimed_before_minor"], currency), _("earned before"))


def _agency_and_carry(known: Numbers, currency: str) -> Iterator[FormulaRow]:
    for row in known["agencies"]:
        part = known["entitlement_micro"] * row["split_ppm"] // MICRO
        yield FormulaRow(
            name="agency",
            label=_("The agency's part"),
            terms=(
                Term("", exact_money(known["entitlement_micro"], currency)),
                Term("×", percent(row["split_ppm"]), _("by the contract")),
            ),
            result=exact_money(part, currency),
        )
    yield _carry(known, currency)
    yield _amount(known, currency)


def _carry(known: Numbers, currency: str) -> FormulaRow:
    return FormulaRow(
        name="carry",
        label=_("Carried to the next month"),
        terms=(
            Term("", exact_money(known["net_micro"], currency), _("yours")),
            Term("+", exact_money(known["carry_in_micro"], currency), _("carried in")),
            Term("−", money(known["paid_minor"], currency), _("paid in whole cents")),
        ),
        result=exact_money(known["carry_out_micro"], currency),
    )


def _amount(known: Numbers, currency: str) -> FormulaRow:
    return FormulaRow(
        name="amount",
        label=_("This line"),
        terms=(),
        result=money(known["amount_minor"], currency),
        is_total=True,
    )


def _known(receipt: Numbers) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for step in receipt["steps"]:
        known |= step["inputs"]
        known |= step["result"]
    return known
