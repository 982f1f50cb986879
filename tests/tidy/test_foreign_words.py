"""Foreign words: the project names no machine that made it and no host it came from."""

from __future__ import annotations

import pytest

from tidy.foreign_words import foreign_words
from tidy.project_files import place_of, project_files


class TestForeignWords:
    @pytest.mark.parametrize(
        "line",
        [
            "see /" + "work/main/README.md",
            "cache = '/" + "root/.cache'",
            "cd /" + "root",
            "--index-url https://" + "pypi.example/simple",
            "https://test." + "pypi.example",
            "from files.python" + "hosted.example",
            "/" + "home/ada/wavepool",
        ],
    )
    def test_are_found(self, line: str) -> None:
        assert [number for number, _ in foreign_words(f"first\n{line}\n")] == [2]

    @pytest.mark.parametrize(
        "line",
        [
            "docs/work/rooms.md",
            "network/root/leaf",
            "a root/leaf pair",
            "the package registry",
            "/studio/{handle}/home/",
            "{root}/work/",
        ],
    )
    def test_are_not_seen_in_plain_words(self, line: str) -> None:
        assert list(foreign_words(line)) == []

    def test_stand_in_no_file_of_the_project(self) -> None:
        found = []
        for path in project_files():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [f"{place_of(path)}:{line}: {why}" for line, why in foreign_words(text)]
        assert found == []
