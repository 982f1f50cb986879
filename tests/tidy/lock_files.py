"""What a lock file may hold: exact versions with hashes, and no trace of a host."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z0-9,_-]+\])?==[A-Za-z0-9.+!-]+( ; .+)?$")
_HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")


def unlocked(text: str) -> Iterator[str]:
    """Requirements of a lock that are not pinned with a hash; a URL or an option is none."""
    joined = text.replace("\\\n", " ")
    for line in filter(None, map(str.strip, joined.splitlines())):
        requirement, *hashes = re.split(r"\s+(?=--hash=)", line)
        if not _PINNED.fullmatch(requirement):
            yield f"not an exact version: {requirement}"
        elif not hashes or not all(_HASH.fullmatch(each) for each in hashes):
            yield f"no hash: {requirement}"


def names_in(text: str) -> dict[str, str]:
    """Names and versions that a lock pins."""
    pinned = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in pinned}
