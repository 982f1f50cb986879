"""One function alone decides what may be paid out, on every path."""

from __future__ import annotations

import ast

import pytest

from domains.statements.one_eligibility import (
    decisions_about_payouts,
    is_a_door,
    place_in_package,
)
from tidy.project_files import SOURCE, place_of, project_files

BAD = [
    "wallets = ledger.list_wallets(payee_id)",
    "ledger.find_account(f'payee:{payee_id}:wallet:{currency}')",
    "ledger.list_accounts().filter(code='payee:1:wallet:CNY').get_account('wallet')",
    "rest = account.available_minor - amount_minor",
    "if amount_minor < rules.minimum_of(currency): return",
    "kept = net_minor * rules.reserve.share_ppm // 10**6",
    "until = issued_at + timedelta(days=rules.reserve.days)",
]
GOOD = [
    "found = statements.eligibility(payee_id=1, currency='CNY', at=now)",
    "NewTransfer(key='a', debit=f'payee:{payee_id}:wallet:CNY', credit=bank)",
    "ledger.get_account('bank:operator:external:CNY')",
    "found.minimum_minor, found.reserve_minor",
    "rules.two_persons_above(currency)",
    "payee.trust_days, window.days",
]


class TestTheRule:
    @pytest.mark.parametrize("line", BAD)
    def test_catches_a_bad_line(self, line: str) -> None:
        assert list(decisions_about_payouts(ast.parse(line)))

    @pytest.mark.parametrize("line", GOOD)
    def test_passes_a_good_line(self, line: str) -> None:
        assert list(decisions_about_payouts(ast.parse(line))) == []

    def test_would_be_broken_by_the_function_itself(self) -> None:
        """The rule sees what it looks for: the one module that may."""
        (path,) = (
            each
            for each in project_files(".py", under=SOURCE)
            if place_in_package(each).endswith("statements/queries/eligibility.py")
        )
        assert list(decisions_about_payouts(ast.parse(path.read_text(encoding="utf-8"))))


class TestTheTree:
    def test_has_one_function_that_decides(self) -> None:
        others = [
            path
            for path in project_files(".py", under=SOURCE)
            if not is_a_door(place_in_package(path))
        ]
        found = [
            f"{place_of(path)}:{line}: {message}"
            for path in others
            for line, message in decisions_about_payouts(
                ast.parse(path.read_text(encoding="utf-8"))
            )
        ]
        assert found == []
