"""Corrections and tax between what a month brings and what leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from wavepool.domains.ledger import queries as books
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Statement
from wavepool.domains.statements.queries import taxes
from worlds.month_end import HOUR, OCTOBER, SEPTEMBER, MonthEnd, end_of, settled_at
from worlds.whys import NIGHT

pytestmark = pytest.mark.django_db


def steps(statement: Statement) -> dict[str, int]:
    """The bridge of a statement in micro-units, by step."""
    return {each.name: each.micro for each in queries.bridge_of(statement)}


class TestCorrections:
    def correct(self, months: MonthEnd, minor: int, *, at: datetime) -> None:
        """Eve asks, Fay approves."""
        asked = operations.ask_correction(
            payee_id=months.fair.payees["ada"].pk,
            currency="CNY",
            amount_minor=minor,
            reason="A parcel was counted twice.",
            cause="mistake",
            ref="",
            actor=months.actor("eve", at=at),
            as_of=at,
        )
        operations.approve_correction(
            public_id=asked.public_id,
            actor=months.actor("fay", at=at),
            as_of=at,
        )

    def test_above_what_a_month_brings_is_owed_and_paid_back_by_the_next(
        self, months: MonthEnd
    ) -> None:
        self.correct(months, -10_500, at=end_of(SEPTEMBER))
        months.close(SEPTEMBER)
        september = months.statement("ada", SEPTEMBER)
        assert (september.payable_minor, september.correction_minor) == (9_870, -10_500)
        assert (september.net_minor, september.owed_out_minor) == (0, 630)
        assert steps(september)["net"] == 0
        payee = months.fair.payees["ada"].pk
        assert books.get_account(f"payee:{payee}:receivable:CNY").balance_minor == -630
        months.close(OCTOBER)
        october = months.statement("ada", OCTOBER)
        assert (october.owed_in_minor, october.owed_out_minor) == (630, 0)
        assert october.net_minor == 1_991 - 630
        assert books.get_account(f"payee:{payee}:receivable:CNY").balance_minor == 0
        assert books.get_account(f"payee:{payee}:wallet:CNY").balance_minor == 1_361
        assert books.prove_books().reconciles

    def test_is_a_line_of_the_month_that_takes_it_and_of_no_other(self, months: MonthEnd) -> None:
        self.correct(months, 250, at=end_of(SEPTEMBER))
        months.close(SEPTEMBER)
        line = queries.lines_of(months.statement("ada", SEPTEMBER)).get(kind="correction")
        assert (line.amount_minor, line.key[:2]) == (250, "X:")
        months.close(OCTOBER)
        october = queries.lines_of(months.statement("ada", OCTOBER))
        assert not october.filter(kind="correction").exists()

    def test_is_in_the_estimate_of_the_earliest_open_month_alone(self, months: MonthEnd) -> None:
        self.correct(months, 250, at=end_of(SEPTEMBER))
        run = months.draft(NIGHT)
        assert {SEPTEMBER, OCTOBER} <= set(run.periods)
        assert months.statement("ada", SEPTEMBER).correction_minor == 250
        assert months.statement("ada", OCTOBER).correction_minor == 0

    def test_after_the_final_run_is_in_the_estimate_of_the_next(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        self.correct(months, 250, at=settled_at(SEPTEMBER) + HOUR)
        months.draft(NIGHT)
        assert months.statement("ada", SEPTEMBER).correction_minor == 0
        assert months.statement("ada", OCTOBER).correction_minor == 250


class TestTax:
    def test_is_asked_for_as_of_the_take(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: set[tuple[str, datetime | None]] = set()
        find = queries.withholding_in

        def noted(period: str, *, at: datetime | None = None) -> Any:
            asked.add((period, at))
            return find(period, at=at)

        monkeypatch.setattr(queries, "withholding_in", noted)
        months.draft(end_of(SEPTEMBER) + HOUR)
        assert (SEPTEMBER, end_of(SEPTEMBER) + HOUR) in asked

    def test_is_withheld_from_what_is_left_and_owed_to_the_office(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def a_tenth(*, income_minor: int, **_more: Any) -> queries.Withheld:
            return queries.Withheld(income_minor // 10, "a tenth")

        monkeypatch.setattr(taxes, "_OWN", [a_tenth])
        months.close(SEPTEMBER)
        ada = months.statement("ada", SEPTEMBER)
        assert (ada.payable_minor, ada.tax_minor, ada.net_minor) == (9_870, 987, 8_883)
        office = books.get_account("tax:office:clearing:CNY")
        assert office.balance_minor == 987 + 506 + 391
        wallet = books.get_account(f"payee:{months.fair.payees['ada'].pk}:wallet:CNY")
        assert wallet.balance_minor == 8_883
