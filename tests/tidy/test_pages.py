"""Pages: every link leads somewhere, every example gives what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidy import pages
from tidy.project_files import PROJECT, place_of, project_files


class TestDeadLinks:
    @pytest.mark.parametrize(
        "link",
        ["gone.md", "there.md#no-such-heading", "#no-such-heading", "../../outside.md", "gone/"],
    )
    def test_are_found(self, tmp_path: Path, link: str) -> None:
        page = self.page(tmp_path, f"# Here\n\nSee [it]({link}).\n")
        assert pages.dead_links(page, root=tmp_path) == [(3, link)]

    @pytest.mark.parametrize(
        "link",
        [
            "there.md",
            "there.md#a-heading",
            "#here",
            "https://example.org/gone",
            "mailto:a@b.example",
        ],
    )
    def test_are_no_living_links(self, tmp_path: Path, link: str) -> None:
        page = self.page(tmp_path, f"# Here\n\nSee [it]({link}).\n")
        assert pages.dead_links(page, root=tmp_path) == []

    def test_are_not_looked_for_in_code(self, tmp_path: Path) -> None:
        page = self.page(tmp_path, "`[a](gone.md)`\n\n```\n[a](gone.md)\n```\n")
        assert pages.dead_links(page, root=tmp_path) == []

    def page(self, folder: Path, text: str) -> Path:
        (folder / "there.md").write_text("# A heading\n", encoding="utf-8")
        page = folder / "page.md"
        page.write_text(text, encoding="utf-8")
        return page


class TestExamples:
    def test_pass_when_they_are_true(self) -> None:
        text = "```python\n>>> x = 1\n```\n\nand then\n\n```python\n>>> x + 1\n2\n```\n"
        assert pages.failing_examples(text, "a.md") == []

    def test_fail_when_they_are_not(self) -> None:
        text = "```python\n>>> 1 + 1\n3\n```\n"
        assert "Expected:" in "".join(pages.failing_examples(text, "a.md"))


class TestThePages:
    def test_have_no_dead_link(self) -> None:
        dead = [
            f"{place_of(page)}:{line}: {link}"
            for page in project_files(".md")
            for line, link in pages.dead_links(page, root=PROJECT)
        ]
        assert dead == []

    def test_have_no_untrue_example(self) -> None:
        failures = []
        for page in project_files(".md"):
            failures += pages.failing_examples(page.read_text(encoding="utf-8"), place_of(page))
        assert "".join(failures) == ""
