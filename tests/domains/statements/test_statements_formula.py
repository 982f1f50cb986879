"""The formula of every kind of receipt, with its own numbers; one honest receipt of each."""

from __future__ import annotations

from typing import Any

import pytest

from engine.receipts.conftest import CASES
from wavepool.domains.statements.queries.why import evidence, formula, shared_formula
from wavepool.domains.statements.queries.why.formula import FormulaRow
from wavepool.engine.receipts.writing import NO_PROOF

#: Of each receipt what writes its rows, and every row: terms as they are read, and the result.
ROWS: dict[str, tuple[Any, list[str]]] = {
    "commission": (
        formula.rows_of_order,
        [
            "¥100.00 + ¥5.00 − ¥3.00 − ¥0.01 = ¥101.99",
            "¥101.99 × 20% = ¥20.39",
            "¥20.39 × 20% = ¥4.07",
            "¥20.39 × 10% = ¥2.03",
            "¥20.39 − ¥4.07 − ¥2.03 = ¥14.29",
            "¥4.07 × 2 ÷ 3 = ¥2.71",
            "¥2.71 × 30% = ¥0.81",
            "¥2.71 − ¥0.81 = ¥1.90",
        ],
    ),
    "award_lump_sum": (
        shared_formula.rows_of_award,
        [
            "¥300.00 = ¥300.00",
            "¥300.00 × ¥1,000.00 ÷ ¥1,060.00 = ¥283.01",
            "¥283.01 + ¥0.00 − ¥283.01 = ¥0.00",
            " = ¥283.01",
        ],
    ),
    "award_tiered": (
        shared_formula.rows_of_award,
        [
            "15 → ¥0.37 − ¥0.06 = ¥0.31",
            "¥0.31 × 30% = ¥0.093",
            "¥0.217 + ¥0.00 − ¥0.21 = ¥0.007",
            " = ¥0.21",
        ],
    ),
    "award_per_anchor": (
        shared_formula.rows_of_award,
        ["2 × ¥50.00 = ¥100.00", "¥100.00 + ¥0.00 − ¥100.00 = ¥0.00", " = ¥100.00"],
    ),
    "award_frame": (
        shared_formula.rows_of_award,
        ["12 → ¥0.27 − ¥0.02 = ¥0.25", "¥0.25 + ¥0.00 − ¥0.25 = ¥0.00", " = ¥0.25"],
    ),
    "agency_awards": (
        shared_formula.rows_of_agency_awards,
        [
            "¥0.09000001 × 10% = ¥0.009",
            "¥0.10 × 30% = ¥0.03",
            "¥0.039 + ¥0.0025 − ¥0.04 = ¥0.0015",
            " = ¥0.04",
        ],
    ),
    "adjustment": (shared_formula.rows_of_ruling, ["¥1.50 × 35% = ¥0.52", " = ¥0.42"]),
    "debt": (
        shared_formula.rows_of_debt,
        ["-¥0.15 − ¥0.30 = ¥0.00", "¥0.45 − ¥0.30 = ¥0.15"],
    ),
}


def receipt_of(name: str) -> dict[str, Any]:
    line, build = CASES[name]
    return build(line, NO_PROOF)


def spoken(row: FormulaRow) -> str:
    """A row as it is read from left to right."""
    terms = " ".join(f"{term.sign} {term.value}".strip() for term in row.terms)
    return f"{terms} = {row.result}"


class TestTheFormula:
    @pytest.mark.parametrize("name", ROWS)
    def test_is_told_in_rows(self, name: str) -> None:
        write, expected = ROWS[name]
        assert [spoken(row) for row in write(receipt_of(name))] == expected

    def test_of_a_second_refund_takes_off_what_the_first_took(self) -> None:
        rows = list(formula.rows_of_order(receipt_of("refund")))
        assert rows[-1].result == "-¥0.48"
        assert [term.sign for term in rows[-2].terms] == ["", "×", "−"]

    def test_of_a_reward_names_each_condition_with_have_and_need(self) -> None:
        found = evidence.conditions_of(receipt_of("award_lump_sum"))
        assert [(each.have, each.need, each.part, each.is_met) for each in found] == [
            ("6", "5", 100, True),
            ("3", "3", 100, True),
        ]
        assert evidence.conditions_of(receipt_of("award_frame")) == ()
