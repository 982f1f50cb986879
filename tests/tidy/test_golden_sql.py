"""Golden SQL: what the other engines run is what the steps say today."""

from __future__ import annotations

import pytest

from tidy import golden_sql
from tidy.project_files import ENGINE, place_of


class TestGoldenText:
    def test_keeps_parameters_and_whole_division(self) -> None:
        text = golden_sql.golden_text("select a.x // $cap as x from a -- half", "spark")
        assert text == "SELECT\n  a.x DIV $cap AS x\nFROM a\n"

    @pytest.mark.parametrize("text", ["select a.x / 2 as x from a", "select 1; select 2", ""])
    def test_refuses_what_would_not_come_through(self, text: str) -> None:
        with pytest.raises(golden_sql.NotPortable):
            golden_sql.golden_text(text, "spark")


class TestTheGoldenFiles:
    def test_are_what_the_steps_give(self) -> None:
        stale = [
            place_of(step)
            for step in golden_sql.portable_steps()
            for dialect in golden_sql.DIALECTS
            if not golden_sql.golden_path(step, dialect).exists()
            or golden_sql.golden_path(step, dialect).read_text(encoding="utf-8")
            != golden_sql.golden_text(step.read_text(encoding="utf-8"), dialect)
        ]
        assert stale == [], "run make golden"

    def test_belong_to_a_step_each(self) -> None:
        wanted = {
            golden_sql.golden_path(step, dialect)
            for step in golden_sql.portable_steps()
            for dialect in golden_sql.DIALECTS
        }
        found = set(ENGINE.rglob("golden/*/*.sql"))
        assert sorted(map(place_of, found - wanted)) == []
