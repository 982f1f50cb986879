"""Values are read exactly or refused, whatever type they were stored in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.columns.good_rows import relations
from wavepool.engine.columns import CONTRACTS, Column, Source, WrongType
from wavepool.engine.columns.convert import Given, converted
from wavepool.engine.relations import Relations

MONEY = CONTRACTS["order_lines"].column("paid_minor")
TIME = CONTRACTS["order_lines"].column("paid_at")
FLAG = CONTRACTS["touches"].column("is_clicked")
ITEM = CONTRACTS["items"].column("item_id")
WORDS = CONTRACTS["items"].column("category")

Read = tuple[Any, str | None]


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    with relations(tmp_path_factory.mktemp("convert")) as opened:
        yield opened


def read(
    rel: Relations,
    column: Column,
    values: pa.Array,
    *,
    scale: int = 1,
    unit: str = "ms",
    id_type: str = "int64",
) -> list[Read]:
    """Each value as the contract reads it, and what stood there when it cannot be read."""
    rel.put("given", pa.table({"Our 名": values}))
    given = Given("t", '"Our 名"', values.type, Source("Our 名", scale, unit))
    found = converted(rel, column, given, id_type=id_type)
    bad = found.bad or "cast(null as string)"
    rows = rel.fetch(f"select {found.value} as v, {bad} as bad from given").to_pylist()
    return [(row["v"], row["bad"]) for row in rows]


class TestMoney:
    @pytest.mark.parametrize(
        ("written", "fen"),
        [
            ("12.34", 1_234),
            ("12.3", 1_230),
            ("12", 1_200),
            ("12.", 1_200),
            (".5", 50),
            ("0.010", 1),
            ("+7.00", 700),
            ("-0.01", -1),
            (" 1.10 ", 110),
            ("1234567890123456.78", 123_456_789_012_345_678),
        ],
    )
    def test_written_in_yuan_becomes_fen(self, rel: Relations, written: str, fen: int) -> None:
        assert read(rel, MONEY, pa.array([written]), scale=100) == [(fen, None)]

    @pytest.mark.parametrize(
        "written",
        [
            "0.001",
            "12.345",
            "",
            "-",
            ".",
            "1.2.3",
            "1,234",
            "¥5",
            "1e3",
            "--1",
            "12345678901234567",
        ],
    )
    def test_without_a_whole_number_of_fen_is_refused(self, rel: Relations, written: str) -> None:
        assert read(rel, MONEY, pa.array([written]), scale=100) == [(None, written)]

    def test_in_decimals_never_passes_through_a_float(self, rel: Relations) -> None:
        values = [Decimal("90071992547409.93"), Decimal("0.01"), None]
        found = read(rel, MONEY, pa.array(values, pa.decimal128(20, 2)), scale=100)
        assert found == [(9_007_199_254_740_993, None), (1, None), (None, None)]

    def test_in_decimals_finer_than_a_fen_is_refused(self, rel: Relations) -> None:
        values = pa.array([Decimal("1.250"), Decimal("1.255")], pa.decimal128(10, 3))
        assert read(rel, MONEY, values, scale=100) == [(125, None), (None, "1.255")]

    def test_in_floats_is_taken_where_it_is_the_nearest_float(self, rel: Relations) -> None:
        values = pa.array([19.99, 0.1 + 0.2, 0.07, 1e300, float("nan"), -2.5])
        assert read(rel, MONEY, values, scale=100) == [
            (1_999, None),
            (None, "0.30000000000000004"),
            (7, None),
            (None, "1e+300"),
            (None, "nan"),
            (-250, None),
        ]

    @settings(max_examples=8)
    @given(fens=st.lists(st.integers(min_value=-(2**50), max_value=2**50), min_size=1))
    def test_comes_back_from_every_type(self, rel: Relations, fens: list[int]) -> None:
        yuan = [Decimal(fen).scaleb(-2) for fen in fens]
        for values in (
            pa.array([f"{amount:.2f}" for amount in yuan]),
            pa.array(yuan, pa.decimal128(20, 2)),
            pa.array([float(amount) for amount in yuan]),
        ):
            assert read(rel, MONEY, values, scale=100) == [(fen, None) for fen in fens]

    def test_in_int64_passes_as_it_is(self, rel: Relations) -> None:
        assert read(rel, MONEY, pa.array([5, None, -(2**63)])) == [
            (5, None),
            (None, None),
            (-(2**63), None),
        ]

    def test_beyond_int64_is_refused(self, rel: Relations) -> None:
        assert read(rel, MONEY, pa.array([2**64 - 1, 3], pa.uint64())) == [
            (None, "18446744073709551615"),
            (3, None),
        ]
        assert read(rel, MONEY, pa.array([2**60]), scale=100) == [(None, str(2**60))]

    def test_of_no_number_type_is_an_error_that_says_what_to_do(self, rel: Relations) -> None:
        with pytest.raises(WrongType) as caught:
            read(rel, MONEY, pa.array([True]))
        assert str(caught.value) == (
            "table t, column paid_minor: found bool; store it as int64, decimal or text"
        )

    def test_of_nothing_but_nulls_is_null(self, rel: Relations) -> None:
        assert read(rel, MONEY, pa.nulls(1)) == [(None, None)]


class TestTimes:
    NOON = 1_654_084_800_000

    def test_without_zone_are_utc_and_cut_to_milliseconds(self, rel: Relations) -> None:
        noon = datetime(2022, 6, 1, 12, 0, 0, 123_999)  # noqa: DTZ001 - the naive case itself
        for unit in ("ms", "us", "ns"):
            values = pa.array([noon], pa.timestamp("us")).cast(pa.timestamp(unit), safe=False)
            assert read(rel, TIME, values) == [(self.NOON + 123, None)]

    def test_with_a_zone_are_moved_to_utc(self, rel: Relations) -> None:
        shanghai = timezone(timedelta(hours=8))
        values = pa.array([datetime(2022, 6, 1, 20, tzinfo=shanghai)], pa.timestamp("us", "+08:00"))
        assert read(rel, TIME, values) == [(self.NOON, None)]

    def test_in_days_are_midnight_utc(self, rel: Relations) -> None:
        midnight = int(datetime(2022, 6, 1, tzinfo=UTC).timestamp()) * 1_000
        assert read(rel, TIME, pa.array([date(2022, 6, 1)])) == [(midnight, None)]

    @pytest.mark.parametrize(
        ("value", "unit", "at"),
        [
            (1_654_084_800, "s", 1_654_084_800_000),
            (1_654_084_800_000, "ms", 1_654_084_800_000),
            (1_654_084_800_000_999, "us", 1_654_084_800_000),
        ],
    )
    def test_in_integers_follow_their_unit(
        self, rel: Relations, value: int, unit: str, at: int
    ) -> None:
        assert read(rel, TIME, pa.array([value]), unit=unit) == [(at, None)]

    @pytest.mark.parametrize(
        ("written", "at"),
        [
            ("2022-06-01 12:00:00", NOON),
            ("2022-06-01T12:00:00Z", NOON),
            ("2022-06-01T20:00:00+08:00", NOON),
            ("2022-06-01", NOON - 43_200_000),
            ("1654084800000", NOON),
        ],
    )
    def test_in_text_are_read_with_their_offset(
        self, rel: Relations, written: str, at: int
    ) -> None:
        assert read(rel, TIME, pa.array([written])) == [(at, None)]

    def test_that_say_nothing_are_refused(self, rel: Relations) -> None:
        values = pa.array(["yesterday", "2022-13-01", None])
        assert read(rel, TIME, values) == [
            (None, "yesterday"),
            (None, "2022-13-01"),
            (None, None),
        ]


class TestFlags:
    def test_in_integers_and_text_are_read_or_refused(self, rel: Relations) -> None:
        assert read(rel, FLAG, pa.array([1, 0, 2, None], pa.int8())) == [
            (True, None),
            (False, None),
            (None, "2"),
            (None, None),
        ]
        assert read(rel, FLAG, pa.array(["TRUE", "f", "maybe"])) == [
            (True, None),
            (False, None),
            (None, "maybe"),
        ]


class TestIds:
    def test_of_a_text_family_take_integers_as_they_are_written(self, rel: Relations) -> None:
        assert read(rel, ITEM, pa.array([7, -1]), id_type="text") == [("7", None), ("-1", None)]

    def test_of_an_integer_family_refuse_other_text(self, rel: Relations) -> None:
        assert read(rel, ITEM, pa.array(["7", "x7", "1.5"])) == [
            (7, None),
            (None, "x7"),
            (None, "1.5"),
        ]

    def test_in_floats_are_read_when_whole(self, rel: Relations) -> None:
        assert read(rel, ITEM, pa.array([7.0, 7.5])) == [(7, None), (None, "7.5")]

    @pytest.mark.parametrize("values", [pa.array([1.0]), pa.array([b"7"]), pa.array([[7]])])
    def test_of_a_text_family_have_no_other_type(self, rel: Relations, values: pa.Array) -> None:
        with pytest.raises(WrongType):
            read(rel, ITEM, values, id_type="text")


class TestWords:
    def test_take_integers_and_nothing_looser(self, rel: Relations) -> None:
        assert read(rel, WORDS, pa.array([7])) == [("7", None)]
        with pytest.raises(WrongType):
            read(rel, WORDS, pa.array([1.5]))
