"""What pages show: the grid of a frame and a sentence for every award."""

from __future__ import annotations

import pytest

from engine.incentives.stage import Stage, document, frame, stay, tiers, welcome
from wavepool.engine.incentives import (
    NoFrame,
    UnknownGrade,
    explain_award,
    grid,
    load_programmes,
)


class TestGrid:
    def test_shows_quantity_by_quality_and_the_next_bracket(self) -> None:
        table = grid(frame(), range(1, 5, 3), ["A"])
        assert table.to_pylist() == [
            {
                "anchors": 1,
                "grade": "A",
                "frame_minor": 400,
                "per_anchor_minor": 400,
                "next_anchor_minor": 400,
                "bracket_above": 0,
                "next_bracket_above": 2,
                "missing": 1,
                "next_rate_minor": 900,
            },
            {
                "anchors": 4,
                "grade": "A",
                "frame_minor": 2_600,
                "per_anchor_minor": 650,
                "next_anchor_minor": 900,
                "bracket_above": 2,
                "next_bracket_above": None,
                "missing": None,
                "next_rate_minor": None,
            },
        ]

    def test_shows_every_grade_when_none_is_named(self) -> None:
        shipped = load_programmes("incentives_2022").get_programme("agency_frame")
        table = grid(shipped, [0, 31])
        assert table["grade"].to_pylist() == ["B", "A", "S", "B", "A", "S"]
        assert table["frame_minor"].to_pylist() == [0, 0, 0, 850_000, 2_550_000, 6_250_000]

    def test_is_of_frames_and_their_grades_only(self) -> None:
        with pytest.raises(NoFrame, match="welcome has no frame"):
            grid(welcome(), [1])
        with pytest.raises(UnknownGrade, match="frame has no grade 'S'"):
            grid(frame(), [1], ["S"])


class TestExplainAward:
    def explained(self, stage: Stage, period: str) -> list[tuple[str, str]]:
        rows = stage.close(period).awards.to_pylist()
        return [explain_award(row, programmes=stage.programmes) for row in rows]

    def test_names_conditions_share_and_traffic(self) -> None:
        stage = Stage(document(welcome()))
        for creator in (1, 2, 3):
            stage.creator(creator)
            stage.live(creator, "2022-01-04")
        stage.budget("welcome", "2022-01", 28_200, traffic=120)
        assert self.explained(stage, "2022-01")[0] == (
            "Test: effective days 3 of 3 ✓. Paid 94.00 CNY of 100.00 CNY (94.0000 %), because "
            "claims exceeded the budget, with 40 of 50 visits of traffic.",
            "测试：有效天数 3/3 ✓。实发 94.00 CNY，应发 100.00 CNY，因申请总额超出预算按 "
            "94.0000 % 发放，流量 40/50 次访问。",
        )

    def test_speaks_of_weeks_money_and_frames(self) -> None:
        stage = Stage(document(welcome(), stay(), tiers(), frame(evaluated="month")))
        stage.creator(1)
        stage.live(1, "2022-01-04", received=100_000)
        stage.agency(1)
        stage.introduce(1, 1)
        assert self.explained(stage, "2022-01")[1:] == [
            (
                "Test: received sales 1000.00 CNY. Paid 10.00 CNY.",
                "测试：确认收货金额 1000.00 CNY。实发 10.00 CNY。",
            ),
            (
                "Test: new anchors 1 of 1 ✓, of grade B 0, of grade A 1, frame so far 4.00 CNY. "
                "Paid 4.00 CNY.",
                "测试：新主播数 1/1 ✓，B 级 0，A 级 1，年框累计 4.00 CNY。实发 4.00 CNY。",
            ),
        ]
        stage.live(1, "2022-02-01", 14, received=100_000)
        assert self.explained(stage, "2022-02") == [
            (
                "Test: weeks (of 4) with 2 or more effective days 2 of 2 ✓. Paid 80.00 CNY.",
                "测试：4 周内有效天数不少于 2 天的周数 2/2 ✓。实发 80.00 CNY。",
            ),
            (
                "Test: received sales 2000.00 CNY (10.00 CNY claimed before). Paid 20.00 CNY.",
                "测试：确认收货金额 2000.00 CNY（此前已申领 10.00 CNY）。实发 20.00 CNY。",
            ),
        ]

    def test_stands_without_the_document(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1)
        stage.live(1, "2022-01-04")
        (row,) = stage.close("2022-01").awards.to_pylist()
        assert explain_award(row).en.startswith("welcome: effective days 3 of 3 ✓.")
