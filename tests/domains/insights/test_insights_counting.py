"""A board counts what happened: every number here was added up on paper; see small_day.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domains.insights.small_day import DAY, ZONE, line_table, ms, small_facts, touch_table
from tidy.project_files import SOURCE
from tidy.sql_rules import check_sql
from wavepool.domains.insights.operations import Facts, count_board, mark_days
from wavepool.domains.insights.queries import WINDOWS, board_metrics, get_dictionary

WHOLE_OF_THE_DAY = {
    ("dau", ""): (3, 2),
    ("viewers_uv", ""): (3, 2),
    ("views_pv", ""): (4, 2),
    ("watch_ms", ""): (105_000, 21_000),
    ("watch_per_viewer_ms", ""): (35_000, 10_500),
    ("clickers_uv", ""): (2, 0),
    ("engaged_uv", ""): (2, 0),
    ("new_followers", ""): (1, 0),
    ("guided_rate", ""): (666_666, 0),
    ("engaged_rate", ""): (666_666, 0),
    ("live_viewers_uv", ""): (2, 1),
    ("live_views_pv", ""): (2, 1),
    ("live_watch_ms", ""): (70_000, 20_000),
    ("live_sessions", ""): (2, 0),
    ("live_effective_sessions", ""): (1, 0),
    ("order_lines", ""): (4, 1),
    ("orders", ""): (3, 1),
    ("buyers", ""): (3, 1),
    ("buyers_live", ""): (1, 0),
    ("order_lines", "CNY"): (4, 0),
    ("orders", "CNY"): (3, 0),
    ("buyers", "CNY"): (3, 0),
    ("buyers_live", "CNY"): (1, 0),
    ("gmv_paid", "CNY"): (20_000, 0),
    ("gmv_refunded", "CNY"): (9_000, 0),
    ("gmv_net", "CNY"): (11_000, 0),
    ("gmv_received", "CNY"): (9_000, 0),
    ("gmv_guided", "CNY"): (18_000, 0),
    ("gmv_live", "CNY"): (3_000, 0),
    ("arpu_live", "CNY"): (3_000, None),
    ("aov", "CNY"): (6_666, None),
    ("refund_rate", "CNY"): (450_000, None),
    ("gpm_pv", "CNY"): (4_500_000, 0),
    ("gpm_uv", "CNY"): (6_000_000, 0),
    ("uv_value", "CNY"): (6_000, 0),
    ("pv_value", "CNY"): (4_500, 0),
    ("conversion_clicked", ""): (1_500_000, None),
    ("conversion_viewed", ""): (1_000_000, 500_000),
    ("order_lines", "USD"): (0, 1),
    ("orders", "USD"): (0, 1),
    ("buyers", "USD"): (0, 1),
    ("buyers_live", "USD"): (0, 0),
    ("gmv_paid", "USD"): (0, 700),
    ("gmv_refunded", "USD"): (0, 0),
    ("gmv_net", "USD"): (0, 700),
    ("gmv_received", "USD"): (0, 0),
    ("gmv_guided", "USD"): (0, 700),
    ("gmv_live", "USD"): (0, 0),
    ("aov", "USD"): (None, 700),
    ("refund_rate", "USD"): (None, 0),
    ("gpm_pv", "USD"): (0, 350_000),
    ("gpm_uv", "USD"): (0, 350_000),
    ("uv_value", "USD"): (0, 350),
    ("pv_value", "USD"): (0, 350),
}


def counted(facts: Facts | None = None, windows: tuple[str, ...] = WINDOWS) -> Mapping[Any, Any]:
    board = count_board(facts or small_facts(), day=DAY, windows=windows, zone=ZONE)
    return {
        (each.window, each.metric, each.dimension, each.part, each.currency): (
            each.value,
            each.earlier,
        )
        for each in board.figures
    }


@pytest.fixture(scope="module")
def board() -> Mapping[Any, Any]:
    return counted()


class TestTheWholeDay:
    def test_is_what_paper_says_and_nothing_else(self, board: Mapping[Any, Any]) -> None:
        found = {
            (metric, currency): value
            for (window, metric, dimension, _part, currency), value in board.items()
            if (window, dimension) == ("day", "all")
        }
        assert found == WHOLE_OF_THE_DAY

    def test_names_only_metrics_of_the_dictionary_in_their_windows(
        self, board: Mapping[Any, Any]
    ) -> None:
        metrics = get_dictionary()
        for window, metric, dimension, _part, _currency in board:
            assert window in metrics[metric].windows
            assert dimension in metrics[metric].dimensions

    def test_counts_every_metric_of_the_dictionary(self, board: Mapping[Any, Any]) -> None:
        assert {key[1] for key in board} == {each.id for each in board_metrics()}


class TestLongerWindows:
    def test_count_a_person_once(self, board: Mapping[Any, Any]) -> None:
        for window, viewers, views in (("week", 4, 7), ("d28", 4, 8), ("year", 4, 8)):
            assert board[window, "viewers_uv", "all", "", ""][0] == viewers, window
            assert board[window, "views_pv", "all", "", ""][0] == views, window

    def test_stand_beside_the_equally_long_one_before(self, board: Mapping[Any, Any]) -> None:
        assert board["week", "viewers_uv", "all", "", ""] == (4, 1)
        assert board["d28", "viewers_uv", "all", "", ""] == (4, 0)

    def test_have_no_daily_viewers(self, board: Mapping[Any, Any]) -> None:
        assert not [key for key in board if key[1] == "dau" and key[0] != "day"]


class TestParts:
    @pytest.mark.parametrize(
        ("dimension", "part", "gross", "views"),
        [
            ("tier", "head", 3_000, 2),
            ("tier", "mid", 15_000, 2),
            ("tier", "organic", 2_000, None),
            ("anchor_kind", "talent", 3_000, 2),
            ("anchor_kind", "farmer", 15_000, 2),
            ("anchor_kind", "organic", 2_000, None),
            ("channel", "7", 3_000, 2),
            ("channel", "5", 15_000, 2),
            ("channel", "organic", 2_000, None),
        ],
    )
    def test_follow_the_last_touch(
        self, board: Mapping[Any, Any], dimension: str, part: str, gross: int, views: int | None
    ) -> None:
        assert board["day", "gmv_paid", dimension, part, "CNY"][0] == gross
        assert board.get(("day", "views_pv", dimension, part, ""), (None, None))[0] == views

    def test_of_money_add_up_to_the_whole(self, board: Mapping[Any, Any]) -> None:
        for metric in board_metrics():
            if metric.unit != "money" or metric.is_ratio:
                continue
            for window in metric.windows:
                whole = board[window, metric.id, "all", "", "CNY"]
                for dimension in ("tier", "anchor_kind", "channel"):
                    parts = [
                        value
                        for key, value in board.items()
                        if key[:3] == (window, metric.id, dimension) and key[4] == "CNY"
                    ]
                    assert sum(value for value, _earlier in parts) == whole[0]
                    assert sum(earlier for _value, earlier in parts) == whole[1]

    def test_of_an_unknown_account_are_unknown(self) -> None:
        found = counted(small_facts(accounts=[], creators=[]), ("day",))
        assert found["day", "views_pv", "tier", "unknown", ""] == (4, 2)


class TestPaths:
    def test_tell_touches_and_hours(self, board: Mapping[Any, Any]) -> None:
        found = {
            (dimension, part): value[0]
            for (window, metric, dimension, part, _currency), value in board.items()
            if (window, metric) == ("d28", "path_orders")
        }
        assert found == {
            ("path_touches", "0"): 1,  # order 3
            ("path_touches", "1"): 1,  # order 4: the only touch an hour before
            ("path_touches", "2"): 1,  # order 2: three and a half hours are no touch
            ("path_touches", "3"): 1,  # order 1: touches 1, 2 and 5
            ("path_hours", "organic"): 1,
            ("path_hours", "1-5"): 1,
            ("path_hours", "6-23"): 1,  # order 1: from 20:00 the evening before to 11:30
            ("path_hours", "168+"): 1,  # order 2: from ten days before
        }

    def test_end_where_the_reach_ends(self) -> None:
        reach = 15 * 24 * 3_600_000
        paid = ms(0, 12)
        line = line_table([(1, 1, 1, "CNY", 100, paid, None)])
        for touched, part in (
            (paid, "1"),
            (paid - reach + 1, "1"),
            (paid - reach, "0"),
            (paid + 1, "0"),
        ):
            touches = touch_table([(1, 1, 101, touched, 1, "")])
            facts = small_facts(
                touches=touches, order_lines=line, refunds=[], cancellations=[], sessions=[]
            )
            found = counted(facts, ("day",))
            assert found["day", "path_orders", "path_touches", part, ""][0] == 1


class TestCreators:
    def test_have_their_own_day(self) -> None:
        rows = count_board(small_facts(), day=DAY, windows=("day",), zone=ZONE).creator_rows
        found = [
            (row.creator_id, row.currency, row.views_pv, row.viewers_uv, row.watch_ms,
             row.new_followers, row.orders, row.gmv_guided)
            for row in rows
        ]  # fmt: skip
        assert found == [
            (1, "", 2, 2, 70_000, 1, 0, 0),
            (1, "CNY", 0, 0, 0, 0, 1, 3_000),
            (2, "", 2, 2, 35_000, 0, 0, 0),
            (2, "CNY", 0, 0, 0, 0, 1, 15_000),
        ]


class TestFacts:
    def test_in_another_order_give_the_same(self, board: Mapping[Any, Any]) -> None:
        facts = small_facts()
        turned = {
            name: source.take(list(reversed(range(len(source)))))
            for name, source in facts.sources()
            if isinstance(source, pa.Table)
        }
        assert counted(Facts(**turned)) == board

    def test_are_read_from_files_as_well(self, board: Mapping[Any, Any], tmp_path: Path) -> None:
        files = []
        for number in range(2):
            path = tmp_path / f"part-{number}.parquet"
            pq.write_table(touch_table().slice(number * 4, 4), path)
            files.append(path)
        assert counted(small_facts(touches=files)) == board

    def test_may_be_none_at_all(self) -> None:
        nothing = {name: [] for name, _source in small_facts().sources()}
        found = counted(Facts(**nothing), ("day",))
        assert found["day", "views_pv", "all", "", ""] == (0, 0)
        assert ("day", "conversion_viewed", "all", "", "") not in found

    def test_with_times_as_timestamps_are_read(self, board: Mapping[Any, Any]) -> None:
        lines = line_table()
        at = lines.schema.get_field_index("paid_at")
        times = lines.column("paid_at").cast(pa.timestamp("ms", tz="UTC"))
        assert counted(small_facts(order_lines=lines.set_column(at, "paid_at", times))) == board


class TestMarks:
    def marks(self, **changes: Any) -> list[str]:
        first = DAY - timedelta(days=2)
        found = mark_days(
            small_facts(**changes), first=first, end=DAY + timedelta(days=1), zone=ZONE
        )
        return list(found.values())

    def test_sum_up_each_day(self) -> None:
        assert self.marks() == [
            "",
            "2 21000 1 700 0 0 0 0 0",
            "4 105000 4 20000 4000 1 2 2 3599999",
        ]

    def test_change_with_a_late_refund_of_their_day(self) -> None:
        late = pa.table({"line_id": [1, 5], "refund_minor": [4_000, 100]})
        before, after = self.marks(), self.marks(refunds=late)
        assert [one != two for one, two in zip(before, after, strict=True)] == [False, True, False]


def test_every_step_keeps_the_rules_of_the_engine() -> None:
    steps = sorted((SOURCE / "domains/insights/operations/board").glob("*.sql"))
    assert len(steps) == 9
    assert not [found for step in steps for found in check_sql(step.read_text(), step.name)]


def test_a_wrong_rule_of_belonging_is_seen() -> None:
    """Sabotage: without the last touch of its buyer a line moves to another part."""
    found = counted(small_facts(touches=touch_table(_without_the_second_touch())), ("day",))
    assert ("day", "gmv_paid", "tier", "mid", "CNY") not in found
    assert found["day", "gmv_paid", "tier", "head", "CNY"][0] == 18_000


def _without_the_second_touch() -> list[Any]:
    return [
        (1, 1, 101, ms(0, 10), 60_000, ""),
        (3, 2, 101, ms(0, 12), 10_000, ""),
    ]
