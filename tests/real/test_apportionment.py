"""Rounding methods against official seats and published examples."""

import csv
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest

from shared_data import shared_file
from wavepool.engine.money import split_minor
from wavepool.engine.sharing.alternatives import dhondt, sainte_lague

CENSUSES = (1960, 1970, 1980, 1990, 2000, 2010, 2020)


def by_priority(
    seats: int, votes: Sequence[int], *, priority: Callable[[int, int], Fraction]
) -> list[int]:
    """Any divisor method that gives everyone a first seat, from its definition."""
    shares = [1] * len(votes)
    for _ in range(seats - len(votes)):
        claims = [priority(vote, held) for vote, held in zip(votes, shares, strict=True)]
        shares[claims.index(max(claims))] += 1
    return shares


def huntington_hill(seats: int, votes: Sequence[int]) -> list[int]:
    return by_priority(seats, votes, priority=lambda v, s: Fraction(v * v, s * (s + 1)))


def adams(seats: int, votes: Sequence[int]) -> list[int]:
    return by_priority(seats, votes, priority=Fraction)


def dean(seats: int, votes: Sequence[int]) -> list[int]:
    return by_priority(seats, votes, priority=lambda v, s: Fraction(v * (2 * s + 1), s * (s + 1)))


METHODS: dict[str, Callable[[int, Sequence[int]], Sequence[int]]] = {
    "largest_remainder_hare": split_minor,
    "sainte_lague": sainte_lague,
    "dhondt": dhondt,
    "huntington_hill": huntington_hill,
    "adams": adams,
    "dean": dean,
}


def house(year: int) -> tuple[list[int], list[int]]:
    """Populations and official seats of the states in one census."""
    path = shared_file("apportionment_official", "us_house_apportionment_1960_2020.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["Year"] == str(year)
            and row["Geography Type"] == "State"
            and row["Number of Representatives"]
        ]
    population = [int(row["Population used for apportionment"].replace(",", "")) for row in rows]
    return population, [int(float(row["Number of Representatives"])) for row in rows]


class TestUnitedStatesHouse:
    @pytest.mark.parametrize("year", CENSUSES)
    def test_has_the_seats_that_huntington_hill_gives(self, year: int) -> None:
        population, official = house(year)
        assert (len(official), sum(official)) == (50, 435)
        assert huntington_hill(435, population) == official

    def test_would_have_other_seats_by_largest_remainder_in_some_year(self) -> None:
        differing = []
        for year in CENSUSES:
            population, official = house(year)
            if list(split_minor(435, population)) != official:
                differing.append(year)
        assert differing != []


class TestPublishedExamples:
    def test_agree_with_every_method(self) -> None:
        path = shared_file("apportionment_official", "unit_cases.json")
        vectors: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        assert len(vectors) == 14
        assert {case["method"] for case in vectors} == set(METHODS)
        for case in vectors:
            least = case.get("quorum", 0)
            votes = [vote if vote >= least else 0 for vote in case["votes"]]
            assert list(METHODS[case["method"]](case["seats"], votes)) == case["expected"], case
