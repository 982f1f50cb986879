"""Duplicates, cascades, empty seasons, and that no row is lost whatever is broken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.columns.good_rows import GOOD, NOON, Row, arrow, changed, relations, season
from wavepool.engine.columns import (
    CONTRACTS,
    Checked,
    Kind,
    Known,
    RowsLost,
    TableCount,
    check,
    list_rejects,
    load_frames,
)
from wavepool.engine.relations import Relations

# Tables without which a touch, a line and a refund cannot be judged.
FACTS = ("viewers", "pieces", "touches", "order_lines", "refunds")


def checked(rel: Relations, extra: dict[str, Sequence[Row]], **options: Any) -> Checked:
    return check(rel, load_frames(rel, season(extra)), **options)


def rules_found(rel: Relations) -> list[tuple[str, str, str, int | None]]:
    return [
        (row["table_name"], row["row_key"], row["rule"], row["row_no"])
        for row in list_rejects(rel).to_pylist()
    ]


@pytest.fixture
def rel(tmp_path: Path) -> Any:
    with relations(tmp_path) as opened:
        yield opened


class TestDuplicates:
    def test_of_equal_rows_keep_one(self, rel: Relations) -> None:
        extra = [changed("touches"), changed("touches"), changed("touches", touch_id=2)]
        found = checked(rel, {"touches": extra})
        assert found.tables["touches"] == TableCount(read=4, good=2, rejected=2)
        assert rules_found(rel) == [
            ("touches", "1", "duplicate row", 2),
            ("touches", "1", "duplicate row", 3),
        ]
        assert sorted(rel.fetch("select touch_id from touches").column(0).to_pylist()) == [1, 2]

    def test_that_differ_are_all_rejected_and_so_is_what_refers_to_them(
        self, rel: Relations
    ) -> None:
        found = checked(rel, {"order_lines": [changed("order_lines", paid_minor=2_000)]})
        assert found.tables["order_lines"] == TableCount(read=2, good=0, rejected=2)
        assert rules_found(rel) == [
            ("cancellations", "1", "reference to a rejected row", 1),
            ("feedback", "1", "reference to a rejected row", 1),
            ("order_lines", "1", "duplicate key", 1),
            ("order_lines", "1", "duplicate key", 2),
            ("refunds", "1", "reference to a rejected row", 1),
        ]

    def test_of_a_bad_row_are_all_rejected(self, rel: Relations) -> None:
        bad = changed("touches", touch_id=2, dwell_ms=-1)
        found = checked(rel, {"touches": [bad, dict(bad)]})
        assert found.tables["touches"] == TableCount(read=3, good=1, rejected=2)
        assert rules_found(rel) == [
            ("touches", "2", "duplicate row", 3),
            ("touches", "2", "negative", 2),
            ("touches", "2", "negative", 3),
        ]

    def test_are_not_seen_in_null_keys(self, rel: Relations) -> None:
        nameless = changed("touches", touch_id=None)
        found = checked(rel, {"touches": [nameless, dict(nameless)]})
        assert found.tables["touches"] == TableCount(read=3, good=1, rejected=2)
        assert rules_found(rel) == [
            ("touches", "", "missing value", 2),
            ("touches", "", "missing value", 3),
        ]

    @pytest.mark.parametrize("ids", [(-33, -32, -1, 31, 32), (2**63 - 1, -(2**63))])
    def test_are_told_from_neighbours_in_a_block(
        self, rel: Relations, ids: tuple[int, ...]
    ) -> None:
        rows = [changed("touches", touch_id=touch_id) for touch_id in ids]
        assert checked(rel, {"touches": rows}).is_clean
        found = checked(rel, {"touches": [*rows, dict(rows[0])]})
        assert rules_found(rel) == [("touches", str(ids[0]), "duplicate row", len(ids) + 2)]
        assert found.tables["touches"].rejected == 1


class TestPools:
    def test_of_two_currencies_lose_all_their_rows(self, rel: Relations) -> None:
        extra = [
            changed("subsidies", period="2022-05", currency="JPY"),
            changed("subsidies", pool_id="small", currency="JPY"),
        ]
        found = checked(rel, {"subsidies": extra})
        assert found.tables["subsidies"] == TableCount(read=3, good=1, rejected=2)
        assert rules_found(rel) == [
            ("subsidies", "big|2022-04", "pool of two currencies", 1),
            ("subsidies", "big|2022-05", "pool of two currencies", 2),
        ]

    def test_are_compared_with_the_policy_only_when_it_is_given(self, rel: Relations) -> None:
        assert checked(rel, {}).is_clean
        found = checked(rel, {}, known=Known(scenes=(), pools={"big": "USD"}))
        assert rules_found(rel) == [
            ("scenes", "headlines", "unknown reference", 1),
            ("subsidies", "big|2022-04", "currency of another pool", 1),
        ]
        assert found.rejected == 2


class TestAnEmptySeason:
    def test_is_clean_and_every_table_stands(self, rel: Relations) -> None:
        frames = {name: arrow(name, []) for name in CONTRACTS}
        found = check(rel, load_frames(rel, frames))
        assert found.is_clean
        assert set(found.tables.values()) == {TableCount(0, 0, 0)}
        assert rel.columns("touches")["is_clicked"] == "boolean"
        assert rel.columns("plans")["plan_id"] == "bigint"


class TestRejects:
    def test_are_complete_in_storage_and_limited_in_a_list(
        self, rel: Relations, tmp_path: Path
    ) -> None:
        rows = [changed("touches", touch_id=i, dwell_ms=-i) for i in range(2, 203)]
        checked(rel, {"touches": rows})
        rel.save("rejects", tmp_path / "rejects.parquet")
        stored = pq.read_table(tmp_path / "rejects.parquet")
        assert stored.num_rows == 201
        assert stored.column_names == [
            "table_name",
            "row_key",
            "row_no",
            "rule",
            "column_name",
            "value",
        ]
        assert list_rejects(rel, limit=5).num_rows == 5

    def test_are_an_empty_table_when_all_is_good(self, rel: Relations) -> None:
        checked(rel, {})
        assert rel.fetch("select * from rejects").num_rows == 0


class TestAPassRepeated:
    def test_forgets_the_rejects_of_the_one_before(self, rel: Relations) -> None:
        assert not checked(rel, {"touches": [changed("touches", touch_id=2, dwell_ms=-1)]}).is_clean
        assert checked(rel, {"touches": [changed("touches", touch_id=2)]}).is_clean
        assert rel.fetch("select touch_id from touches").num_rows == 2


class TestNoRowIsLost:
    @settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_whatever_is_broken(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        extra = {name: data.draw(broken_rows(name), label=name) for name in FACTS}
        frames = season(extra)
        with relations(tmp_path_factory.mktemp("lost")) as rel:
            found = check(rel, load_frames(rel, frames))
            for name in (*FACTS, "cancellations", "feedback"):
                table = CONTRACTS[name]
                key = ", ".join(table.key)
                good = rel.fetch(f"select {key} from {name}")
                count = found.tables[name]
                assert count.read == frames[name].num_rows
                assert (
                    count.good
                    == good.num_rows
                    == good.group_by(list(table.key)).aggregate([]).num_rows
                )
                assert count.good + count.rejected == count.read
            assert rel.fetch("select distinct table_name, row_no from rejects").num_rows == (
                found.rejected
            )

    def test_or_the_check_says_so(self) -> None:
        error = RowsLost("touches", TableCount(read=3, good=1, rejected=1))
        assert str(error) == "table touches: 1 + 1 != 3"


def broken_rows(name: str) -> st.SearchStrategy[list[Row]]:
    """Rows near the good one, with small ids so that they collide and dangle."""
    values = {
        Kind.ID: st.sampled_from([None, 1, 2, 3]),
        Kind.TEXT: st.sampled_from([None, "", "CNY", "live", "?"]),
        Kind.INT: st.sampled_from([None, -1, 0, 700, 2**53 + 1]),
        Kind.TIME: st.sampled_from([None, 0, NOON, NOON + 5]),
        Kind.FLAG: st.sampled_from([None, True, False]),
    }
    columns = CONTRACTS[name].columns
    change = st.one_of(
        *[st.tuples(st.just(column.name), values[column.kind]) for column in columns]
    )
    one = st.lists(change, max_size=3).map(lambda changes: {**GOOD[name], **dict(changes)})
    return st.lists(one, min_size=4, max_size=16)


class TestAGoodTable:
    def test_is_never_copied(self, rel: Relations) -> None:
        checked(rel, {"touches": [changed("touches", touch_id=2)]})
        copied = "select table_name from duckdb_tables() where contains(table_name, 'touches')"
        assert rel.fetch(copied).num_rows == 0
