"""Numbers that follow from what they stand for, so a replay gives the same ones."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

#: Numbers of viewers who are no account begin here; accounts stay far below.
VIEWERS_FROM: Final = 1 << 61
#: Numbers of captured touches begin here; history that is taken over stays below.
TOUCHES_FROM: Final = 1 << 62
#: How the pages of this site are called where sources are named.
OWN: Final = "site"


def viewer_number(source: str, user_id: str, account_id: int | None = None) -> int:
    """The number of a viewer, in one key space with buyers.

    Args:
        source: the slug of the source that knows the viewer by this id.
        user_id: the id, known or anonymous.
        account_id: the account of a signed-in person, which is the number itself.

    >>> viewer_number("site", "whatever", account_id=7)
    7
    >>> viewer_number("shop", "u1")
    2417446278680065029
    """
    if account_id is not None:
        return account_id
    digest = hashlib.sha256(f"{source}\0{user_id}".encode()).digest()
    return VIEWERS_FROM + (int.from_bytes(digest[:8]) >> 4)


def event_key(source: str, message_id: str) -> UUID:
    """The key of an event: the first 128 bits of a digest of source and message id."""
    return UUID(bytes=hashlib.sha256(f"{source}\0{message_id}".encode()).digest()[:16])


def touch_number(*words: str | int | None) -> int:
    """The number of a captured touch, from what it came from.

    >>> touch_number("shop", "m1") == touch_number("shop", "m1") >= 2**62
    True
    """
    digest = hashlib.sha256("\0".join(map(str, words)).encode()).digest()
    return TOUCHES_FROM + (int.from_bytes(digest[:8]) >> 2)
