"""Worked tables: what a page works out by hand is what the code gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from tidy.project_files import PROJECT, place_of, project_files
from tidy.worked_tables import TableMisread, run_row, worked_rows

ALGORITHMS = PROJECT / "docs" / "algorithms"
HERE = "tidy.test_worked_tables"


@dataclass(frozen=True)
class Cut:
    direct: int
    pool: int


class Leg(NamedTuple):
    count: int
    index: int


def double(*, amount: int) -> int:
    return 2 * amount


def cut(*, amount: int, part: int = 2) -> Cut:
    return Cut(direct=amount // part, pool=amount - amount // part)


def cut_in_order(*, amount: int) -> tuple[int, int]:
    return amount // 2, amount - amount // 2


def leg(*, amount: int) -> Leg:
    return Leg(count=amount, index=-amount)


def shares(*, weights: tuple[int, ...]) -> list[int]:
    return [10 * weight for weight in weights]


def table(function: str, *lines: str) -> str:
    ruler = "|---" * (lines[0].count("|") - 1) + "|"
    return "\n".join(
        ["# Page", "", f"<!-- run: {HERE}:{function} -->", lines[0], ruler, *lines[1:], ""]
    )


def differences(text: str) -> list[str]:
    return [line for row in worked_rows(text) for line in run_row(row)]


class TestATrueTable:
    @pytest.mark.parametrize(
        "text",
        [
            table(
                "double", "| amount | → twice |", "| 2 | 4 |", "| 1 000 | 2,000 |", "| −3 | -6 |"
            ),
            table("double", "| in.amount | note | → it |", "| `2` | small | 4 |"),
            table("cut", "| amount | part | → pool | → direct |", "| 7 | 2 | 4 | 3 |"),
            table("cut", "| amount | part | → `pool` |", "| 7 |  | 4 |"),
            table("cut_in_order", "| amount | → first | → second |", "| 7 | 3 | 4 |"),
            table("leg", "| amount | → index | → count |", "| 7 | −7 | 7 |"),
            table("shares", "| weights | → shares |", "| (1, 2) | (10, 20) |"),
        ],
    )
    def test_is_accepted(self, text: str) -> None:
        assert list(worked_rows(text))
        assert differences(text) == []


class TestAnUntrueTable:
    @pytest.mark.parametrize(
        "text",
        [
            table("double", "| amount | → twice |", "| 2 | 4 |", "| 2 | 5 |"),
            table("double", "| amount | → twice |", "| 2 | four |"),
            table("cut", "| amount | → pool | → direct |", "| 7 | 3 | 4 |"),
            table("cut_in_order", "| amount | → first | → second |", "| 7 | 4 | 3 |"),
            table("shares", "| weights | → shares |", "| (1, 2) | (20, 10) |"),
        ],
    )
    def test_is_told_with_its_line(self, text: str) -> None:
        assert differences(text)
        assert all(line.startswith("line ") for line in differences(text))

    def test_names_both_sides(self) -> None:
        text = table("double", "| amount | → twice |", "| 2 | 5 |")
        assert differences(text) == ["line 6: twice is 4, the page says 5"]


class TestAMisreadTable:
    @pytest.mark.parametrize(
        "text",
        [
            f"<!-- run: {HERE}:double -->\n\nprose\n",
            table("double", "| amount | → twice |"),
            table("double", "| amount | twice |", "| 2 | 4 |"),
            table("double", "| amount | → twice |", "| 2 |"),
        ],
    )
    def test_is_refused(self, text: str) -> None:
        with pytest.raises(TableMisread):
            list(worked_rows(text))

    def test_is_refused_when_its_function_is_gone(self) -> None:
        with pytest.raises(AttributeError):
            differences(table("gone", "| amount | → twice |", "| 2 | 4 |"))


class TestATableInACodeBlock:
    def test_is_an_illustration_and_is_not_run(self) -> None:
        shown = table("double", "| amount | → twice |", "| 2 | 5 |")
        assert list(worked_rows(f"```markdown\n{shown}```\n")) == []


class TestThePages:
    def test_say_what_the_code_gives(self) -> None:
        wrong = []
        for page in project_files(".md"):
            found = differences(page.read_text(encoding="utf-8"))
            wrong += [f"{place_of(page)}: {line}" for line in found]
        assert wrong == []

    def test_of_algorithms_each_have_a_worked_table(self) -> None:
        pages = [page for page in project_files(".md", under=ALGORITHMS) if page.stem != "README"]
        without = [
            place_of(page)
            for page in pages
            if not list(worked_rows(page.read_text(encoding="utf-8")))
        ]
        assert pages, "docs/algorithms holds no page"
        assert without == []
