"""A run's programmes become rows: whole or unseen, drafts replaced, final ones kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from wavepool.domains.people.models import Person
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import (
    Award,
    BudgetCard,
    Outcome,
    Progress,
    Refusal,
    Take,
)
from wavepool.domains.programmes.operations import taking
from wavepool.engine import incentives
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import Notification
from worlds.programme_stage import (
    APRIL,
    AT,
    FINAL,
    MARCH,
    Stage,
    new_creator,
    new_person,
)

pytestmark = pytest.mark.django_db
START = "new_anchor_cash:start"
ADA_KEY = "A:new_anchor_cash:new_anchor_cash:start:{}"


@pytest.fixture
def crowd(stage: Stage) -> Stage:
    """Ada has met everything, Cai lacks ¥307.20 of sales; both are verified."""
    ada, cai = stage.world.creator, new_creator("cai", owner=stage.world.dong)
    stage.join(ada, person=new_person("Ada"))
    stage.join(cai, person=new_person("Cai"))
    stage.live(ada, days=12, received=400_000)
    stage.live(cai, days=11, received=269_280)
    stage.budget("new_anchor_cash")
    return stage


def states(at: datetime = AT) -> dict[str, str]:
    """State by handle, of the new anchor cash."""
    rows = queries.list_subjects("new_anchor_cash", at=at)
    return {each.creator.handle: each.state_name for each in rows}


def counts() -> tuple[int, ...]:
    kinds: tuple[Any, ...] = (Take, Award, Refusal, BudgetCard, Progress)
    return tuple(each.objects.count() for each in kinds)


class TestATake:
    def test_has_what_the_run_says(self, crowd: Stage) -> None:
        take = crowd.take()
        (award,) = Award.objects.filter(take=take)
        assert (award.key, award.award_minor, award.traffic_units, award.is_once) == (
            ADA_KEY.format(crowd.world.creator.pk),
            60_000,
            3_000,
            True,
        )
        card = BudgetCard.objects.get(take=take, programme_id="new_anchor_cash")
        assert (card.claims_minor, card.spent_minor, card.remaining_minor, card.is_scaled) == (
            60_000,
            60_000,
            999_940_000,
            False,
        )
        assert (card.open_subjects, card.high_minor, take.today_date) == (
            1,
            60_000,
            date(2022, 3, 28),
        )

    def test_has_every_condition_of_everyone(self, crowd: Stage) -> None:
        take = crowd.take()
        cai = Progress.objects.get(take=take, creator__handle="cai", once_key=START)
        assert cai.conditions == [
            {"counter": "effective_days", "need": 10, "have": 11},
            {"counter": "effective_hours", "need": 20, "have": 22},
            {"counter": "received_minor", "need": 300_000, "have": 269_280},
        ]
        assert (cai.short, cai.starts_date, cai.ends_date, cai.closes_date) == (
            1,
            date(2022, 3, 5),
            date(2022, 4, 4),
            date(2022, 6, 5),
        )

    def test_shows_a_condition_as_met_exactly_where_the_award_step_counts_it(
        self, crowd: Stage
    ) -> None:
        take = crowd.take()
        shown = set(
            Progress.objects.filter(take=take, short=0).values_list("once_key", "creator_id")
        )
        awarded = set(Award.objects.filter(take=take).values_list("once_key", "creator_id"))
        stopped = set(Refusal.objects.filter(take=take).values_list("once_key", "creator_id"))
        assert shown == awarded | stopped == {(START, crowd.world.creator.pk)}

    def test_twice_changes_nothing(self, crowd: Stage) -> None:
        crowd.take()
        before = counts()
        crowd.take()
        assert counts() == before

    def test_that_is_killed_goes_on_where_it_stopped_and_is_unseen_until_then(
        self, crowd: Stage
    ) -> None:
        class Killed(Exception):
            """The worker is gone."""

        def die(rows: int) -> None:
            if rows >= 2:
                raise Killed

        with pytest.raises(Killed):
            crowd.take(checkpoint=die, chunk=1)
        assert queries.find_current_take() is None
        assert list(queries.list_subjects("new_anchor_cash", at=AT)) == []
        crowd.take(chunk=1)
        killed_once = counts()
        Take.objects.all().delete()
        crowd.take()
        assert counts() == killed_once

    def test_of_a_newer_draft_replaces_the_older_one(self, crowd: Stage) -> None:
        crowd.take("run_1")
        cai = Progress.objects.get(creator__handle="cai", once_key=START).creator
        assert cai is not None
        crowd.live(cai, days=1, received=30_720, first="2022-03-20")
        crowd.take("run_2", at=AT + timedelta(days=1))
        assert Take.objects.count() == 1
        assert states() == {"ada": "met", "cai": "met"}

    def test_of_an_older_run_does_not_take_the_place_of_a_newer_one(self, crowd: Stage) -> None:
        crowd.take("run_2", at=AT + timedelta(days=1))
        crowd.take("run_1", at=AT)
        current = queries.find_current_take()
        assert current is not None
        assert current.run_id == "run_2"

    def test_of_a_final_run_stays_and_no_draft_follows(self, crowd: Stage) -> None:
        crowd.take("run_1")
        crowd.take("run_final", at=FINAL, is_final=True)
        assert Take.objects.count() == 1
        with pytest.raises(operations.MonthIsFinal):
            crowd.take("run_3", at=FINAL + timedelta(days=1))
        with pytest.raises(operations.MonthIsFinal):
            crowd.take("run_4", at=FINAL, is_final=True)
        crowd.take("run_final", at=FINAL, is_final=True)
        assert Take.objects.count() == 1


class TestAnApprovedAward:
    def test_never_changes_whatever_the_rules_say_later(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        (before,) = Award.objects.values()
        crowd.season.document = _stricter(crowd.season.document)
        crowd.season.before = MARCH
        crowd.budget("new_anchor_cash", period=APRIL)
        crowd.take("run_april", period=APRIL, at=FINAL + timedelta(days=2))
        assert list(Award.objects.filter(is_final=True).values()) == [before]
        assert (before["award_minor"], before["period"]) == (60_000, MARCH)

    def test_is_kept_by_the_store(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Award.objects.update(award_minor=1)
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            Award.objects.all().delete()

    def test_of_a_draft_may_go(self, crowd: Stage) -> None:
        crowd.take()
        assert Award.objects.all().delete()[0] == 1

    def test_is_told_to_whoever_gets_it_once(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        (told,) = Notification.objects.filter(kind="programmes.award_approved")
        assert (told.account_id, told.data["minor"], told.href) == (
            crowd.world.ada.pk,
            60_000,
            "/studio/ada/tasks/",
        )


def _stricter(document: incentives.Programmes) -> incentives.Programmes:
    """The next version: the reward is halved and asks for thirty effective days."""
    first, *others = document.programmes
    assert isinstance(first.schedule, incentives.LumpSum)
    (milestone,) = first.schedule.milestones
    harder = replace(
        milestone,
        reward_minor=30_000,
        conditions=(incentives.Condition("effective_days", 30),),
    )
    changed = replace(first, schedule=incentives.LumpSum((harder,)))
    return replace(document, version=2, programmes=(changed, *others))


class TestARightForLife:
    def test_is_not_approved_twice_for_a_person(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        crowd.budget("new_anchor_cash", period=APRIL)
        # A run that opens from nothing has forgotten what was approved.
        with pytest.raises(operations.RightUsedTwice):
            crowd.take("run_april", period=APRIL, at=FINAL, is_final=True)
        assert Award.objects.count() == 1

    def test_is_held_by_the_store_where_the_look_is_left_out(
        self, crowd: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        crowd.budget("new_anchor_cash", period=APRIL)
        monkeypatch.setattr(taking, "_refuse_second_use", lambda *_args: None)
        with pytest.raises(DatabaseError), transaction.atomic():
            crowd.take("run_april", period=APRIL, at=FINAL, is_final=True)
        assert Award.objects.count() == 1

    def test_of_a_second_account_is_refused_with_the_reason(self, crowd: Stage) -> None:
        second = new_creator("ada-two", owner=crowd.world.ada)
        crowd.join(second, person=Person.objects.get(legal_name="Ada"))
        crowd.live(second, days=12, received=350_000)
        crowd.take()
        assert states() == {"ada": "met", "ada-two": "refused", "cai": "in_progress"}
        (board, _retention) = queries.boards_of_creator(second.pk, at=AT)
        (way,) = board.ways
        assert str(way.state.why) == (
            "The person takes part with another account; only one account of a person is paid."
        )


class TestAState:
    def test_follows_from_facts_and_dates(self, crowd: Stage) -> None:
        crowd.take()
        assert states(AT) == {"ada": "met", "cai": "in_progress"}
        # 3 April is the last day that counts; from the 4th on, in Shanghai, it is over.
        assert states(datetime.fromisoformat("2022-04-03T15:59:59+00:00"))["cai"] == "in_progress"
        assert states(datetime.fromisoformat("2022-04-03T16:00:00+00:00"))["cai"] == "failed"

    def test_becomes_approved_paid_and_taken_back(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        assert states(FINAL)["ada"] == "approved"
        key = ADA_KEY.format(crowd.world.creator.pk)
        given: dict[str, Any] = {"period": MARCH, "actor": MACHINE, "as_of": FINAL}
        assert operations.note_paid(keys=[key], reference="batch 1", **given) == 1
        assert operations.note_paid(keys=[key], reference="batch 2", **given) == 0
        assert states(FINAL)["ada"] == "paid"
        outcome = operations.note_clawed_back(
            key, "Recorded sessions.", reference="ruling 1", amount_minor=20_000, **given
        )
        assert outcome.clawed_back_minor == 20_000
        again = operations.note_clawed_back(
            key, "Recorded sessions.", reference="ruling 1", amount_minor=20_000, **given
        )
        assert again.clawed_back_minor == 20_000
        assert states(FINAL)["ada"] == "clawed_back"
        with pytest.raises(operations.AboveAward) as caught:
            operations.note_clawed_back(
                key, "More.", reference="ruling 2", amount_minor=40_001, **given
            )
        assert caught.value.left_minor == 40_000
        rest = operations.note_clawed_back(key, "The rest.", reference="ruling 3", **given)
        assert rest.clawed_back_minor == 60_000

    def test_is_taken_back_only_after_payment_and_with_a_reason(self, crowd: Stage) -> None:
        crowd.take("run_final", at=FINAL, is_final=True)
        key = ADA_KEY.format(crowd.world.creator.pk)
        given: dict[str, Any] = {"period": MARCH, "actor": MACHINE, "as_of": FINAL}
        with pytest.raises(operations.AwardNotPaid):
            operations.note_clawed_back(key, "Why.", reference="ruling", **given)
        operations.note_paid(keys=[key], reference="batch", **given)
        with pytest.raises(operations.ClawbackReasonNeeded):
            operations.note_clawed_back(key, "  ", reference="ruling", **given)
        with pytest.raises(DatabaseError, match="award_outcome_within_award"), transaction.atomic():
            Outcome.objects.update(clawed_back_minor=60_001, clawed_back_at=FINAL, reason="x")

    def test_of_a_draft_cannot_be_paid(self, crowd: Stage) -> None:
        crowd.take()
        with pytest.raises(NotFound):
            operations.note_paid(
                keys=[ADA_KEY.format(crowd.world.creator.pk)],
                period=MARCH,
                reference="batch",
                actor=MACHINE,
                as_of=AT,
            )

    def test_of_a_held_account_is_risk_review(self, crowd: Stage) -> None:
        crowd.season.held = {crowd.world.creator.pk}
        crowd.take()
        assert states()["ada"] == "risk_review"

    def test_without_a_budget_is_met_and_says_so(self, crowd: Stage) -> None:
        crowd.season.budgets.clear()
        crowd.take()
        row = next(
            each
            for each in queries.list_subjects("new_anchor_cash", at=AT)
            if each.creator.handle == "ada"
        )
        state = queries.state_of(row, zone=queries.zone_at(AT))
        assert (state.name, state.tone, str(state.why)) == (
            "met",
            "warning",
            "Nothing is left of this month's budget; the claim stays open.",
        )

    def test_of_retention_is_enrolled_until_its_window_opens(self, crowd: Stage) -> None:
        crowd.take()
        rows = queries.list_subjects("retention_cash", at=AT)
        assert [(each.creator.handle, each.state_name) for each in rows] == [("ada", "enrolled")]
        assert rows[0].starts_date == date(2022, 4, 1)


class TestANearMiss:
    def test_is_told_once_for_each_window(self, crowd: Stage) -> None:
        crowd.take("run_1")
        crowd.take("run_2", at=AT + timedelta(days=1))
        (told,) = Notification.objects.filter(kind="programmes.near_miss")
        assert told.account_id == crowd.world.dong.pk
        assert told.data == {
            "zh": "新主播一次性现金",
            "en": "New anchor cash",
            "counter": "received_minor",
            "missing": 30_720,
            "currency": "CNY",
            "last_date": "2022-04-03",
        }

    def test_is_not_told_earlier_than_a_week_before_the_end(self, crowd: Stage) -> None:
        crowd.take(at=AT - timedelta(days=1))
        assert not Notification.objects.filter(kind="programmes.near_miss").exists()


class TestAScaledBudget:
    def test_cuts_all_claims_by_one_share_and_is_shown(self, crowd: Stage) -> None:
        crowd.season.budgets.clear()
        crowd.budget("new_anchor_cash", 45_000, units=1_000)
        take = crowd.take()
        award = Award.objects.get(take=take)
        view = queries.view_award(award, queries.find_rules(at=AT))
        assert (award.award_minor, award.traffic_units, view.is_scaled) == (45_000, 1_000, True)
        assert view.name == "New anchor cash"
        assert "Paid 450.00 CNY of 600.00 CNY (75.0000 %)" in view.sentence
        card = BudgetCard.objects.get(take=take, programme_id="new_anchor_cash")
        assert (card.is_scaled, card.spent_minor, card.remaining_minor) == (True, 45_000, 0)

    def test_above_its_budget_is_refused_by_the_store(self, crowd: Stage) -> None:
        take = crowd.take()
        with (
            pytest.raises(DatabaseError, match="budget_card_spends_within_budget"),
            transaction.atomic(),
        ):
            BudgetCard.objects.filter(take=take).update(budget_minor=0, spent_minor=1)


class TestAnAgencysReward:
    def test_stands_with_its_anchor(self, crowd: Stage) -> None:
        ada = crowd.world.creator
        crowd.introduce(crowd.world.agency, ada)
        crowd.live(ada, days=1, received=200_000, first="2022-03-25")
        crowd.budget("agency_base")
        take = crowd.take()
        award = Award.objects.get(take=take, programme_id="agency_base")
        assert (award.agency, award.creator, award.award_minor) == (
            crowd.world.agency,
            ada,
            80_000,
        )
        (row,) = queries.ways_of_agency(take, crowd.world.agency.pk, at=AT).filter(
            programme_id="agency_base"
        )
        assert (row.state_name, row.short) == ("met", 0)
