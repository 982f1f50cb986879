"""What is withheld: to the fen, never against whoever earns more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wavepool.domains.policies import operations as policies
from wavepool.domains.policies.queries import NoPolicyInForce, TaxRule
from wavepool.domains.policies.tables.payout_schema import _schedule
from wavepool.domains.statements import queries
from wavepool.domains.statements.queries.taxes import _OWN, tax_of
from wavepool.plumbing.actor import MACHINE
from worlds.rules_desk import RulesDesk, make_desk

LABOUR = TaxRule(
    payee_kind="person",
    currency="CNY",
    name_zh="劳务报酬",
    name_en="Labour",
    allowance_minor=80_000,
    allowance_until_minor=400_000,
    allowance_ppm=200_000,
    above_minor=(0, 2_000_000, 5_000_000),
    rate_ppm=(200_000, 300_000, 400_000),
    quick_minor=(0, 200_000, 700_000),
)


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """The defaults in force."""
    return make_desk(world)


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    saved = list(_OWN)
    _OWN.clear()
    yield
    _OWN[:] = saved


def withheld(income_minor: int, kind: str = "person", currency: str = "CNY") -> Any:
    """What November withholds."""
    return queries.withholding(
        payee_kind=kind, currency=currency, period="2026-11", income_minor=income_minor
    )


class TestWithholding:
    @pytest.mark.parametrize(
        ("income_minor", "tax_minor"),
        [
            (0, 0),
            (80_000, 0),
            (80_004, 0),  # a fifth of four fen is less than one
            (80_005, 1),
            (200_000, 24_000),  # (2,000 − 800) × 20 %
            (400_000, 64_000),  # (4,000 − 800) × 20 %
            (400_001, 64_000),  # 20 % of it is free above 4,000
            (2_500_000, 400_000),  # 20,000 × 20 %
            (3_000_000, 520_000),  # 24,000 × 30 % − 2,000
            (6_250_000, 1_300_000),  # 50,000 × 30 % − 2,000
            (10_000_000, 2_500_000),  # 80,000 × 40 % − 7,000
        ],
    )
    def test_is_the_published_one_of_labour_remuneration(
        self, desk: RulesDesk, income_minor: int, tax_minor: int
    ) -> None:
        found = withheld(income_minor)
        assert (found.tax_minor, found.rule) == (tax_minor, "person:CNY")

    @pytest.mark.parametrize("kind", ["company", "agency", "shop"])
    def test_takes_nothing_of_who_is_exempt(self, desk: RulesDesk, kind: str) -> None:
        assert (withheld(10**9, kind).tax_minor, withheld(10**9, kind).rule) == (0, "exempt")

    def test_takes_nothing_in_a_currency_without_a_rule_and_says_so(self, desk: RulesDesk) -> None:
        found = withheld(10**9, currency="USD")
        assert (found.tax_minor, found.rule) == (0, "none")

    def test_of_the_platforms_first_month_is_by_the_rules_in_which_it_ended(
        self, world: Any
    ) -> None:
        begun, ended = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        policies.install_defaults(actor=MACHINE, as_of=begun, valid_from_at=begun)
        with pytest.raises(NoPolicyInForce):
            withheld(200_000)
        withhold = queries.withholding_in("2026-11", at=ended)
        found = withhold(payee_kind="person", currency="CNY", income_minor=200_000)
        assert found.tax_minor == 24_000

    def test_follows_an_operators_own_rule_first(self, desk: RulesDesk) -> None:
        def flat(*, income_minor: int, currency: str, **_rest: Any) -> queries.Withheld | None:
            return queries.Withheld(income_minor // 10, "flat") if currency == "USD" else None

        queries.register_withholding(flat)
        queries.register_withholding(flat)
        assert (withheld(999, currency="USD").tax_minor, withheld(80_005).tax_minor) == (99, 1)

    @pytest.mark.parametrize("tax_minor", [-1, 1_001])
    def test_refuses_an_own_rule_that_answers_nonsense(
        self, desk: RulesDesk, tax_minor: int
    ) -> None:
        queries.register_withholding(lambda **_given: queries.Withheld(tax_minor, "mad"))
        with pytest.raises(queries.WithholdingOutOfRange):
            withheld(1_000)


RATES = st.integers(min_value=0, max_value=10**6)
AMOUNTS = st.integers(min_value=0, max_value=10**8)


@st.composite
def rules(draw: st.DrawFn) -> TaxRule:
    """Any schedule that the form accepts; the linter may refuse it."""
    count = draw(st.integers(1, 4))
    above = draw(st.lists(st.integers(1, 10**6), min_size=count - 1, max_size=count - 1))
    borders = tuple(sorted({0, *above}))
    size = len(borders)
    return TaxRule(
        payee_kind="person", currency="CNY", name_zh="x", name_en="x",
        allowance_minor=draw(st.integers(0, 10**5)),
        allowance_until_minor=draw(st.integers(0, 10**6)),
        allowance_ppm=draw(RATES),
        above_minor=borders,
        rate_ppm=tuple(draw(st.lists(RATES, min_size=size, max_size=size))),
        quick_minor=tuple(draw(st.lists(st.integers(0, 10**5), min_size=size, max_size=size))),
    )  # fmt: skip


def refused(rule: TaxRule) -> list[str]:
    """What the linter has against a schedule."""
    names = ("allowance_minor", "allowance_until_minor", "allowance_ppm", "above_minor")
    raw = {name: getattr(rule, name) for name in (*names, "rate_ppm", "quick_minor")}
    return [flaw for flaw, _path, _message in _schedule(raw, "tax.rules[0]")]


class TestWhoeverEarnsMore:
    @given(income=AMOUNTS)
    def test_keeps_no_less_by_the_default(self, income: int) -> None:
        net = [each - tax_of(LABOUR, each).tax_minor for each in (income, income + 1)]
        assert 0 <= net[0] <= net[1] <= income + 1

    @settings(max_examples=300)
    @given(rule=rules(), data=st.data())
    def test_keeps_no_less_by_any_rule_that_the_linter_passes(
        self, rule: TaxRule, data: st.DataObject
    ) -> None:
        assume(not refused(rule))
        edges = [rule.allowance_until_minor, *rule.above_minor, rule.allowance_minor]
        income = data.draw(st.sampled_from(edges)) + data.draw(st.integers(0, 10**5))
        nets = [each - tax_of(rule, each).tax_minor for each in range(income, income + 4)]
        assert all(0 <= before <= after for before, after in pairwise(nets))

    def test_would_keep_less_by_one_that_the_linter_refuses(self) -> None:
        """The guard is what keeps it: without a deduction, the border is a trap."""
        trap = TaxRule(
            payee_kind="person", currency="CNY", name_zh="x", name_en="x", allowance_minor=0,
            allowance_until_minor=0, allowance_ppm=0, above_minor=(0, 1_000),
            rate_ppm=(0, 500_000), quick_minor=(0, 0),
        )  # fmt: skip
        assert refused(trap) == ["not_monotone"]
        assert [each - tax_of(trap, each).tax_minor for each in (1_000, 1_001)] == [1_000, 501]
