"""Locks: what is installed is exactly what was resolved, wherever it comes from."""

from __future__ import annotations

import tomllib

import pytest

from tidy.lock_files import names_in, unlocked
from tidy.project_files import PROJECT, project_files

LOCKS = PROJECT / "requirements"
HASH = "--hash=sha256:" + "a" * 64


class TestUnlocked:
    @pytest.mark.parametrize(
        "text",
        [
            "rich==15.0.0\n",
            f"rich>=15 \\\n    {HASH}\n",
            "rich==15.0.0 \\\n    --hash=md5:aa\n",
            f"rich @ https://example.org/rich.whl \\\n    {HASH}\n",
            "--index-url https://example.org/simple\n",
            "--find-links wheels\n",
            "-e .\n",
        ],
    )
    def test_finds_what_is_not_locked(self, text: str) -> None:
        assert list(unlocked(text))

    @pytest.mark.parametrize(
        "text",
        [
            f"rich==15.0.0 \\\n    {HASH} \\\n    {HASH}\n",
            f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    {HASH}\n",
        ],
    )
    def test_passes_what_is_locked(self, text: str) -> None:
        assert list(unlocked(text)) == []


class TestTheLocks:
    @pytest.mark.parametrize("name", ["bench", "bootstrap", "dev", "run"])
    def test_hold_exact_versions_with_hashes_only(self, name: str) -> None:
        text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
        assert names_in(text)
        assert list(unlocked(text)) == []

    def test_agree_on_every_version(self) -> None:
        seen: dict[str, set[str]] = {}
        for path in LOCKS.glob("*.txt"):
            for name, version in names_in(path.read_text(encoding="utf-8")).items():
                seen.setdefault(name, set()).add(version)
        assert {name: found for name, found in seen.items() if len(found) > 1} == {}

    @pytest.mark.parametrize("lock", ["dev", "run"])
    def test_cover_the_core_dependencies(self, lock: str) -> None:
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
        needed = {each.partition(">")[0] for each in project["project"]["dependencies"]}
        locked = names_in((LOCKS / f"{lock}.txt").read_text(encoding="utf-8"))
        assert needed - locked.keys() == set()

    def test_of_another_kind_are_absent(self) -> None:
        others = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "package-lock.json"}
        assert [path.name for path in project_files() if path.name in others] == []
