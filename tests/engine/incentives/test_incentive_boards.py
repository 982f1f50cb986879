"""The board of a frame says what was awarded, and why each anchor counts or does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.incentives.stage import Stage, base, document, frame, month
from wavepool.engine.incentives import FrameBoard, NoFrame, Programme, frame_board

PROGRAMME = frame()


def stage_of(programme: Programme = PROGRAMME) -> Stage:
    stage = Stage(document(programme))
    stage.agency(1)
    stage.agency(2)
    return stage


def add(stage: Stage, creator: int, *, agency: int = 1, received: int = 1_000) -> None:
    stage.creator(creator)
    stage.introduce(agency, creator)
    stage.live(creator, "2022-01-04", received=received)


def board_of(stage: Stage, name: str, programme: Programme = PROGRAMME) -> FrameBoard:
    inputs = stage.inputs(name)
    inputs.pop("creator_payees_as_of")
    inputs.pop("budgets")
    return frame_board(programme, **inputs, period=month(name))


def states(board: FrameBoard) -> list[tuple[object, object, str, str]]:
    return [
        (row["agency_id"], row["creator_id"], row["state"], row["reason"])
        for row in board.anchors.to_pylist()
    ]


class TestABoard:
    def test_says_what_was_awarded_and_from_what(self) -> None:
        stage = stage_of()
        for creator in (10, 11, 12):
            add(stage, creator)
        stage.close("2022-03")
        stage.live(10, "2022-05-01", received=5_000)
        stage.close("2022-06")
        board = board_of(stage, "2022-06")
        assert board.agencies.to_pylist() == [
            {"agency_id": 1, "counts": [2, 1], "frame_minor": 900, "claimed_minor": 900},
            {"agency_id": 2, "counts": [0, 0], "frame_minor": 0, "claimed_minor": 0},
        ]
        assert [(row["grade"], row["best_month_minor"]) for row in board.anchors.to_pylist()] == [
            (1, 5_000),
            (0, 1_000),
            (0, 1_000),
        ]

    def test_is_ahead_of_the_claims_inside_a_quarter(self) -> None:
        stage = stage_of()
        add(stage, 10)
        stage.close("2022-01")
        (mine, _other) = board_of(stage, "2022-01").agencies.to_pylist()
        assert (mine["frame_minor"], mine["claimed_minor"]) == (100, 0)

    def test_says_why_an_anchor_does_not_count(self) -> None:
        asked = frame(eligibility=PROGRAMME.eligibility.__class__(kinds=("talent",)))
        stage = stage_of(asked)
        add(stage, 10)
        stage.introduce(2, 10, on="2022-01-02")
        add(stage, 11, received=999)
        add(stage, 12)
        stage.held.add(12)
        stage.creator(13, None)
        stage.introduce(1, 13)
        stage.creator(14, "2022-01-01")
        stage.introduce(1, 14, on="2022-01-02")
        stage.creator(15, kind="media")
        stage.introduce(1, 15)
        stage.creator(16, person=None)
        stage.introduce(1, 16)
        stage.live(16, "2022-01-04", received=1_000)
        board = board_of(stage, "2022-03", asked)
        assert states(board) == [
            (1, 10, "counted", ""),
            (2, 10, "refused", "lost_introduction"),
            (1, 11, "open", ""),
            (1, 12, "held", "held"),
            (1, 13, "open", "not_live_yet"),
            (1, 14, "refused", "after_first_live"),
            (1, 15, "refused", "not_eligible"),
            (1, 16, "refused", "no_person"),
        ]
        missing = board.anchors.to_pylist()[2]
        assert json.loads(missing["conditions"]) == [
            {"counter": "effective_days", "need": 3, "have": 3},
            {"counter": "best_month_received_minor", "need": 1_000, "have": 999},
        ]

    def test_keeps_the_grade_of_a_held_anchor_in_sight(self) -> None:
        stage = stage_of()
        add(stage, 10, received=5_000)
        stage.close("2022-03")
        stage.held.add(10)
        board = board_of(stage, "2022-06")
        assert states(board) == [(1, 10, "held", "held")]
        assert board.anchors.to_pylist()[0]["grade"] == 1
        assert board.agencies.to_pylist()[0]["frame_minor"] == 0

    def test_says_when_the_year_is_over(self) -> None:
        stage = stage_of()
        add(stage, 10, received=999)
        assert states(board_of(stage, "2022-12")) == [(1, 10, "refused", "window_over")]

    def test_leaves_out_whom_nobody_knows(self) -> None:
        stage = stage_of()
        add(stage, 10)
        stage.introduce(1, 9)
        stage.introduce(7, 10)
        assert states(board_of(stage, "2022-03")) == [(1, 10, "counted", "")]

    def test_needs_a_frame(self) -> None:
        with pytest.raises(NoFrame):
            board_of(stage_of(base()), "2022-03", base())

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(1, 2), st.integers(0, 9_000), st.integers(1, 5)),
            min_size=1,
            max_size=9,
        )
    )
    def test_is_the_sum_of_all_claims_when_a_quarter_ends(
        self, anchors: list[tuple[int, int, int]]
    ) -> None:
        stage = stage_of()
        for place, (agency, received, days) in enumerate(anchors):
            stage.creator(10 + place)
            stage.introduce(agency, 10 + place)
            stage.live(10 + place, "2022-01-04", days, received=received)
        claimed = {1: 0, 2: 0}
        for name in ("2022-03", "2022-06"):
            for row in stage.close(name).awards.to_pylist():
                claimed[row["subject_id"]] += row["claim_minor"]
            if name == "2022-03":
                stage.live(10, "2022-05-02", 3, received=6_000)
        found = board_of(stage, "2022-06").agencies.to_pylist()
        assert {row["agency_id"]: row["frame_minor"] for row in found} == claimed
        assert {row["agency_id"]: row["claimed_minor"] for row in found} == claimed
