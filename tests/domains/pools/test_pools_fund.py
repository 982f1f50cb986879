"""The fund: two persons commit, finance releases, the engine gets its subsidies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from wavepool.domains.people.models import Membership, Role
from wavepool.domains.policies import operations as policies
from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.models import Fund, FundRelease, FundYear
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.approvals import (
    ContentChanged,
    SecondFactorNeeded,
    SecondPersonNeeded,
)
from wavepool.plumbing.errors import NotAllowed, NotFound
from worlds.pool_months import CLOSE, DURING, PUBLISH, Months
from worlds.settled import JUNE

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(months: Months) -> Fund:
    """Three years of a fund, with nothing committed."""
    policies.install_defaults(actor=MACHINE, as_of=DURING - timedelta(days=900))
    return operations.open_fund(
        name_zh="百亿基金",
        name_en="Ten billion for content",
        currency="CNY",
        first_year=2024,
        last_year=2026,
        actor=months.with_factor("eve", at=DURING),
        as_of=DURING,
    )


def ask(months: Months, fund: Fund, minor: int = 9_000_00, by: str = "eve", **more: Any) -> Any:
    given: dict[str, Any] = {
        "fund_id": fund.public_id,
        "year": 2024,
        "pool_id": "big",
        "scene_id": "",
        "committed_minor": minor,
        "reason": "As announced.",
        "actor": months.with_factor(by, at=DURING),
        "as_of": DURING,
    }
    return operations.ask_change(**{**given, **more})


def agree(months: Months, change: Any, by: str = "fay", **more: Any) -> Any:
    given: dict[str, Any] = {
        "public_id": change.public_id,
        "seen_digest": change.digest,
        "actor": months.with_factor(by, at=DURING),
        "as_of": DURING,
    }
    return operations.approve_change(**{**given, **more})


def give(months: Months, fund: Fund, minor: int, period: str = JUNE, **more: Any) -> Any:
    given: dict[str, Any] = {
        "fund_id": fund.public_id,
        "pool_id": "big",
        "scene_id": "",
        "period": period,
        "amount_minor": minor,
        "actor": months.world.actor("eve"),
        "as_of": DURING,
    }
    return operations.release(**{**given, **more})


class TestACommitment:
    def test_holds_when_a_second_person_agreed(self, months: Months, fund: Fund) -> None:
        change = ask(months, fund)
        assert queries.list_lines(fund) == []
        applied = agree(months, change)
        assert applied.state.name == "applied"
        (line,) = queries.list_lines(fund)
        assert (line.place, line.year.committed_minor, line.left_minor) == (
            "big",
            900_000,
            900_000,
        )

    def test_is_not_changed_by_one_person_or_without_a_second_factor(
        self, months: Months, fund: Fund
    ) -> None:
        change = ask(months, fund)
        with pytest.raises(SecondPersonNeeded):
            agree(months, change, by="eve")
        with pytest.raises(SecondFactorNeeded):
            agree(months, change, actor=months.world.actor("fay"))
        with pytest.raises(ContentChanged):
            agree(months, change, seen_digest="0" * 64)
        with pytest.raises(NotFound):
            agree(months, change, by="ada")
        assert queries.list_lines(fund) == []
        with pytest.raises(DatabaseError, match="fund_change_two_persons"), transaction.atomic():
            type(change).objects.update(
                outcome="applied", decided_by=months.world.eve, decided_at=DURING
            )

    def test_can_be_refused_with_a_reason(self, months: Months, fund: Fund) -> None:
        change = ask(months, fund)
        rejected = operations.reject_change(
            public_id=change.public_id,
            seen_digest=change.digest,
            reason="Too much.",
            actor=months.with_factor("fay", at=DURING),
            as_of=DURING,
        )
        assert (rejected.state.name, rejected.answer) == ("rejected", "Too much.")
        with pytest.raises(operations.ChangeDecided):
            agree(months, change)
        ask(months, fund)

    def test_is_asked_about_once_at_a_time(self, months: Months, fund: Fund) -> None:
        ask(months, fund)
        with pytest.raises(operations.ChangeWaits):
            ask(months, fund, minor=5)
        ask(months, fund, scene_id="short_video")

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"year": 2027}, operations.YearsBackwards),
            ({"pool_id": "small"}, operations.BadPlace),
            ({"scene_id": "open"}, operations.BadPlace),
            ({"reason": " "}, operations.FundReasonNeeded),
        ],
    )
    def test_names_a_year_a_place_and_a_reason(
        self, months: Months, fund: Fund, wrong: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            ask(months, fund, **wrong)

    def test_is_for_owners_of_the_terms(self, months: Months, fund: Fund) -> None:
        Membership.objects.create(
            account=months.world.dong, team=months.world.team, role=Role.FINANCE
        )
        with pytest.raises(NotAllowed):
            ask(months, fund, by="dong")

    def test_never_falls_below_what_was_released(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        less = ask(months, fund, minor=400_000)
        give(months, fund, 500_000)
        with pytest.raises(operations.CommitmentBelowReleased):
            agree(months, less)
        assert queries.get_change(less.public_id).is_open
        with pytest.raises(DatabaseError, match="fund_releases"), transaction.atomic():
            FundYear.objects.update(committed_minor=1)


class TestARelease:
    def test_takes_what_is_left_and_not_more(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        give(months, fund, 500_000)
        give(months, fund, 400_000, "2024-07")
        with pytest.raises(operations.AboveCommitment) as refused:
            give(months, fund, 1)
        assert refused.value.left_minor == 0
        with pytest.raises(operations.AboveCommitment):
            give(months, fund, 0)
        with pytest.raises(NotFound):
            give(months, fund, 1, "2025-01")

    def test_is_a_subsidy_of_the_next_run(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        agree(months, ask(months, fund, scene_id="headlines", minor=100))
        give(months, fund, 300)
        give(months, fund, 200)
        give(months, fund, 100, scene_id="headlines")
        give(months, fund, 50, "2024-07")
        assert queries.subsidies_table().to_pylist() == [
            {"pool_id": "big", "period": "2024-06", "currency": "CNY", "subsidy_minor": 600},
            {"pool_id": "big", "period": "2024-07", "currency": "CNY", "subsidy_minor": 50},
        ]

    def test_does_not_reach_a_closed_month(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        months.publish()
        operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        with pytest.raises(operations.PeriodIsClosed):
            give(months, fund, 1, as_of=CLOSE)

    def test_counts_as_paid_with_its_month(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        give(months, fund, 300)
        give(months, fund, 40, "2024-07")
        assert queries.list_lines(fund)[0].paid_minor == 0
        months.publish(PUBLISH)
        eve = months.world.actor("eve")
        operations.close_period(period=JUNE, actor=eve, as_of=CLOSE)
        operations.record_payment(period=JUNE, reference="batch 7", actor=eve, as_of=CLOSE)
        (line,) = queries.list_lines(fund)
        assert (line.year.released_minor, line.paid_minor) == (340, 300)

    def test_stays(self, months: Months, fund: Fund) -> None:
        agree(months, ask(months, fund))
        give(months, fund, 300)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            FundRelease.objects.update(amount_minor=1)
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            FundRelease.objects.all().delete()
