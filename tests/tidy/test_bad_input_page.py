"""The page on bad input names tests that exist."""

from __future__ import annotations

import ast
import re

from tidy.project_files import PROJECT, project_files

_NAMED = re.compile(r"`(Test\w+)\.(test_\w+)(?:\[[^\]]*\])?`")


def test_names_only_tests_that_are_there() -> None:
    named = set(_NAMED.findall((PROJECT / "docs" / "bad-input.md").read_text(encoding="utf-8")))
    there = {
        (node.name, part.name)
        for path in project_files(".py")
        if path.name.startswith("test_")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }
    assert len(named) >= 20
    assert sorted(named - there) == []
