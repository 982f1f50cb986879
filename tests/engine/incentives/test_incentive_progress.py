"""Progress on every condition: what pages show is what the award step counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.incentives.stage import (
    Stage,
    base,
    day,
    document,
    frame,
    month,
    stay,
    tiers,
    welcome,
)
from wavepool.engine.incentives import claims, measure_programmes

NEEDED = (
    "creators",
    "creator_payees_as_of",
    "agencies",
    "introductions",
    "counters",
)


def measured(stage: Stage, name: str) -> list[dict[str, Any]]:
    """Progress at a month's end, with the awards that the month left."""
    inputs = stage.inputs(name)
    lifetime = stage.look(name).lifetime_awards
    return measure_programmes(
        stage.programmes,
        **{each: inputs[each] for each in NEEDED},
        lifetime_awards=lifetime,
        period=month(name),
        currency="CNY",
    ).to_pylist()


class TestProgress:
    def test_has_every_condition_of_everyone_with_an_open_window(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1)
        stage.creator(2)
        stage.creator(3, None)
        stage.live(1, "2022-01-03", days=2)
        stage.live(2, "2022-01-03", days=5)
        one, two = measured(stage, "2022-01")
        assert (one["subject_id"], one["milestone"], one["once_key"]) == (
            1,
            "start",
            "welcome:start",
        )
        assert json.loads(one["conditions"]) == [
            {"counter": "effective_days", "need": 3, "have": 2}
        ]
        assert (one["is_met"], one["short"], one["reward_minor"], one["traffic_units"]) == (
            False,
            1,
            10_000,
            50,
        )
        assert (one["start_day"], one["until_day"]) == (day("2022-01-03"), day("2022-02-02"))
        assert (one["person_id"], one["payee_id"], one["anchor_id"]) == ("person1", 101, None)
        assert (two["is_met"], two["short"]) == (True, 0)

    def test_has_the_window_that_an_award_of_this_very_month_opens(self) -> None:
        stage = Stage(document(welcome(), stay()))
        stage.creator(1)
        stage.live(1, "2022-01-03")
        rows = {each["milestone"]: each for each in measured(stage, "2022-01")}
        assert rows["stay"]["start_day"] == day("2022-02-01")
        assert (rows["stay"]["is_met"], rows["stay"]["short"]) == (False, 1)
        assert json.loads(rows["stay"]["conditions"]) == [
            {
                "counter": "effective_weeks",
                "need": 2,
                "weeks": 4,
                "days_per_week": 2,
                "have": 0,
            }
        ]

    def test_of_an_agency_is_that_of_the_anchors_it_won(self) -> None:
        stage = Stage(document(base(), frame()))
        stage.creator(1)
        stage.agency(7)
        stage.agency(8)
        stage.introduce(7, 1, "2022-01-01")
        stage.introduce(8, 1, "2022-01-02")
        stage.live(1, "2022-01-03", received=700)
        rows = measured(stage, "2022-01")
        assert [
            (each["programme_id"], each["subject_id"], each["anchor_id"], each["is_met"])
            for each in rows
        ] == [("base", 7, 1, True), ("frame", 7, 1, False)]
        assert json.loads(rows[1]["conditions"])[1] == {
            "counter": "best_month_received_minor",
            "need": 1_000,
            "have": 700,
        }

    def test_of_a_schedule_asks_for_its_next_bracket(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-03", received=40_000)
        (row,) = measured(stage, "2022-01")
        assert json.loads(row["conditions"]) == [
            {"counter": "received_minor", "need": 100_000, "have": 40_000}
        ]
        assert (row["is_met"], row["reward_minor"]) == (True, 400)


def _counted(stage: Stage, name: str) -> set[tuple[str, int]]:
    """Rights and creators that the award step counted as met: paid, or refused with a reason."""
    result = stage.look(name)
    rows = [*result.awards.to_pylist(), *result.refusals.to_pylist()]
    return {(each["once_key"], each["subject_id"]) for each in rows}


def _shown(stage: Stage, name: str) -> set[tuple[str, int]]:
    return {
        (each["once_key"], each["subject_id"]) for each in measured(stage, name) if each["is_met"]
    }


def _crowd(days: list[int], first: int) -> Stage:
    stage = Stage(document(welcome(), stay()))
    for number, effective in enumerate(days, start=1):
        stage.creator(number, f"2022-01-{first:02d}")
        stage.live(number, f"2022-01-{first:02d}", days=effective)
    return stage


class TestAConditionShownAsMet:
    @settings(max_examples=40, deadline=None)
    @given(days=st.lists(st.integers(0, 8), min_size=1, max_size=6), first=st.integers(1, 28))
    def test_is_one_that_the_award_step_counts_and_no_other_is(
        self, days: list[int], first: int
    ) -> None:
        stage = _crowd(days, first)
        for name in ("2022-01", "2022-02"):
            assert _shown(stage, name) == _counted(stage, name)
            stage.close(name)

    def test_would_differ_if_pages_counted_by_themselves(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = _crowd([2, 3, 5], 3)
        assert _shown(stage, "2022-01") == {("welcome:start", 2), ("welcome:start", 3)}
        counted = _counted(stage, "2022-01")

        def generous(
            facts: Any, conditions: Any, *, creators: Any, starts: Any, ends: Any
        ) -> claims.Progress:
            easier = tuple(replace(each, at_least=each.at_least - 1) for each in conditions)
            return claims.measure_progress(
                facts,
                easier,
                creators=creators,
                agencies=np.full(len(creators), -1),
                starts=starts[creators],
                ends=ends[creators],
            )

        monkeypatch.setattr("wavepool.engine.incentives.measuring.measure_own", generous)
        assert _shown(stage, "2022-01") != counted

    def test_of_nobody_is_a_table_without_rows(self) -> None:
        stage = Stage(document(welcome()))
        assert measured(stage, "2022-01") == []
