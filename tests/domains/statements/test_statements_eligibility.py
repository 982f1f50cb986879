"""What may be paid out: one function, every reason, and nobody else who decides it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Payee
from wavepool.domains.statements import queries
from wavepool.domains.statements.queries.eligibility import _DISPUTED, free_of, reserve_of
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from worlds.rules_desk import DAY, NOW, RulesDesk, add_payee, make_desk


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """The defaults in force, Ada's payee verified."""
    return make_desk(world)


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    saved = list(_DISPUTED)
    _DISPUTED.clear()
    yield
    _DISPUTED[:] = saved


def ask(desk: RulesDesk, **changes: Any) -> queries.Eligibility:
    """What Ada may be paid in CNY now."""
    return queries.eligibility(**{"payee_id": desk.ada.pk, "currency": "CNY", "at": NOW, **changes})


def codes(found: queries.Eligibility) -> list[str]:
    """The codes of its reasons."""
    return [each.code for each in found.reasons]


class TestEligibility:
    def test_is_the_whole_balance_where_nothing_stands_in_the_way(self, desk: RulesDesk) -> None:
        desk.statement(100_000)
        desk.fund(100_000)
        assert ask(desk) == queries.Eligibility(
            payee_id=desk.ada.pk,
            currency="CNY",
            balance_minor=100_000,
            reserved_minor=0,
            debt_minor=0,
            reserve_minor=0,
            disputed_minor=0,
            minimum_minor=100,
            eligible_minor=100_000,
            reasons=(),
        )

    def test_takes_off_each_part_with_its_words(self, desk: RulesDesk) -> None:
        desk.statement(60_000, issued_at=NOW - 3 * DAY)
        wallet = desk.fund(160_000)
        desk.reserve(wallet, 20_000)
        desk.owe(5_000)
        queries.register_disputed(lambda ids, currency: dict.fromkeys(ids, 1_500))
        found = ask(desk)
        # 160,000 less 20,000 on its way, 5,000 owed, 5 % of 60,000, 1,500 disputed.
        assert (
            found.balance_minor,
            found.reserved_minor,
            found.debt_minor,
            found.reserve_minor,
            found.disputed_minor,
            found.eligible_minor,
        ) == (160_000, 20_000, 5_000, 3_000, 1_500, 130_500)
        assert [(each.code, each.text, each.until) for each in found.reasons] == [
            ("reserved", "200.00 CNY is on its way out already.", None),
            ("debt", "50.00 CNY is owed for refunds that came after a payout.", None),
            (
                "reserve",
                "30.00 CNY of recent statements is kept back for late refunds.",
                NOW + 5 * DAY,
            ),
            ("disputed", "15.00 CNY is under an open objection.", None),
        ]

    def test_frees_the_reserve_when_its_days_are_over(self, desk: RulesDesk) -> None:
        desk.statement(60_000, issued_at=NOW - 3 * DAY)
        desk.fund(60_000)
        last = NOW + 5 * DAY - timedelta(microseconds=1)
        assert ask(desk, at=last).eligible_minor == 57_000
        assert ask(desk, at=NOW + 5 * DAY).eligible_minor == 60_000

    def test_ignores_drafts_and_other_currencies(self, desk: RulesDesk) -> None:
        desk.statement(60_000, issued_at=None)
        desk.statement(60_000, issued_at=NOW - DAY, currency="USD")
        desk.fund(9_000, currency="USD")
        desk.fund(50_000)
        assert ask(desk).eligible_minor == 50_000
        assert ask(desk, currency="USD").eligible_minor == 6_000

    def test_of_nobody_is_not_found(self, desk: RulesDesk) -> None:
        with pytest.raises(NotFound):
            ask(desk, payee_id=999_999)

    def test_asks_as_much_for_many_as_for_one(self, desk: RulesDesk) -> None:
        def count(ids: list[int]) -> int:
            with CaptureQueriesContext(connection) as seen:
                queries.eligibilities(payee_ids=ids, currency="CNY", at=NOW)
            return len(seen)

        others = [add_payee(f"P{n}").pk for n in range(6)]
        assert count([desk.ada.pk]) == count([desk.ada.pk, *others]) == 8


class TestNothingLeaves:
    def test_while_the_identity_is_not_verified(self, desk: RulesDesk) -> None:
        desk.fund(50_000)
        Payee.objects.update(verified_at=None)
        found = ask(desk)
        assert (codes(found), found.balance_minor, found.eligible_minor) == (
            ["not_verified"],
            50_000,
            0,
        )

    @pytest.mark.parametrize("scope", ["pay_out", "everything"])
    def test_while_a_creator_is_restricted(self, desk: RulesDesk, scope: str) -> None:
        desk.fund(50_000)
        end = NOW + 9 * DAY
        people.restrict(
            creator_id=desk.world.creator.pk, scope=scope, reason="Sold what it did not have.",
            until_at=end, actor=MACHINE, as_of=NOW - DAY,
        )  # fmt: skip
        (reason,) = ask(desk).reasons
        assert (reason.code, reason.text, reason.until) == (
            "restricted",
            "Withdrawing money is restricted: Sold what it did not have.",
            end,
        )
        assert ask(desk).eligible_minor == 0
        assert ask(desk, at=end).eligible_minor == 50_000

    def test_for_another_restriction_it_does(self, desk: RulesDesk) -> None:
        desk.fund(50_000)
        people.restrict(
            creator_id=desk.world.creator.pk, scope="live", reason="Noise.",
            until_at=None, actor=MACHINE, as_of=NOW - DAY,
        )  # fmt: skip
        assert ask(desk).eligible_minor == 50_000

    def test_while_a_month_is_posted(self, desk: RulesDesk) -> None:
        desk.fund(50_000)
        close = desk.close("2026-10", approved_at=NOW, posting_at=NOW)
        assert (codes(ask(desk)), ask(desk).eligible_minor) == (["posting"], 0)
        close.posted_at = NOW
        close.save()
        assert ask(desk).eligible_minor == 50_000

    def test_below_the_minimum(self, desk: RulesDesk) -> None:
        wallet = desk.fund(199)
        desk.reserve(wallet, 100)
        found = ask(desk)
        assert (found.eligible_minor, found.reasons[-1].text) == (
            0,
            "0.99 CNY is less than the smallest payout of 1.00 CNY.",
        )
        desk.fund(1)
        assert ask(desk).eligible_minor == 100

    def test_from_an_empty_wallet(self, desk: RulesDesk) -> None:
        assert codes(ask(desk)) == ["nothing_free"]

    def test_without_a_policy(self, desk: RulesDesk) -> None:
        desk.fund(50_000)
        found = ask(desk, at=NOW - 500 * DAY)
        assert (codes(found), found.eligible_minor) == (["no_policy"], 0)


AMOUNT = st.integers(min_value=0, max_value=10**12)


class TestWhatIsFree:
    @given(balance=AMOUNT, parts=st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), minimum=AMOUNT)
    def test_never_leaves_less_than_must_stay(
        self, balance: int, parts: tuple[int, int, int, int], minimum: int
    ) -> None:
        names = ("reserved_minor", "debt_minor", "reserve_minor", "disputed_minor")
        amounts = dict(zip(names, parts, strict=True))
        found = free_of(balance_minor=balance, minimum_minor=minimum, **amounts)
        assert 0 <= found.eligible_minor <= found.free_minor <= balance
        assert found.eligible_minor in {0, balance - sum(parts)}
        assert found.eligible_minor == 0 or found.eligible_minor >= max(1, minimum)

    @given(net=AMOUNT, share=st.integers(min_value=0, max_value=10**6))
    def test_keeps_back_a_part_and_never_more(self, net: int, share: int) -> None:
        kept = reserve_of(net_minor=net, share_ppm=share)
        assert 0 <= kept <= net
        assert kept * 10**6 <= net * share < (kept + 1) * 10**6
