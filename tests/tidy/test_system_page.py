"""The system page tells the truth: what "works" has a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidy.project_files import PROJECT
from tidy.system_page import broken_rows, rows

PAGE = PROJECT / "docs" / "system.md"
HERE = "tests/tidy/test_system_page.py"


def page(state: str, test: str) -> str:
    return f"# System\n\n| System | State | Test |\n|---|---|---|\n| Pools | {state} | {test} |\n"


class TestARow:
    @pytest.mark.parametrize(
        ("state", "test"),
        [
            ("works", f"`{HERE}`"),
            ("**works**", f"[test](../{HERE})"),
            ("works", f"`{HERE}::TestARow::test_is_true`"),
            ("partly: no pages yet", ""),
            ("not yet", "—"),
        ],
    )
    def test_is_true(self, state: str, test: str) -> None:
        assert broken_rows(page(state, test), root=PROJECT) == []

    @pytest.mark.parametrize(
        ("state", "test"),
        [
            ("works", ""),
            ("works", "`tests/gone.py`"),
            ("works", f"`{HERE}::TestARow::test_gone`"),
            ("works", f"`{HERE}` and `tests/gone.py`"),
            ("done", f"`{HERE}`"),
            ("", ""),
        ],
    )
    def test_is_refused(self, state: str, test: str) -> None:
        assert len(broken_rows(page(state, test), root=PROJECT)) == 1


class TestThePage:
    def test_exists_and_has_rows(self) -> None:
        assert list(rows(read(PAGE)))

    def test_names_a_living_test_wherever_it_says_works(self) -> None:
        assert broken_rows(read(PAGE), root=PROJECT) == []


def read(path: Path) -> str:
    assert path.exists(), "docs/system.md is missing"
    return path.read_text(encoding="utf-8")
