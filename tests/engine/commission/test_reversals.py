"""Refunds: every leg gives back its floor of the refunded part, in any order and any sizes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.attribution.small_season import engine, table
from wavepool.engine.commission import reverse_refunds, settlement
from wavepool.engine.money import reversed_so_far
from wavepool.engine.relations import NumberTooLarge, Relations, step_sql

EDGE = 2**53
LEGS = ("commission", "fee", "pool", "kept", "agency")

fractions = st.integers(1, EDGE).flatmap(
    lambda den: st.tuples(
        st.one_of(st.integers(0, EDGE), st.integers(0, 600)),
        st.one_of(st.integers(0, den), st.just(den), st.just(den - 1)),
        st.just(den),
    )
)


def divided(folder: Path, terms: list[tuple[int, int, int]]) -> list[int]:
    """`floor(amount · num / den)` of each term by the step's long division."""
    with engine(folder) as rel:
        amounts, nums, dens = (list(column) for column in zip(*terms, strict=True))
        rows = list(range(len(terms)))
        rel.put(
            "fraction_terms",
            table(
                line_id=rows,
                leg=["pool"] * len(rows),
                part_id=rows,
                sign=[1] * len(rows),
                amount_minor=amounts,
                num=nums,
                den=dens,
            ),
        )
        rel.view("divided", step_sql("wavepool.engine.commission", "reversals"))
        found = rel.fetch("select amount_minor from divided order by line_id")
        column: list[int] = found.column("amount_minor").to_pylist()
        return column


class TestTheLongDivision:
    @settings(max_examples=12)
    @given(terms=st.lists(fractions, min_size=1, max_size=40))
    def test_is_the_floor_of_the_exact_quotient(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        terms: list[tuple[int, int, int]],
    ) -> None:
        exact = [
            reversed_so_far(amount, refunded_minor=num, paid_minor=den)
            for amount, num, den in terms
        ]
        assert divided(tmp_path_factory.mktemp("division"), terms) == exact

    def test_holds_at_the_very_edge(self, tmp_path: Path) -> None:
        terms = [
            (EDGE, EDGE, EDGE),
            (EDGE, EDGE - 1, EDGE),
            (EDGE - 1, EDGE - 1, EDGE),
            (EDGE, 1, 3),
        ]
        assert divided(tmp_path, terms) == [
            9_007_199_254_740_992,
            9_007_199_254_740_991,
            9_007_199_254_740_990,
            3_002_399_751_580_330,
        ]

    def test_is_refused_far_beyond_it_and_never_wraps(self, tmp_path: Path) -> None:
        with pytest.raises(NumberTooLarge):
            divided(tmp_path, [(2**62, 2**61, 2**61)])


LINE = {
    "commission_minor": 1_000,
    "fee_minor": 100,
    "pool_minor": 699,
    "kept_minor": 141,
    "agency_minor": 60,
}


def settled(
    rel: Relations, line: dict[str, int], *, num: int, den: int, refunded: tuple[int, int]
) -> None:
    rel.put(
        "settled",
        table(
            line_id=[1],
            creator_id=[3],
            commission_minor=[line["commission_minor"]],
            fee_minor=[line["fee_minor"]],
            pool_minor=[line["pool_minor"]],
            reversed_num=[num],
            reversed_den=[den],
        ),
    )
    rel.put(
        "settled_shares",
        table(
            line_id=[1],
            creator_id=[3],
            kept_minor=[line["kept_minor"]],
            agency_minor=[line["agency_minor"]],
        ),
    )
    rel.put(
        "refund_totals", table(line_id=[1], refunded_num=[refunded[0]], refunded_den=[refunded[1]])
    )


def reversals(rel: Relations) -> dict[str, int]:
    reverse_refunds(rel)
    rows = rel.fetch("select leg, amount_minor from reversals").to_pylist()
    return {row["leg"]: row["amount_minor"] for row in rows}


class TestARefund:
    def test_takes_each_leg_back_by_its_own_floor(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settled(rel, LINE, num=0, den=1, refunded=(3_332, 9_999))
            assert reversals(rel) == {
                "commission": 333,
                "fee": 33,
                "pool": 232,
                "kept": 46,
                "agency": 19,
            }

    def test_that_was_counted_before_takes_nothing_again(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settled(rel, LINE, num=3_333, den=9_999, refunded=(3_333, 9_999))
            assert reversals(rel) == {}

    def test_followed_by_a_cancellation_takes_exactly_the_rest(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settled(rel, LINE, num=3_332, den=9_999, refunded=(1, 1))
            assert reversals(rel) == {
                "commission": 667,
                "fee": 67,
                "pool": 467,
                "kept": 95,
                "agency": 41,
            }

    def test_of_everything_followed_by_a_cancellation_takes_nothing(self, tmp_path: Path) -> None:
        with engine(tmp_path) as rel:
            settled(rel, LINE, num=9_999, den=9_999, refunded=(1, 1))
            assert set(reversals(rel).values()) == {0}

    def test_is_taken_twice_when_what_was_reversed_before_is_forgotten(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def meddled(package: str, name: str, /, *, dialect: str = "duckdb", **given: int) -> str:
            text = step_sql(package, name, dialect=dialect, **given)
            return text.replace("cast(-1 as bigint) as sign", "cast(0 as bigint) as sign")

        monkeypatch.setattr(settlement, "step_sql", meddled)
        with engine(tmp_path) as rel:
            settled(rel, LINE, num=3_333, den=9_999, refunded=(6_666, 9_999))
            assert reversals(rel)["commission"] == 666


class Refunds(RuleBasedStateMachine):
    """One line, refunded piece by piece; the oracle knows only the sum of the refunds."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.door = engine(Path(self.scratch.name))
        self.rel = self.door.__enter__()
        self.given = dict.fromkeys(LEGS, 0)
        self.refunded = (0, 1)
        self.line: dict[str, int] = {}
        self.paid = 1

    @initialize(
        paid=st.one_of(st.integers(1, 50), st.integers(1, EDGE)),
        legs=st.lists(st.one_of(st.integers(1, 50), st.integers(0, EDGE)), min_size=5, max_size=5),
    )
    def sell(self, paid: int, legs: list[int]) -> None:
        self.paid = paid
        self.line = {f"{leg}_minor": amount for leg, amount in zip(LEGS, legs, strict=True)}
        self.line["commission_minor"] = max(1, legs[0])

    @rule(part=st.integers(0, EDGE), cancels=st.booleans())
    def refund(self, part: int, cancels: bool) -> None:  # noqa: FBT001 - Hypothesis calls by name
        num, den = self.refunded
        if den == self.paid or num == 0:
            left = self.paid - num
            now = (1, 1) if cancels and part % 7 == 0 else (num + part % (left + 1), self.paid)
            settled(self.rel, self.line, num=num, den=den, refunded=now)
            for leg, amount_minor in reversals(self.rel).items():
                assert amount_minor >= 0
                self.given[leg] += amount_minor
            self.refunded = now

    @invariant()
    def gave_back_the_floor_of_the_sum(self) -> None:
        num, den = self.refunded
        for leg, amount_minor in self.given.items():
            assert amount_minor == self.line.get(f"{leg}_minor", 0) * num // den

    def teardown(self) -> None:
        self.door.__exit__(None, None, None)
        self.scratch.cleanup()


Refunds.TestCase.settings = settings(max_examples=6, stateful_step_count=6, deadline=None)
TestRefundsInAnyOrderAndSize = Refunds.TestCase


class TestRefundTotals:
    def totals(
        self, folder: Path, *, ends_at: int = 100, **changes: Any
    ) -> dict[int, tuple[int, int]]:
        rows = {
            "known_lines": {"line_id": [1, 2, 3], "paid_minor": [900, 0, 700]},
            "refunds": {
                "line_id": [1, 1, 2],
                "refund_minor": [300, 200, 0],
                "refunded_at": [10, 99, 10],
            },
            "cancellations": {"line_id": [3], "cancelled_at": [50]},
        } | changes
        with engine(folder) as rel:
            for name, columns in rows.items():
                rel.put(name, table(**columns))
            text = step_sql("wavepool.engine.commission", "refund_totals", ends_at=ends_at)
            rel.view("refund_totals", text)
            found = rel.fetch("select * from refund_totals").to_pylist()
        return {row["line_id"]: (row["refunded_num"], row["refunded_den"]) for row in found}

    def test_add_up_until_the_periods_end(self, tmp_path: Path) -> None:
        assert self.totals(tmp_path)[1] == (500, 900)
        assert self.totals(tmp_path, ends_at=99)[1] == (300, 900)

    def test_of_a_cancellation_are_the_whole_line(self, tmp_path: Path) -> None:
        assert self.totals(tmp_path)[3] == (1, 1)
        assert 3 not in self.totals(tmp_path, ends_at=50)

    def test_of_nothing_paid_are_nothing_unless_it_is_cancelled(self, tmp_path: Path) -> None:
        assert self.totals(tmp_path)[2] == (0, 1)
        free = {"line_id": [2], "cancelled_at": [50]}
        assert self.totals(tmp_path, cancellations=free)[2] == (1, 1)
