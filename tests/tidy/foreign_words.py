"""Words that name a machine or a host instead of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Written in pieces, so that this file does not hold what it looks for.
_FOREIGN = {
    "a path of one machine": re.compile(
        r"(?<![\w.~)}$*-])/(?:" + "|".join(["work", "root", "opt/" + "wheels"]) + r")(?=/|\W|$)"
    ),
    "a home folder": re.compile(r"(?<![\w.])/(?:home|Users)/[A-Za-z]"),
    "a package registry": re.compile(
        "|".join([r"//(?:\w+\.)*py" + r"pi\b", r"py" + r"pi\.org", "files.python" + "hosted"])
        + "|registry.np"
        + r"mjs",
        re.IGNORECASE,
    ),
}


def foreign_words(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a text that name a machine's own path or a registry's host."""
    for number, line in enumerate(text.splitlines(), 1):
        for kind, pattern in _FOREIGN.items():
            found = pattern.search(line)
            if found:
                yield number, f"{kind}: {found.group(0)}"
