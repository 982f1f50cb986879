"""Twins: every room of the engine, and every domain, has its tests in the room of the same name."""

from __future__ import annotations

from pathlib import Path

from tidy.project_files import ENGINE, PROJECT, SOURCE, project_files


def rooms_without_tests(engine: Path, tests: Path) -> list[str]:
    """Packages of the engine for which no `test_*.py` stands in their twin folder."""
    rooms = sorted(path.parent.name for path in engine.glob("*/__init__.py"))
    return [room for room in rooms if not any((tests / room).glob("test_*.py"))]


class TestEveryRoom:
    def test_has_its_tests(self) -> None:
        assert rooms_without_tests(ENGINE, PROJECT / "tests" / "engine") == []

    def test_of_the_domains_has_its_tests(self) -> None:
        domains = SOURCE / "domains"
        assert rooms_without_tests(domains, PROJECT / "tests" / "domains") == []

    def test_of_the_domains_has_its_page(self) -> None:
        domains = sorted(path.parent for path in (SOURCE / "domains").glob("*/apps.py"))
        assert [each.name for each in domains if not (each / "README.md").exists()] == []

    def test_is_missed_when_it_has_none(self, tmp_path: Path) -> None:
        for room in ("money", "sharing"):
            (tmp_path / "engine" / room).mkdir(parents=True)
            (tmp_path / "engine" / room / "__init__.py").touch()
        (tmp_path / "tests" / "money").mkdir(parents=True)
        (tmp_path / "tests" / "money" / "test_split.py").touch()
        assert rooms_without_tests(tmp_path / "engine", tmp_path / "tests") == ["sharing"]


class TestTestFolders:
    def test_hold_no_package_marker_and_no_name_twice(self) -> None:
        files = project_files(".py", under=PROJECT / "tests")
        names = [path.name for path in files if path.name.startswith("test_")]
        assert [path.name for path in files if path.name == "__init__.py"] == []
        assert sorted({name for name in names if names.count(name) > 1}) == []
