"""Budgets: asked by one, approved by another, never for the past, never above the plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from wavepool.domains.credits.operations import sources
from wavepool.domains.policies import queries as policies
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import Budget, BudgetChange
from wavepool.engine.incentives import load_programmes
from wavepool.plumbing import approvals
from wavepool.plumbing.errors import NotFound
from worlds.programme_stage import APRIL, AT, FINAL, MARCH, Stage, new_person

pytestmark = pytest.mark.django_db


def ask(stage: Stage, by: str = "eve", **more: Any) -> BudgetChange:
    given: dict[str, Any] = {
        "programme_id": "new_anchor_cash",
        "period": MARCH,
        "currency": "CNY",
        "budget_minor": 10_000_000,
        "traffic_units": 500_000,
        "reason": "As planned for spring.",
        "actor": stage.with_factor(by),
        "as_of": AT,
    }
    return operations.ask_budget(**{**given, **more})


def agree(stage: Stage, change: BudgetChange, by: str = "fay", **more: Any) -> BudgetChange:
    given: dict[str, Any] = {
        "public_id": change.public_id,
        "seen_digest": change.digest,
        "actor": stage.with_factor(by),
        "as_of": AT,
    }
    return operations.approve_budget(**{**given, **more})


class TestABudget:
    def test_holds_when_a_second_person_agreed_and_reaches_the_next_season(
        self, stage: Stage
    ) -> None:
        change = ask(stage)
        assert not Budget.objects.exists()
        assert agree(stage, change).state.name == "applied"
        rows = [
            {
                "programme_id": "new_anchor_cash",
                "period": "2022-03",
                "currency": "CNY",
                "budget_minor": 10_000_000,
                "traffic_units": 500_000,
            }
        ]
        assert queries.budgets_table().to_pylist() == rows
        policy = policies.compose_engine_policy(at=AT)
        assert sources.season_tables(policy)["budgets"]().to_pylist() == rows

    def test_is_changed_again_by_two_persons(self, stage: Stage) -> None:
        agree(stage, ask(stage))
        change = ask(stage, budget_minor=1)
        assert (change.before_minor, change.after_minor) == (10_000_000, 1)
        agree(stage, change)
        assert Budget.objects.get().budget_minor == 1

    def test_is_not_approved_by_one_person_or_without_a_fresh_factor(self, stage: Stage) -> None:
        change = ask(stage)
        with pytest.raises(approvals.SecondPersonNeeded):
            agree(stage, change, by="eve")
        with pytest.raises(approvals.SecondFactorNeeded):
            agree(stage, change, actor=stage.world.actor("fay"))
        with pytest.raises(approvals.ContentChanged):
            agree(stage, change, seen_digest="0" * 64)
        with pytest.raises(NotFound):
            agree(stage, change, by="ada")
        assert not Budget.objects.exists()
        with (
            pytest.raises(DatabaseError, match="programme_budget_change_two_persons"),
            transaction.atomic(),
        ):
            BudgetChange.objects.update(
                outcome="applied", decided_by=stage.world.eve, decided_at=AT
            )

    def test_can_be_refused_with_a_reason(self, stage: Stage) -> None:
        change = ask(stage)
        refused = operations.reject_budget(
            public_id=change.public_id,
            seen_digest=change.digest,
            reason="Too early.",
            actor=stage.with_factor("fay"),
            as_of=AT,
        )
        assert (refused.state.name, refused.answer) == ("rejected", "Too early.")
        with pytest.raises(operations.BudgetChangeDecided):
            agree(stage, change)

    def test_is_asked_about_once_at_a_time(self, stage: Stage) -> None:
        ask(stage)
        with pytest.raises(operations.BudgetChangeWaits):
            ask(stage, budget_minor=5)
        ask(stage, period=APRIL)

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"programme_id": "new_year_cash"}, operations.UnknownProgramme),
            ({"currency": "USD"}, operations.OtherCurrency),
            ({"period": "2022-02"}, operations.MonthIsOver),
            ({"period": "2023-04"}, operations.MonthOutside),
            ({"budget_minor": 20_000_001}, operations.AbovePlan),
            ({"traffic_units": 1_000_001}, operations.AbovePlan),
            ({"budget_minor": -1}, operations.AbovePlan),
            ({"reason": " "}, operations.BudgetReasonNeeded),
        ],
    )
    def test_has_a_programme_a_currency_a_month_a_plan_and_a_reason(
        self, stage: Stage, wrong: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            ask(stage, **wrong)
        assert not BudgetChange.objects.exists()

    def test_of_a_month_that_ended_meanwhile_stays_as_it_was(self, stage: Stage) -> None:
        change = ask(stage)
        # March ends on the 31st at 16:00 UTC.
        last = AT.replace(day=31, hour=15, minute=59)
        with pytest.raises(operations.MonthIsOver):
            agree(
                stage,
                change,
                actor=stage.with_factor("fay", at=last + timedelta(minutes=1)),
                as_of=last + timedelta(minutes=1),
            )
        assert not Budget.objects.exists()
        agree(stage, change, actor=stage.with_factor("fay", at=last), as_of=last)
        assert Budget.objects.get().period == MARCH

    def test_is_for_those_who_move_money(self, stage: Stage) -> None:
        with pytest.raises(NotFound):
            ask(stage, by="ada")

    def test_is_zero_or_more_for_the_store_too(self, stage: Stage) -> None:
        agree(stage, ask(stage))
        with (
            pytest.raises(DatabaseError, match="programme_budget_zero_or_more"),
            transaction.atomic(),
        ):
            Budget.objects.update(budget_minor=-1)

    def test_plans_are_those_of_the_shipped_rules(self) -> None:
        planned = load_programmes("incentives_2022").get_programme("new_anchor_cash").planned
        assert planned is not None
        assert (planned.minor, planned.traffic_units) == (20_000_000, 1_000_000)


class TestACard:
    def test_has_cash_and_traffic_and_who_stayed(self, stage: Stage) -> None:
        agree(stage, ask(stage))
        ada = stage.world.creator
        stage.join(ada, person=new_person("Ada"))
        stage.live(ada, days=12, received=400_000)
        stage.budget("new_anchor_cash", 10_000_000, units=500_000)
        stage.take("run_final", at=FINAL, is_final=True)
        card = queries.get_card("new_anchor_cash", at=FINAL)
        assert (card.planned_minor, card.planned_units) == (20_000_000, 1_000_000)
        assert card.budget is not None
        assert card.budget.budget_minor == 10_000_000
        assert card.card is not None
        assert (card.card.spent_minor, card.card.remaining_minor) == (60_000, 9_940_000)
        assert (card.spent_minor, card.exposure_units) == (60_000, 3_000)
        assert (card.retained, card.cost_minor) == (0, None)
        assert card.states == {"approved": 1}
        # In April Ada stays: three weeks with two effective days, and ¥2,000 of sales.
        for first in ("2022-04-01", "2022-04-08", "2022-04-15"):
            stage.live(ada, days=2, received=70_000, first=first)
        stage.season.before = MARCH
        stage.budget("retention_cash", period=APRIL)
        stage.take("run_april", period=APRIL, at=FINAL + timedelta(days=30), is_final=True)
        for programme in ("new_anchor_cash", "retention_cash"):
            card = queries.get_card(programme, at=FINAL)
            assert (card.retained, card.cost_minor) == (1, 100_000)
        assert queries.get_card("village_cohort", at=FINAL).retained is None

    def test_of_an_unknown_programme_is_missing(self, stage: Stage) -> None:
        with pytest.raises(NotFound):
            queries.get_card("new_year_cash", at=AT)
        assert len(queries.list_cards(at=AT)) == 5
