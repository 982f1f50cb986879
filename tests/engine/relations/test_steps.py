"""A step's text: parameters are whole numbers, all of them and no other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wavepool.engine.relations import StepParameterMissing, step_sql
from wavepool.engine.relations.steps import read_step

PACKAGE = "a_room_of_steps"
TEXT = """-- A comment that names $nothing.
select t.x + $more as x, $more_still as y
    -- another
from t where t.x > $more;
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with one step and its twin."""
    folder = tmp_path / PACKAGE
    (folder / "golden" / "spark").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "add.sql").write_text(TEXT, encoding="utf-8")
    (folder / "golden" / "spark" / "add.sql").write_text("SELECT $more + $more_still\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    read_step.cache_clear()
    yield folder
    sys.modules.pop(PACKAGE, None)
    read_step.cache_clear()


class TestAStep:
    def test_is_filled_without_its_comments_and_its_semicolon(self, room: Path) -> None:
        assert step_sql(PACKAGE, "add", more=5, more_still=-7) == (
            "select t.x + 5 as x, -7 as y\nfrom t where t.x > 5"
        )

    def test_of_another_dialect_is_its_twin(self, room: Path) -> None:
        assert step_sql(PACKAGE, "add", dialect="spark", more=1, more_still=2) == "SELECT 1 + 2"

    @pytest.mark.parametrize(
        ("given", "wrong"),
        [
            ({"more": 1}, {"more_still"}),
            ({"more": 1, "more_still": 2, "other": 3}, {"other"}),
            ({"moer": 1, "more_still": 2}, {"more", "moer"}),
            ({}, {"more", "more_still"}),
            ({"more": 1, "more_still": "2"}, {"more_still"}),
            ({"more": 1, "more_still": "2; drop table t"}, {"more_still"}),
            ({"more": 1.0, "more_still": 2}, {"more"}),
            ({"more": True, "more_still": 2}, {"more"}),
            ({"more": None, "more_still": 2}, {"more"}),
        ],
    )
    def test_is_refused_with_the_names_that_do_not_fit(
        self, room: Path, given: dict[str, int], wrong: set[str]
    ) -> None:
        with pytest.raises(StepParameterMissing) as refusal:
            step_sql(PACKAGE, "add", **given)
        assert (refusal.value.step, refusal.value.names) == ("add", wrong)
        assert str(refusal.value) == (
            f"step add: parameters do not match: {', '.join(sorted(wrong))}"
        )

    def test_that_does_not_exist_is_not_found(self, room: Path) -> None:
        with pytest.raises(FileNotFoundError):
            step_sql(PACKAGE, "subtract")
