"""What the Markdown pages promise: their links, their examples."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```(?:python|pycon|py)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def links_of(text: str) -> Iterator[tuple[int, str]]:
    """Links of a page to other files and headings, with their lines; code is left out."""
    bare = _CODE.sub(_spaces, without_fences(text))
    for found in _LINK.finditer(bare):
        target = found.group(1)
        if not _OUTSIDE.match(target):
            yield bare.count("\n", 0, found.start()) + 1, target


def dead_links(page: Path, *, root: Path) -> list[tuple[int, str]]:
    """Links of a page that lead to no file, to no heading, or out of the project."""
    dead = []
    for line, link in links_of(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page.resolve()
        is_ours = target.exists() and target.is_relative_to(root.resolve())
        if not is_ours or not _has_heading(target, anchor):
            dead.append((line, link))
    return dead


def anchors_of(text: str) -> set[str]:
    """Anchors of a page's headings, as code hosts make them.

    >>> sorted(anchors_of("# One order, cut once\\n## `fee` and 佣金\\n## A\\n## A"))
    ['a', 'a-1', 'fee-and-佣金', 'one-order-cut-once']
    """
    anchors: set[str] = set()
    for heading in _HEADING.findall(without_fences(text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        numbered, count = slug, 0
        while numbered in anchors:
            count += 1
            numbered = f"{slug}-{count}"
        anchors.add(numbered)
    return anchors


def failing_examples(text: str, place: str) -> list[str]:
    """Run a page's `>>>` blocks in order, in one namespace, and return what went wrong."""
    failures: list[str] = []
    parser, names = doctest.DocTestParser(), dict[str, object]()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for number, found in enumerate(_PYTHON.finditer(text), 1):
        if ">>>" not in found.group(1):
            continue
        line = text.count("\n", 0, found.start(1))
        test = parser.get_doctest(found.group(1), {}, f"{place} block {number}", place, line)
        test.globs = names
        runner.run(test, out=failures.append, clear_globs=False)
    return failures


def without_fences(text: str) -> str:
    """A page with its code blocks blanked; the lines stay where they were."""
    return _FENCE.sub(_spaces, text)


def _has_heading(target: Path, anchor: str) -> bool:
    if not anchor or target.suffix != ".md":
        return True
    return anchor in anchors_of(target.read_text(encoding="utf-8"))


def _spaces(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group(0))
