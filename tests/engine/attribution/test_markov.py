"""Paths as a Markov chain, against the chain solved by hand and by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.attribution.small_season import Rules, credit, engine, put_calendar, put_season
from engine.attribution.test_rules import four_touches
from wavepool.engine.attribution import (
    EmptyPath,
    HeuristicCredit,
    NotAPathKey,
    NothingConverted,
    heuristic_credits,
    path_log,
    removal_effects,
)

Journeys = tuple[list[str], int, int]

path_lists = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=6),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=8,
).filter(lambda rows: any(conversions for _, conversions, _ in rows))


def paths(rows: list[Journeys]) -> pa.Table:
    steps, conversions, nulls = zip(*rows, strict=True)
    return pa.table(
        {
            "path": pa.array(steps, pa.list_(pa.string())),
            "conversions": pa.array(conversions, pa.int64()),
            "nulls": pa.array(nulls, pa.int64()),
        }
    )


def effects(rows: list[Journeys]) -> dict[str, float]:
    found = removal_effects(paths(rows)).to_pylist()
    return {row["channel"]: row["removal_effect"] for row in found}


def converting(rows: list[Journeys], without: str = "") -> Fraction:
    """Chance of a conversion in the chain, exactly; `without` leads nowhere. By elimination."""
    leaves: dict[str, dict[str, int]] = {}
    for steps, conversions, nulls in rows:
        chain = ["(start)", *steps]
        for here, there in pairwise(chain):
            leaves.setdefault(here, {}).setdefault(there, 0)
            leaves[here][there] += conversions + nulls
        for end, count in (("(conversion)", conversions), ("(null)", nulls)):
            leaves.setdefault(chain[-1], {}).setdefault(end, 0)
            leaves[chain[-1]][end] += count
    odds = {
        here: {there: Fraction(n, sum(row.values())) for there, n in row.items() if n}
        for here, row in leaves.items()
        if sum(row.values())
    }
    for gone in sorted(odds.keys() - {"(start)"}):
        out = odds.pop(gone)
        loop = out.pop(gone, Fraction(0))
        for row in odds.values():
            weight = row.pop(gone, Fraction(0))
            if weight and gone != without:
                for there, part in out.items():
                    row[there] = row.get(there, Fraction(0)) + weight * part / (1 - loop)
    return odds["(start)"].get("(conversion)", Fraction(0))


class TestARemovalEffect:
    def test_is_the_part_of_conversions_that_pass_through(self) -> None:
        rows: list[Journeys] = [(["a", "b"], 1, 1), (["a", "a", "c"], 0, 3), (["b"], 2, 1)]
        found = removal_effects(paths(rows)).to_pylist()
        assert [row["channel"] for row in found] == ["a", "b", "c"]
        assert [row["removal_effect"] for row in found] == pytest.approx([0.4, 1.0, 0.0])
        assert [row["conversions"] for row in found] == pytest.approx([6 / 7, 15 / 7, 0.0])

    @given(rows=path_lists)
    def test_is_that_of_the_chain_solved_without_the_channel(self, rows: list[Journeys]) -> None:
        whole = converting(rows)
        for channel, effect in effects(rows).items():
            exact = 1 - converting(rows, without=channel) / whole
            assert effect == pytest.approx(float(exact), abs=1e-9), channel

    def test_is_the_same_for_paths_written_as_text(self) -> None:
        rows: list[Journeys] = [(["a", "b"], 1, 1), (["b", "c"], 3, 3)]
        text = paths(rows).set_column(0, "path", pa.array(["a > b", "b > c"]))
        assert removal_effects(text).equals(removal_effects(paths(rows)))

    def test_needs_a_conversion_and_a_touch(self) -> None:
        with pytest.raises(NothingConverted, match="none of 1 paths"):
            removal_effects(paths([(["a"], 0, 5)]))
        with pytest.raises(EmptyPath, match="path 1 has no touch"):
            removal_effects(paths([(["a"], 1, 5), ([], 1, 1)]))


class TestHeuristicCredits:
    @given(rows=path_lists)
    def test_add_up_exactly(self, rows: list[Journeys]) -> None:
        total = sum(conversions for _, conversions, _ in rows)
        found = heuristic_credits(paths(rows))
        assert sum(row.first for row in found) == total
        assert sum(row.last for row in found) == total
        assert sum(row.linear for row in found) == total

    def test_share_evenly_in_fractions(self) -> None:
        assert heuristic_credits(paths([(["b", "a", "a"], 2, 0), (["b"], 1, 9)])) == (
            HeuristicCredit("a", 0, 2, Fraction(4, 3)),
            HeuristicCredit("b", 3, 1, Fraction(5, 3)),
        )


class TestAPathLog:
    def log(self, folder: Path, key: str, names: dict[int, str] | None = None) -> pa.Table:
        with engine(folder) as rel:
            season = four_touches()
            season.line(2, item=8)
            put_season(rel, season)
            put_calendar(rel, Rules())
            credit(rel, Rules())
            return path_log(rel, key=key, names=names)

    def test_walks_each_lines_touches_from_the_earliest(self, tmp_path: Path) -> None:
        log = self.log(tmp_path, "creator_id")
        assert log.to_pylist() == [
            {"path": ["1", "2", "3", "1"], "conversions": 1, "nulls": 0},
            {"path": ["1", "2", "3", "1"], "conversions": 1, "nulls": 0},
        ]

    def test_calls_channels_by_the_names_given(self, tmp_path: Path) -> None:
        log = self.log(tmp_path, "creator_id", {1: "head", 2: "tail"})
        assert log.column("path")[0].as_py() == ["head", "tail", "3", "head"]
        assert removal_effects(log).column("channel").to_pylist() == ["3", "head", "tail"]

    def test_is_refused_by_another_column(self, tmp_path: Path) -> None:
        with (
            engine(tmp_path) as rel,
            pytest.raises(NotAPathKey, match="'weight_ms'; there are scene_no"),
        ):
            path_log(rel, key="weight_ms")
