"""One-time lump sums of creators."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.incentives.stage import (
    EFFECTIVE_DAYS_3,
    Stage,
    day,
    document,
    paid,
    programme,
    refused,
    stay,
    welcome,
)
from wavepool.engine.incentives import (
    Condition,
    Eligibility,
    LumpSum,
    Milestone,
    PaidTwice,
    Window,
    creator_claims,
    windows,
)


def ada_on_stage(*programmes: object) -> Stage:
    stage = Stage(document(*(programmes or (welcome(),))))  # type: ignore[arg-type]
    stage.creator(1)
    stage.live(1, "2022-01-04", 3)
    return stage


class TestNewAnchorCash:
    def test_is_paid_when_every_condition_holds_inside_the_window(self) -> None:
        result = ada_on_stage().close("2022-01")
        (row,) = result.awards.to_pylist()
        assert (row["subject_id"], row["payee_id"], row["person_id"]) == (1, 101, "person1")
        assert (row["claim_minor"], row["award_minor"]) == (10_000, 10_000)
        assert (row["claim_traffic_units"], row["traffic_units"]) == (50, 50)
        assert json.loads(row["conditions"]) == [
            {"counter": "effective_days", "need": 3, "have": 3}
        ]

    def test_needs_the_last_day_to_lie_inside_the_window(self) -> None:
        stage = Stage(document(welcome()))
        for creator, last in ((1, "2022-02-01"), (2, "2022-02-02")):
            stage.creator(creator, "2022-01-03")
            stage.live(creator, "2022-01-03", 2)
            stage.live(creator, last, 1)
        assert paid(stage.close("2022-02")) == {1: 10_000}

    def test_begins_with_the_local_day_of_the_first_session(self) -> None:
        stage = ada_on_stage()
        # 17:00 UTC on the 3rd is already the 4th in Shanghai.
        stage.creators[0]["first_live_at"] = day("2022-01-03") * 86_400_000 + 17 * 3_600_000
        stage.counters[0]["day"] = day("2022-01-03")
        assert paid(stage.close("2022-01")) == {}
        stage.creators[0]["first_live_at"] = day("2022-01-03") * 86_400_000 + 15 * 3_600_000
        assert paid(stage.close("2022-01")) == {1: 10_000}

    def test_does_not_look_past_the_period(self) -> None:
        stage = ada_on_stage()
        stage.counters[2]["day"] = day("2022-02-01")
        assert paid(stage.look("2022-01")) == {}
        assert paid(stage.look("2022-02")) == {1: 10_000}

    def test_lapses_with_its_window_and_days_of_grace(self) -> None:
        for grace, expected in ((0, {}), (27, {}), (28, {1: 10_000})):
            stage = ada_on_stage(welcome(window=Window("first_live", grace_days=grace)))
            assert paid(stage.close("2022-03")) == expected

    def test_is_for_its_kinds_and_dates_only(self) -> None:
        rule = Eligibility(("talent",), day("2022-01-02"), day("2022-01-05"))
        stage = Stage(document(welcome(eligibility=rule)))
        stage.creator(1, "2022-01-01")
        stage.creator(2, "2022-01-02")
        stage.creator(3, "2022-01-04")
        stage.creator(4, "2022-01-05")
        stage.creator(5, "2022-01-03", kind="farmer")
        stage.creator(6, None)
        for creator in range(1, 7):
            stage.live(creator, "2022-01-06")
        assert set(paid(stage.close("2022-01"))) == {2, 3}

    def test_waits_for_the_month_in_which_it_is_due(self) -> None:
        stage = ada_on_stage(
            welcome(evaluated="quarter", window=Window("first_live", grace_days=62))
        )
        january = stage.close("2022-01")
        assert paid(january) == {}
        assert january.liabilities["low_minor"].to_pylist() == [10_000]
        stage.close("2022-02")
        assert paid(stage.close("2022-03")) == {1: 10_000}


class TestOnceInLife:
    def test_pays_no_second_month(self) -> None:
        stage = ada_on_stage(welcome(window=Window("first_live", grace_days=62)))
        assert paid(stage.close("2022-01")) == {1: 10_000}
        second = stage.close("2022-02")
        assert paid(second) == {}
        assert refused(second) == {(1, "already_paid_for_life")}

    def test_pays_nothing_when_a_month_is_run_again(self) -> None:
        stage = ada_on_stage()
        first = stage.close("2022-01")
        again = stage.close("2022-01")
        assert paid(again) == {}
        assert again.lifetime_awards.equals(first.lifetime_awards)
        (card,) = again.budget_cards.to_pylist()
        assert (card["committed_minor"], card["spent_minor"]) == (10_000, 0)

    def test_pays_one_of_two_accounts_of_a_person(self) -> None:
        stage = Stage(document(welcome()))
        for creator in (7, 5):
            stage.creator(creator, person="ada")
            stage.live(creator, "2022-01-04")
        result = stage.close("2022-01")
        assert paid(result) == {5: 10_000}
        assert refused(result) == {(7, "another_account_claims")}

    def test_is_not_renewed_by_a_later_account(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1, "2022-01-03", person="ada")
        stage.live(1, "2022-01-04")
        stage.close("2022-01")
        stage.creator(2, "2022-02-03", person="ada")
        stage.live(2, "2022-02-04")
        assert paid(stage.close("2022-02")) == {}

    def test_opens_no_second_window_by_a_later_account(self) -> None:
        """The window belongs to the person: failing it on one account ends it for all."""
        stage = Stage(document(welcome()))
        stage.creator(1, "2022-01-03", person="ada")
        stage.creator(2, "2022-03-03", person="ada")
        stage.live(2, "2022-03-04")
        assert paid(stage.close("2022-03")) == {}

    def test_is_not_renewed_by_an_edition_with_the_same_key(self) -> None:
        stage = ada_on_stage()
        stage.close("2022-01")
        later = welcome(id="welcome_again", window=Window("first_live", grace_days=62))
        stage.programmes = document(replace(later, lifetime_key="welcome"))
        assert paid(stage.close("2022-02")) == {}
        stage.programmes = document(replace(later, lifetime_key="another"))
        assert paid(stage.close("2022-02")) == {1: 10_000}

    def test_holds_for_every_milestone_by_itself(self) -> None:
        early = Milestone("early", 7, EFFECTIVE_DAYS_3, reward_minor=1_000)
        late = Milestone("late", 40, (Condition("effective_days", 5),), reward_minor=2_000)
        grace = Window("first_live", grace_days=62)
        stage = ada_on_stage(programme("steps", LumpSum((early, late)), window=grace))
        assert paid(stage.close("2022-01")) == {1: 1_000}
        stage.live(1, "2022-02-02", 2)
        assert paid(stage.close("2022-02")) == {1: 2_000}
        assert paid(stage.close("2022-03")) == {}

    def test_is_seen_to_fail_without_the_guard_of_persons(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            creator_claims, "pick_one_per_person", lambda persons, claims, among: among
        )
        stage = Stage(document(welcome()))
        for creator in (7, 5):
            stage.creator(creator, person="ada")
            stage.live(creator, "2022-01-04")
        with pytest.raises(PaidTwice, match="welcome:start would be paid twice to person ada"):
            stage.close("2022-01")

    def test_is_seen_to_fail_without_the_memory_of_a_life(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = ada_on_stage()
        stage.close("2022-01")
        monkeypatch.setattr(creator_claims, "mark_of", lambda marked, persons: persons < -1)
        with pytest.raises(PaidTwice):
            stage.close("2022-01")


class TestANewPerson:
    def old_person_with_a_new_account(self) -> Stage:
        rule = Eligibility(first_live_from=day("2022-01-01"))
        stage = Stage(document(welcome(eligibility=rule)))
        stage.creator(1, "2021-06-01", person="ada")
        stage.creator(2, "2022-01-03", person="ada")
        stage.live(2, "2022-01-04")
        return stage

    def test_is_not_made_by_a_new_account(self) -> None:
        result = self.old_person_with_a_new_account().close("2022-01")
        assert paid(result) == {}
        assert refused(result) == {(2, "person_not_new")}

    def test_would_be_made_by_one_if_accounts_were_asked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = self.old_person_with_a_new_account()
        from_accounts = windows.find_eligible

        def by_account(asked, facts):  # type: ignore[no-untyped-def]
            blind = replace(facts.roster, first_days=facts.roster.own_first_days)
            return from_accounts(asked, replace(facts, roster=blind))

        monkeypatch.setattr(creator_claims, "find_eligible", by_account)
        monkeypatch.setattr(
            creator_claims, "find_starts", lambda asked, facts: facts.roster.own_first_days
        )
        assert paid(stage.close("2022-01")) == {2: 10_000}

    def test_is_nobody_without_verification(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1, person=None)
        stage.live(1, "2022-01-04")
        result = stage.close("2022-01")
        assert paid(result) == {}
        assert refused(result) == {(1, "no_person")}


class TestAHeldClaim:
    def test_waits_and_takes_no_share_of_the_budget(self) -> None:
        stage = Stage(document(welcome(window=Window("first_live", grace_days=62))))
        for creator in (1, 2):
            stage.creator(creator)
            stage.live(creator, "2022-01-04")
        stage.budget("welcome", "2022-01", 10_000, 50)
        stage.held = {2}
        result = stage.close("2022-01")
        assert paid(result) == {1: 10_000}
        assert refused(result) == {(2, "held")}
        stage.held = set()
        stage.budget("welcome", "2022-02", 10_000, 50)
        assert paid(stage.close("2022-02")) == {2: 10_000}

    def test_would_take_from_the_honest_if_holds_came_after_the_budget(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = Stage(document(welcome()))
        for creator in (1, 2):
            stage.creator(creator)
            stage.live(creator, "2022-01-04")
        stage.budget("welcome", "2022-01", 10_000, 50)
        stage.held = {2}
        without_holds = creator_claims.stop
        monkeypatch.setattr(
            creator_claims,
            "stop",
            lambda claims, guards: without_holds(
                claims, tuple(each for each in guards if each[0] == "no_person")
            ),
        )
        assert paid(stage.close("2022-01"))[1] == 5_000

    def test_waits_for_a_payee_as_well(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1, payee=None)
        stage.live(1, "2022-01-04")
        assert refused(stage.look("2022-01")) == {(1, "no_payee")}
        stage.payees.append({"creator_id": 1, "payee_id": 77})
        assert paid(stage.look("2022-01")) == {1: 10_000}


class TestRetentionCash:
    def test_counts_the_weeks_after_the_period_of_the_first_award(self) -> None:
        stage = ada_on_stage(welcome(), stay())
        stage.close("2022-01")
        stage.live(1, "2022-02-01", 2)
        stage.live(1, "2022-02-08", 1)
        assert paid(stage.look("2022-02")) == {}
        stage.live(1, "2022-02-14", 1)
        result = stage.close("2022-02")
        assert paid(result) == {1: 8_000}
        (row,) = result.awards.to_pylist()
        assert json.loads(row["conditions"]) == [
            {"counter": "effective_weeks", "need": 2, "weeks": 4, "days_per_week": 2, "have": 2}
        ]

    def test_does_not_open_without_a_first_award(self) -> None:
        stage = ada_on_stage(welcome(), stay())
        stage.live(1, "2022-02-01", 20)
        stage.budget("stay", "2022-02", 10**9)
        stage.budget("welcome", "2022-02", 0)
        assert paid(stage.close("2022-02")) == {}

    def test_is_paid_once(self) -> None:
        stage = ada_on_stage(
            welcome(), stay(window=Window("award", grace_days=62, programme="welcome"))
        )
        stage.close("2022-01")
        stage.live(1, "2022-02-01", 14)
        assert paid(stage.close("2022-02")) == {1: 8_000}
        assert paid(stage.close("2022-03")) == {}


class TestNearMisses:
    def test_say_what_is_missing_and_until_when(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1, "2022-01-10")
        stage.live(1, "2022-01-10", 2)
        stage.creator(2, "2022-01-10")
        stage.live(2, "2022-01-10", 1)
        (row,) = stage.close("2022-01").near_misses.to_pylist()
        assert (row["subject_id"], row["condition"]) == (1, "effective_days")
        assert (row["have"], row["need"], row["missing"]) == (2, 3, 1)
        assert (row["until_day"], row["is_open"]) == (day("2022-02-09"), True)

    def test_end_with_the_reward(self) -> None:
        stage = ada_on_stage(welcome(window=Window("first_live", grace_days=62)))
        assert stage.close("2022-01").near_misses.num_rows == 0
        assert stage.close("2022-02").near_misses.num_rows == 0


class TestLiabilities:
    def test_range_from_what_is_earned_to_what_can_be(self) -> None:
        stage = Stage(document(welcome()))
        for creator, days in ((1, 3), (2, 2), (3, 1)):
            stage.creator(creator, "2022-01-20")
            stage.live(creator, "2022-01-20", days)
        stage.held = {1}
        (row,) = stage.close("2022-01").liabilities.to_pylist()
        # 12 of 30 days are over: two effective days are on pace for three, one is not.
        assert row["open_subjects"] == 3
        assert (row["low_minor"], row["on_pace_minor"], row["high_minor"]) == (
            10_000,
            20_000,
            30_000,
        )

    def test_count_a_person_once(self) -> None:
        stage = Stage(document(welcome()))
        for creator in (1, 2):
            stage.creator(creator, "2022-01-20", person="ada")
            stage.live(creator, "2022-01-20", 1)
        (row,) = stage.close("2022-01").liabilities.to_pylist()
        assert (row["open_subjects"], row["high_minor"]) == (1, 10_000)
