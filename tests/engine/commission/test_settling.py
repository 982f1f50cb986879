"""Which lines become final in a period, and how content their buyers were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attribution.small_season import (
    DAY_MS,
    PAID_AT,
    Rules,
    credit,
    engine,
    put_calendar,
    put_season,
    small_season,
    table,
)
from wavepool.engine.commission import settle_lines
from wavepool.engine.relations import Relations, step_sql

RECEIVED_AT = PAID_AT + 3 * DAY_MS
FEEDBACK = pa.schema(
    [
        ("feedback_id", pa.int64()),
        ("line_id", pa.int64()),
        ("piece_id", pa.int64()),
        ("kind", pa.string()),
        ("score_ppm", pa.int64()),
        ("given_at", pa.int64()),
    ]
)


def settling(
    folder: Path,
    *,
    ends_at: int,
    received: int | None = None,
    refund_minor: int = 0,
    feedback: tuple[tuple[str, int | None], ...] = (),
) -> dict[int, dict[str, Any]]:
    """Lines 1 (received) and 2 (not yet, unless `received`), both of 10 000."""
    season = small_season()
    season.touch(1, 1)
    season.line(1)
    season.line(2, received_at=None)
    with engine(folder) as rel:
        put_season(rel, season)
        put_calendar(rel, Rules())
        credit(rel, Rules())
        if received is not None:
            season.rows["order_lines"][1]["received_at"] = received
        rel.table("credits_waiting", "select * from credits where payee_id is not null")
        put_season(rel, season)
        rel.view("known_lines", "select line_id, paid_minor from credits_waiting")
        rel.put("refunds", table(line_id=[1], refund_minor=[refund_minor], refunded_at=[PAID_AT]))
        rel.put("cancellations", table(line_id=[99], cancelled_at=[0]))
        put_feedback(rel, feedback)
        settle_lines(rel, ends_at=ends_at, default_hold_days=15, rating_bad_below_ppm=600_000)
        rows = rel.fetch("select * from settling order by line_id").to_pylist()
    return {row["line_id"]: row for row in rows}


def put_feedback(rel: Relations, feedback: tuple[tuple[str, int | None], ...]) -> None:
    rows = [
        {"feedback_id": n, "line_id": 1, "kind": kind, "score_ppm": score, "given_at": PAID_AT}
        for n, (kind, score) in enumerate(feedback)
    ]
    rel.put("feedback", pa.Table.from_pylist(rows, schema=FEEDBACK))


class TestALine:
    def test_settles_in_the_period_in_which_its_waiting_time_ends(self, tmp_path: Path) -> None:
        due = RECEIVED_AT + 15 * DAY_MS
        assert list(settling(tmp_path, ends_at=due)) == []
        assert list(settling(tmp_path, ends_at=due + 1)) == [1]

    def test_never_received_stays_open_until_it_is(self, tmp_path: Path) -> None:
        late = RECEIVED_AT + 400 * DAY_MS
        assert list(settling(tmp_path, ends_at=late)) == [1]
        assert list(settling(tmp_path, ends_at=late, received=RECEIVED_AT + DAY_MS)) == [1, 2]


class TestABuyer:
    @pytest.mark.parametrize(
        ("refund_minor", "feedback", "bad_ppm"),
        [
            (0, (), 0),
            (3_333, (), 333_300),
            (10_000, (), 1_000_000),
            (0, (("complaint", None),), 1_000_000),
            (0, (("report", None),), 1_000_000),
            (0, (("rating", 600_000),), 0),
            (0, (("rating", 599_999),), 400_001),
            (0, (("rating", None),), 0),
            (0, (("rating", 200_000), ("rating", 900_000)), 800_000),
            (9_000, (("rating", 200_000),), 900_000),
        ],
    )
    def test_is_as_discontent_as_the_worse_of_refund_and_word(
        self,
        tmp_path: Path,
        refund_minor: int,
        feedback: tuple[tuple[str, int | None], ...],
        bad_ppm: int,
    ) -> None:
        rows = settling(
            tmp_path,
            ends_at=RECEIVED_AT + 20 * DAY_MS,
            refund_minor=refund_minor,
            feedback=feedback,
        )
        assert rows[1]["bad_ppm"] == bad_ppm


class TestTheRefundedShare:
    @settings(max_examples=10)
    @given(
        pairs=st.lists(
            st.integers(1, 2**53).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den))),
            min_size=1,
            max_size=30,
        )
    )
    def test_is_the_exact_floor_up_to_the_largest_amounts(
        self, tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]]
    ) -> None:
        rows = list(range(len(pairs)))
        nums, dens = (list(column) for column in zip(*pairs, strict=True))
        with engine(tmp_path_factory.mktemp("share")) as rel:
            rel.put("open_credits", table(line_id=rows, settle_at=[0] * len(rows)))
            rel.put("refund_totals", table(line_id=rows, refunded_num=nums, refunded_den=dens))
            rel.put("line_feedback", table(line_id=[-1], bad_ppm=[0]))
            rel.view("settling", step_sql("wavepool.engine.commission", "settling", ends_at=1))
            found = rel.fetch("select bad_ppm from settling order by line_id")
        assert found.column("bad_ppm").to_pylist() == [n * 10**6 // d for n, d in pairs]
