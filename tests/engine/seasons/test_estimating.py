"""Estimates of fresh lines: on drawn small worlds each is what the whole season's run credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.columns.good_rows import arrow
from promises.market import DAY, HOUR, JUNE, PIECES, Market, market, order_line
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import default_policy
from wavepool.engine.seasons import Estimates, credit_stage, estimate_lines, settle_frames

# They count the whole month, and nobody is credited by them.
_MONTHLY = ("influence", "is_experience")
_WINDOW = 15 * DAY

drawn_touches = st.lists(
    st.tuples(
        st.integers(1, 3),  # viewer
        st.sampled_from(list(PIECES)),
        st.integers(0, 40 * 24),  # hour of the season
        st.sampled_from([0, 4_999, 5_000, 42_000]),
        st.booleans(),  # clicked
        st.sampled_from([1, 2, None]),  # item
    ),
    max_size=12,
)
drawn_lines = st.lists(
    st.tuples(
        st.integers(1, 3),  # buyer
        st.integers(0, 40 * 24),  # hour of the season
        st.sampled_from([0, 1, 99, 10_000, 123_457]),
        st.integers(1, 2),  # item
    ),
    min_size=1,
    max_size=4,
)
drawn_plans = st.lists(
    st.tuples(
        st.sampled_from(["shop", "item", "targeted_item"]),
        st.sampled_from([1, 4]),  # creator
        st.sampled_from([50_000, 200_000, 999_999]),
        st.integers(-20, 35),  # first day
    ),
    max_size=3,
)


def small_world(touches: list[Any], lines: list[Any], plans: list[Any]) -> Market:
    """The hand-made market with its touches, lines and plans replaced by drawn ones."""
    return {
        **market(),
        "refunds": [],
        "feedback": [],
        "items": [{"item_id": item, "shop_id": 1, "category": "tea"} for item in (1, 2)],
        "plans": [
            {
                "plan_id": number,
                "kind": kind,
                "shop_id": 1,
                "item_id": None if kind == "shop" else 1,
                "creator_id": creator if kind == "targeted_item" else None,
                "rate_ppm": rate,
                "valid_from": JUNE + first * DAY,
            }
            for number, (kind, creator, rate, first) in enumerate(plans, 1)
        ],
        "touches": [
            {
                "touch_id": number,
                "viewer_id": viewer,
                "account_id": PIECES[piece][0],
                "piece_id": piece,
                "channel_id": PIECES[piece][1],
                "item_id": item,
                "shop_id": 1,
                "touched_at": JUNE + hour * HOUR,
                "dwell_ms": dwell,
                "is_clicked": clicked,
                "is_saved": False,
                "is_shared": False,
                "is_followed": False,
                "is_disliked": False,
            }
            for number, (viewer, piece, hour, dwell, clicked, item) in enumerate(touches, 1)
        ],
        "order_lines": [
            order_line(number, buyer=buyer, paid_minor=paid, day=0)
            | {
                "item_id": item,
                "paid_at": JUNE + hour * HOUR,
                "received_at": None,
                "shipping_minor": 0,
            }
            for number, (buyer, hour, paid, item) in enumerate(lines, 1)
        ],
    }


def frames_of(tables: Mapping[str, list[Any]]) -> dict[str, pa.Table]:
    return {name: arrow(name, tables.get(name, [])) for name in CONTRACTS}


def micro_batches(tables: Market) -> list[Market]:
    """One batch for each line: its buyer's touches inside the window, and nothing more."""
    return [
        {
            **tables,
            "order_lines": [line],
            "touches": [
                touch
                for touch in tables["touches"]
                if touch["viewer_id"] == line["buyer_id"]
                and line["paid_at"] - _WINDOW < touch["touched_at"] <= line["paid_at"]
            ],
        }
        for line in tables["order_lines"]
    ]


def rows_of(results: list[Estimates], name: str) -> list[tuple[Any, ...]]:
    found = [row for each in results for row in getattr(each, name).to_pylist()]
    return sorted((tuple(sorted(_kept(row))) for row in found), key=str)


def _kept(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in row.items() if name not in _MONTHLY]


def full_run(tables: Market) -> Estimates:
    with settle_frames(frames_of(tables), policy=default_policy(), threads=1) as done:
        found = [
            done.table(name).drop_columns(["period"])
            for name in ("credits", "shares", "line_touches")
        ]
        return Estimates(*found, done.rejects)


class TestEstimates:
    @settings(max_examples=12)
    @given(touches=drawn_touches, lines=drawn_lines, plans=drawn_plans)
    def test_are_what_the_whole_run_credits(
        self, touches: list[Any], lines: list[Any], plans: list[Any]
    ) -> None:
        tables = small_world(touches, lines, plans)
        whole = full_run(tables)
        each = [
            estimate_lines(frames_of(batch), policy=default_policy())
            for batch in micro_batches(tables)
        ]
        for name in ("credits", "shares", "line_touches"):
            assert rows_of(each, name) == rows_of([whole], name), name

    def test_of_the_market_pay_its_sums(self) -> None:
        found = estimate_lines(frames_of(market()), policy=default_policy())
        outcomes = found.credits.column("outcome").to_pylist()
        assert sorted(set(outcomes)) == ["direct", "organic"]
        assert sum(found.credits.column("paid_minor").to_pylist()) == 1_342_78
        assert sum(found.shares.column("direct_minor").to_pylist()) == sum(
            found.credits.column("direct_minor").to_pylist()
        )

    def test_of_nothing_are_nothing(self) -> None:
        found = estimate_lines(
            frames_of(
                {**market(), "touches": [], "order_lines": [], "refunds": [], "feedback": []}
            ),
            policy=default_policy(),
        )
        assert (found.credits.num_rows, found.shares.num_rows, found.rejects.num_rows) == (0, 0, 0)

    def test_tell_a_row_that_was_left_out(self) -> None:
        tables = market()
        tables["order_lines"] = [tables["order_lines"][0] | {"currency": "USD"}]
        tables["refunds"] = tables["feedback"] = []
        found = estimate_lines(frames_of(tables), policy=default_policy())
        assert found.credits.num_rows == 0
        (reject,) = found.rejects.to_pylist()
        assert (reject["table_name"], reject["rule"]) == ("order_lines", "mixed currency")


class TestTheCheck:
    def test_sees_an_estimate_by_another_window(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tables = small_world([(1, 10, 0, 9_000, True, 1)], [(1, 24 * 13, 10_000, 1)], [
            ("shop", 1, 200_000, -20)
        ])  # fmt: skip
        whole = rows_of([full_run(tables)], "shares")
        assert len(whole) == 1
        monkeypatch.setattr(credit_stage, "DAY_MS", DAY // 2)
        (batch,) = micro_batches(tables)
        found = estimate_lines(frames_of(batch), policy=default_policy())
        assert rows_of([found], "shares") != whole
