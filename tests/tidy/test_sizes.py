"""Sizes: a function fits a screen, a file fits a sitting."""

from __future__ import annotations

import subprocess

from tidy import sizes
from tidy.project_files import PROJECT, place_of, project_files, report


def function_of(lines: int) -> str:
    return "def long():\n" + "    x = 1\n" * (lines - 1)


class TestTooLarge:
    def test_passes_a_function_at_the_limit(self) -> None:
        assert sizes.too_large(function_of(60), "a.py") == {}

    def test_catches_a_function_past_the_limit(self) -> None:
        assert sizes.too_large(function_of(61), "a.py") == {"a.py::long": 61}

    def test_catches_a_method_and_a_function_inside_a_function(self) -> None:
        body = "".join(f"    {line}\n" for line in function_of(61).splitlines())
        assert sizes.too_large(f"class A:\n{body}", "a.py") == {"a.py::A.long": 61}
        assert sizes.too_large(f"if True:\n{body}", "a.py") == {"a.py::long": 61}

    def test_catches_a_file_past_the_limit(self) -> None:
        assert sizes.too_large("x = 1\n" * 400, "a.py") == {}
        assert sizes.too_large("x = 1\n" * 401, "a.py") == {"a.py": 401}


class TestTheRatchet:
    def test_lets_a_known_size_stand(self) -> None:
        assert sizes.hold({"a.py::f": 70}, {"a.py::f": 70}) == []

    def test_refuses_a_newcomer(self) -> None:
        assert report(sizes.hold({"a.py::f": 70}, {})) == "a.py::f:1: 70 lines, at most 60"

    def test_refuses_growth(self) -> None:
        found = report(sizes.hold({"a.py": 450}, {"a.py": 440}))
        assert found == "a.py:1: grew from 440 to 450 lines"

    def test_asks_for_a_lower_baseline_when_something_shrank(self) -> None:
        found = report(sizes.hold({}, {"a.py": 440}))
        assert found == "a.py:1: shrank to 0 lines: lower the baseline"

    def test_sees_a_baseline_that_grew(self) -> None:
        assert sizes.grown({"a.py": 440, "b.py": 410}, {"a.py": 440}) == ["b.py"]
        assert sizes.grown({"a.py": 430}, {"a.py": 440}) == []


class TestTheTree:
    def test_holds_its_sizes(self) -> None:
        found: dict[str, int] = {}
        for path in project_files(".py"):
            if path.parent.name == "migrations":
                continue  # Django writes them; their size says nothing.
            found |= sizes.too_large(path.read_text(encoding="utf-8"), place_of(path))
        baseline = sizes.read_baseline(sizes.BASELINE.read_text(encoding="utf-8"))
        assert report(sizes.hold(found, baseline)) == ""

    def test_has_a_baseline_that_only_shrinks(self) -> None:
        """Compared with what the last commit saved, so a rise shows before it is committed."""
        baseline = sizes.read_baseline(sizes.BASELINE.read_text(encoding="utf-8"))
        saved = subprocess.run(
            ["git", "show", f"HEAD:{place_of(sizes.BASELINE)}"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        earlier = sizes.read_baseline(saved.stdout) if saved.returncode == 0 else baseline
        assert sizes.grown(baseline, earlier) == []
