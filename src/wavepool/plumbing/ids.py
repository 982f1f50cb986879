"""Public ids: a prefix that names the kind, then a sortable, unguessable part."""

from __future__ import annotations

from typing import Final

import uuid_utils

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26


def new_id(prefix: str) -> str:
    """Make a public id such as `job_01J…`, sorted by the time it was made.

    The last 26 characters are a UUID of version 7 in Crockford's base 32.
    """
    return f"{prefix}_{_base32(uuid_utils.uuid7().int)}"


def _base32(number: int) -> str:
    """Write 128 bits in 26 characters.

    >>> _base32(0), _base32(2**128 - 1)
    ('00000000000000000000000000', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ')
    """
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_LENGTH)))
