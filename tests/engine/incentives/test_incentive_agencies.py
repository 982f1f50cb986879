"""Agencies: who introduced an anchor, what each is worth, and the annual frame."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.incentives.stage import FRAME, Stage, base, document, frame, paid, refused
from wavepool.engine.incentives import (
    Bracket,
    Eligibility,
    Frame,
    Grade,
    bracket_micro,
    frame_minor,
    introductions,
    load_programmes,
)

SHIPPED = load_programmes("incentives_2022").get_programme("agency_frame").schedule
COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))


def shipped() -> Frame:
    assert isinstance(SHIPPED, Frame)
    return SHIPPED


def winners(stage: Stage) -> dict[tuple[object, object], str]:
    table = stage.look("2022-01").introduction_winners
    return {(row["creator_id"], row["agency_id"]): row["reason"] for row in table.to_pylist()}


def two_agencies(*programmes: object) -> Stage:
    stage = Stage(document(*(programmes or (base(),))))  # type: ignore[arg-type]
    stage.agency(1)
    stage.agency(2)
    return stage


class TestIntroductions:
    def test_have_one_winner_the_earliest(self) -> None:
        stage = two_agencies()
        stage.creator(10, "2022-01-10")
        stage.introduce(1, 10, "2022-01-05")
        stage.introduce(2, 10, "2022-01-04")
        assert winners(stage) == {(10, 1): "earlier_introduction", (10, 2): "won"}

    def test_give_a_tie_to_the_lower_agency_id(self) -> None:
        stage = two_agencies()
        stage.creator(10, "2022-01-10")
        stage.introduce(2, 10, "2022-01-04")
        stage.introduce(1, 10, "2022-01-04")
        assert winners(stage) == {(10, 1): "won", (10, 2): "earlier_introduction"}

    def test_come_before_the_first_session_or_not_at_all(self) -> None:
        stage = two_agencies()
        stage.creator(10, "2022-01-10")
        stage.creator(11, None)
        stage.creator(12, "2022-02-10")
        stage.introduce(1, 10, "2022-01-10")
        stage.introduce(1, 11, "2022-01-10")
        stage.introduce(1, 12, "2022-01-10")
        stage.introduce(2, 12, "2022-02-09")
        stage.introduce(9, 10, "2022-01-01")
        stage.introduce(1, 99, "2022-01-01")
        assert winners(stage) == {
            (10, 1): "after_first_live",
            (11, 1): "not_live_yet",
            (12, 1): "not_live_yet",
            (12, 2): "after_period",
            (10, 9): "unknown_agency",
            (99, 1): "unknown_creator",
        }

    def test_are_of_the_person_whatever_the_account(self) -> None:
        stage = two_agencies()
        stage.creator(10, "2022-01-10", person="ada")
        stage.creator(11, "2022-01-20", person="ada")
        stage.introduce(1, 10, "2022-01-04")
        stage.introduce(2, 11, "2022-01-03")
        assert winners(stage) == {(10, 1): "earlier_introduction", (11, 2): "won"}

    def test_do_not_make_an_old_person_new(self) -> None:
        stage = two_agencies()
        stage.creator(10, "2021-01-10", person="ada")
        stage.creator(11, "2022-01-20", person="ada")
        stage.introduce(2, 11, "2022-01-03")
        assert winners(stage) == {(11, 2): "after_first_live"}


class TestAgencyBase:
    def test_is_paid_to_the_winner_for_each_effective_anchor(self) -> None:
        stage = two_agencies()
        for creator in (10, 11, 12):
            stage.creator(creator)
            stage.introduce(1, creator)
            stage.live(creator, "2022-01-04", 3 if creator < 12 else 2)
        stage.introduce(2, 10, "2022-01-02")
        result = stage.close("2022-01")
        assert paid(result) == {1: 10_000}
        assert result.awards["anchor_id"].to_pylist() == [10, 11]
        assert result.awards["payee_id"].to_pylist() == [901, 901]
        assert refused(result) == {(2, "lost_introduction")}
        (near,) = result.near_misses.to_pylist()
        assert (near["subject_id"], near["anchor_id"], near["missing"]) == (1, 12, 1)

    def test_counts_a_person_once_in_life(self) -> None:
        stage = two_agencies()
        for creator in (10, 11):
            stage.creator(creator, person="ada")
            stage.introduce(1, creator)
            stage.live(creator, "2022-01-04")
        assert paid(stage.close("2022-01")) == {1: 5_000}
        assert paid(stage.close("2022-01")) == {}

    def test_would_pay_both_agencies_if_an_introduction_had_two_winners(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = two_agencies()
        stage.creator(10)
        stage.live(10, "2022-01-04")
        stage.introduce(1, 10)
        stage.introduce(2, 10)
        assert paid(stage.look("2022-01")) == {1: 5_000}
        monkeypatch.setattr(introductions, "pick_winners", lambda valid, **_: valid)
        with pytest.raises(AssertionError, match="base:anchor would be paid twice"):
            stage.look("2022-01")

    def test_asks_for_the_person_a_contract_and_no_hold(self) -> None:
        stage = two_agencies(base(eligibility=Eligibility(requires_contract=True)))
        for creator in (10, 11, 12, 13):
            stage.creator(creator, person=None if creator == 10 else "")
            stage.introduce(1, creator)
            stage.live(creator, "2022-01-04")
        for creator in (10, 11, 13):
            stage.contracts.append({"creator_id": creator, "agency_id": 1})
        stage.contracts.append({"creator_id": 12, "agency_id": 2})
        stage.held = {11}
        result = stage.close("2022-01")
        assert result.awards["anchor_id"].to_pylist() == [13]
        reasons = {(row["anchor_id"], row["reason"]) for row in result.refusals.to_pylist()}
        assert reasons == {(10, "no_person"), (11, "held"), (12, "no_contract")}

    def test_needs_somebody_to_pay(self) -> None:
        stage = Stage(document(base()))
        stage.agency(1, payee=None)
        stage.creator(10)
        stage.introduce(1, 10)
        stage.live(10, "2022-01-04")
        assert refused(stage.close("2022-01")) == {(1, "no_payee")}

    def test_is_not_refused_to_a_winner_who_introduced_twice(self) -> None:
        stage = two_agencies()
        stage.creator(10)
        stage.live(10, "2022-01-04")
        stage.introduce(1, 10)
        stage.introduce(1, 10, "2022-01-02")
        result = stage.close("2022-01")
        assert (paid(result), refused(result)) == ({1: 5_000}, set())


class TestFrameMinor:
    def test_stacks_quantity_and_quality(self) -> None:
        # Φ_B(4) = 800 and Φ_A(4) = 2,600: (3 · 800 + 1 · 2,600) / 4.
        assert frame_minor(FRAME, (3, 1)) == 1_250
        assert frame_minor(FRAME, (0, 0)) == 0
        assert frame_minor(FRAME, (1, 0)) == 100
        assert frame_minor(FRAME, (0, 4)) == 2_600

    @given(COUNTS, COUNTS)
    def test_pays_two_agencies_no_more_than_one(
        self, one: tuple[int, ...], two: tuple[int, ...]
    ) -> None:
        both = [sum(pair) for pair in zip(one, two, strict=True)]
        parts = frame_minor(shipped(), one) + frame_minor(shipped(), two)
        assert parts <= frame_minor(shipped(), both)

    @given(COUNTS, st.integers(0, 2))
    def test_grows_with_an_anchor_by_no_more_than_twice_the_top_rate(
        self, counts: tuple[int, ...], grade: int
    ) -> None:
        more = [count + (place == grade) for place, count in enumerate(counts)]
        step = frame_minor(shipped(), more) - frame_minor(shipped(), counts)
        assert 0 <= step <= 2 * 350_000

    @given(COUNTS, st.integers(0, 1))
    def test_grows_with_a_better_grade(self, counts: tuple[int, ...], grade: int) -> None:
        better = list(counts)
        if better[grade]:
            better[grade] -= 1
            better[grade + 1] += 1
        assert frame_minor(shipped(), better) >= frame_minor(shipped(), counts)

    def test_would_reward_splitting_if_rates_fell(self) -> None:
        concave = Frame((), (Grade("B", 1, (Bracket(0, 0, 9_000_000), Bracket(2, 18, 0))),))
        assert 2 * frame_minor(concave, (2,)) > frame_minor(concave, (4,))
        assert bracket_micro(concave.grades[0].brackets, 4) == 18_000_000


class TestAgencyFrame:
    def introduced(self, agency: int, creators: range, received: int = 1_000) -> Stage:
        stage = two_agencies(frame())
        self.add(stage, agency, creators, received)
        return stage

    def add(self, stage: Stage, agency: int, creators: range, received: int = 1_000) -> None:
        for creator in creators:
            stage.creator(creator)
            stage.introduce(agency, creator)
            stage.live(creator, "2022-01-04", received=received)

    def test_is_paid_when_the_quarter_ends_as_it_has_grown(self) -> None:
        stage = self.introduced(1, range(10, 13))
        assert paid(stage.close("2022-01")) == {}
        assert paid(stage.close("2022-03")) == {1: 500}
        stage.live(10, "2022-05-01", received=5_000)
        second = stage.close("2022-06")
        # Φ_B(3) = 500 and Φ_A(3) = 1,700: (2 · 500 + 1,700) / 3 = 900.
        assert paid(second) == {1: 400}
        (row,) = second.awards.to_pylist()
        assert json.loads(row["conditions"]) == [
            {"counter": "anchors", "need": 1, "have": 3},
            {"counter": "anchors_of_grade", "grade": "B", "have": 2},
            {"counter": "anchors_of_grade", "grade": "A", "have": 1},
            {"counter": "frame_minor", "have": 900, "claimed_before_minor": 500},
        ]

    def test_grades_by_the_best_natural_month(self) -> None:
        stage = self.introduced(1, range(10, 11), received=3_000)
        stage.live(10, "2022-01-31", 1, received=1_999)
        stage.live(10, "2022-02-01", 1, received=4_999)
        assert paid(stage.look("2022-03")) == {1: 100}
        stage.counters[-1]["received_minor"] = 5_000
        assert paid(stage.look("2022-03")) == {1: 400}

    def test_counts_no_anchor_below_the_lowest_grade(self) -> None:
        stage = self.introduced(1, range(10, 12))
        self.add(stage, 1, range(12, 30), received=999)
        assert paid(stage.close("2022-03")) == {1: 200}

    def test_adds_up_to_the_frame_at_the_end_of_the_year(self) -> None:
        stage = self.introduced(1, range(10, 13))
        total = 0
        for name in ("2022-03", "2022-06", "2022-09", "2022-12"):
            total += paid(stage.close(name)).get(1, 0)
            self.add(
                stage,
                1,
                range(stage.creators[-1]["creator_id"] + 1, stage.creators[-1]["creator_id"] + 3),
                6_000,
            )  # type: ignore[operator]
        assert total == frame_minor(FRAME, (3, 6))

    def test_keeps_an_anchor_that_it_counted_when_sales_are_refunded(self) -> None:
        stage = self.introduced(1, range(10, 12))
        assert paid(stage.close("2022-03")) == {1: 200}
        stage.counters[0]["received_minor"] = 0
        self.add(stage, 1, range(12, 13))
        assert paid(stage.close("2022-06")) == {1: 300}

    def test_counts_nobody_for_two_agencies(self) -> None:
        stage = self.introduced(1, range(10, 12))
        stage.close("2022-03")
        # A claim that is dated before the winner's appears later.
        stage.introduce(2, 10, "2021-12-01")
        result = stage.close("2022-06")
        assert paid(result) == {}
        assert refused(result) == {(2, "already_counted_for_life"), (1, "lost_introduction")}

    def test_leaves_a_held_anchor_out_while_it_is_held(self) -> None:
        stage = self.introduced(1, range(10, 13))
        stage.held = {12}
        assert paid(stage.close("2022-03")) == {1: 200}
        stage.held = set()
        assert paid(stage.close("2022-06")) == {1: 300}

    def test_counts_in_full_what_a_budget_scaled_back(self) -> None:
        stage = self.introduced(1, range(10, 12))
        self.add(stage, 2, range(20, 22))
        stage.budget("frame", "2022-03", 200)
        stage.budget("frame", "2022-06", 1_000)
        assert paid(stage.close("2022-03")) == {1: 100, 2: 100}
        self.add(stage, 1, range(12, 13))
        assert paid(stage.close("2022-06")) == {1: 300}

    def test_says_how_many_anchors_are_to_go(self) -> None:
        stage = self.introduced(1, range(10, 12))
        result = stage.close("2022-01")
        (near,) = result.near_misses.to_pylist()
        assert (near["condition"], near["have"], near["need"]) == ("anchors", 2, 3)
        (row,) = result.liabilities.to_pylist()
        # Earned 200 that is due in March; with both at grade A it would be 800.
        assert (row["low_minor"], row["on_pace_minor"], row["high_minor"]) == (200, 200, 800)

    @settings(max_examples=15)
    @given(st.lists(st.tuples(st.booleans(), st.sampled_from([900, 1_000, 6_000])), max_size=9))
    def test_gives_two_agencies_no_more_than_one(self, anchors: list[tuple[bool, int]]) -> None:
        alone, split = two_agencies(frame()), two_agencies(frame())
        for place, (is_second, received) in enumerate(anchors):
            self.add(alone, 1, range(place, place + 1), received)
            self.add(split, 2 if is_second else 1, range(place, place + 1), received)
        whole = sum(paid(alone.close("2022-03")).values())
        assert sum(paid(split.close("2022-03")).values()) <= whole
