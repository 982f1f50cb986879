"""The tenth root: exact for one row and for a million."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import AMOUNT_MAX, AmountTooLarge, NegativeAmount
from wavepool.engine.sharing import (
    ColumnsDiffer,
    NotWholeNumbers,
    WeightsNotTenths,
    root_value,
    root_values,
    roots,
)

SUMS = st.one_of(
    st.integers(0, 50),
    st.integers(0, 10**12),
    st.integers(0, AMOUNT_MAX),
    st.integers(AMOUNT_MAX - 50, AMOUNT_MAX),
)
ROWS = st.tuples(SUMS, SUMS, SUMS)
TENTHS = st.sampled_from([(4, 3, 3), (10, 0, 0), (0, 5, 5), (1, 1, 8), (2, 7, 1)])


def slow_root(row: tuple[int, int, int], tenths: tuple[int, int, int] = (4, 3, 3)) -> int:
    """The floor of the tenth root by bisection, with whole numbers only."""
    product = row[0] ** tenths[0] * row[1] ** tenths[1] * row[2] ** tenths[2]
    low, high = 0, 2**63
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**10 <= product else (low, middle)
    return low


def value_of(row: tuple[int, int, int], tenths: tuple[int, int, int] = (4, 3, 3)) -> int:
    return root_value(
        quality_micro=row[0], experience_micro=row[1], commerce_micro=row[2], tenths=tenths
    )


def values_of(
    rows: list[tuple[int, int, int]], tenths: tuple[int, int, int] = (4, 3, 3)
) -> list[int]:
    quality, experience, commerce = zip(*rows, strict=True)
    values: list[int] = root_values(
        quality_micro=quality, experience_micro=experience, commerce_micro=commerce, tenths=tenths
    ).tolist()
    return values


def rows_on_the_edge(*, seed: int) -> list[tuple[int, int, int]]:
    """Rows whose root is a whole number exactly, and one unit of evidence below it."""
    chance = np.random.default_rng(seed)
    rows = []
    for _ in range(200):
        r, m = int(chance.integers(1, 40)), int(2.0 ** chance.uniform(1, 24))
        exact = (m * r**7, m * r**2, m * r**2)
        rows += [exact, (exact[0], exact[1], exact[2] - 1)]
    return rows


class TestRootValue:
    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ((0, 5, 5), 0),
            ((1, 1, 1), 1),
            ((1024, 1, 1), 16),
            ((1_000_000, 1_000_000, 1_000_000), 1_000_000),
            ((900_000, 800_000, 100_000), 449_390),
            ((2**63 - 1, 2**63 - 1, 2**63 - 1), 2**63 - 1),
            ((2**63 - 1, 2**63 - 1, 2**63 - 2), 2**63 - 2),
        ],
    )
    def test_is_the_floor_of_the_weighted_geometric_mean(
        self, row: tuple[int, int, int], value: int
    ) -> None:
        assert value_of(row) == value

    @given(row=ROWS, tenths=TENTHS)
    def test_equals_the_slow_reference(
        self, row: tuple[int, int, int], tenths: tuple[int, int, int]
    ) -> None:
        assert value_of(row, tenths) == slow_root(row, tenths)

    @given(row=ROWS, column=st.integers(0, 2), more=st.integers(1, 10**9))
    def test_never_falls_when_a_sum_grows(
        self, row: tuple[int, int, int], column: int, more: int
    ) -> None:
        grown = list(row)
        grown[column] = min(AMOUNT_MAX, grown[column] + more)
        assert value_of((grown[0], grown[1], grown[2])) >= value_of(row)

    @given(first=ROWS, second=ROWS, tenths=TENTHS)
    def test_is_never_worth_less_together_than_apart(
        self,
        first: tuple[int, int, int],
        second: tuple[int, int, int],
        tenths: tuple[int, int, int],
    ) -> None:
        whole = (first[0] + second[0], first[1] + second[1], first[2] + second[2])
        parts = slow_root(first, tenths) + slow_root(second, tenths)
        if max(whole) > AMOUNT_MAX:
            with pytest.raises(AmountTooLarge):
                value_of(whole, tenths)
        else:
            assert parts <= value_of(whole, tenths)

    @pytest.mark.parametrize("tenths", [(4, 3, 2), (11, -1, 0), (5, 5), (10, 0, 0, 0)])
    def test_refuses_weights_that_are_not_tenths_of_one(self, tenths: tuple[int, ...]) -> None:
        with pytest.raises(WeightsNotTenths):
            value_of((1, 1, 1), tenths)  # type: ignore[arg-type]

    def test_refuses_sums_out_of_range(self) -> None:
        with pytest.raises(AmountTooLarge):
            value_of((2**63, 1, 1))
        with pytest.raises(NegativeAmount, match="experience_micro"):
            value_of((1, -1, 1))


class TestRootValues:
    @given(rows=st.lists(ROWS, min_size=1, max_size=8), tenths=TENTHS)
    def test_equals_the_slow_reference_in_a_long_column(
        self, rows: list[tuple[int, int, int]], tenths: tuple[int, int, int]
    ) -> None:
        padded = rows + [(7, 8, 9)] * 100
        padding = [slow_root((7, 8, 9), tenths)] * 100
        expected = [slow_root(row, tenths) for row in rows] + padding
        assert values_of(padded, tenths) == expected

    @pytest.mark.parametrize("bits", [8, 20, 36, 44, 54, 63])
    def test_equals_the_exact_root_at_every_size(self, bits: int) -> None:
        chance = np.random.default_rng(bits)
        columns = (2.0 ** chance.uniform(0, bits, size=(3, 2000))).clip(0, 2.0**63 - 1024)
        rows = [(int(q), int(e), int(c)) for q, e, c in columns.T.astype(np.int64).tolist()]
        assert values_of(rows) == [value_of(row) for row in rows]

    def test_is_exact_where_the_root_touches_a_whole_number(self) -> None:
        rows = rows_on_the_edge(seed=5)
        assert values_of(rows) == [slow_root(row) for row in rows]

    def test_would_be_wrong_there_without_the_exact_second_look(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(roots, "_MARGIN", -1.0)
        rows = rows_on_the_edge(seed=5)
        assert values_of(rows) != [slow_root(row) for row in rows]

    def test_would_be_wrong_for_large_sums_if_any_guess_were_trusted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [(2**63 - 1 - row, 2**63 - 1, 2**63 - 1 - 7 * row) for row in range(100)]
        assert values_of(rows) == [slow_root(row) for row in rows]
        monkeypatch.setattr(roots, "_ROOT_LIMIT", 2.0**64)
        with pytest.raises((AssertionError, RuntimeWarning)):
            assert values_of(rows) == [slow_root(row) for row in rows]

    def test_does_not_depend_on_the_order_of_rows(self) -> None:
        rows = rows_on_the_edge(seed=6)
        assert values_of(rows[::-1]) == values_of(rows)[::-1]

    def test_takes_an_empty_column(self) -> None:
        empty = root_values(quality_micro=[], experience_micro=[], commerce_micro=[])
        assert empty.tolist() == []

    def test_refuses_floats_and_numbers_out_of_range(self) -> None:
        good = {"experience_micro": [1, 1], "commerce_micro": [1, 1]}
        with pytest.raises(NotWholeNumbers, match="quality_micro"):
            root_values(quality_micro=[1.5, 2], **good)  # type: ignore[list-item]
        with pytest.raises(AmountTooLarge):
            root_values(quality_micro=[2**63, 2], **good)
        with pytest.raises(AmountTooLarge):
            root_values(quality_micro=[2**90, 2], **good)
        with pytest.raises(NegativeAmount):
            root_values(quality_micro=[-1, 2], **good)

    def test_refuses_columns_of_different_length(self) -> None:
        with pytest.raises(ColumnsDiffer):
            root_values(quality_micro=[1], experience_micro=[1, 1], commerce_micro=[1])
