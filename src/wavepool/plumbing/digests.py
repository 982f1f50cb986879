"""Keyed digests of secrets that somebody else keeps: stored instead of the secret itself."""

from __future__ import annotations

import hmac
from typing import Final

WRITE_KEY: Final = b"wavepool.write-key"


def keyed_digest(text: str, *, key: bytes, tag: bytes) -> str:
    """The digest of a text under a key made for one purpose only.

    >>> keyed_digest("a", key=b"k", tag=b"t") == keyed_digest("a", key=b"k", tag=b"u")
    False
    """
    return hmac.digest(hmac.digest(key, tag, "sha256"), text.encode(), "sha256").hex()
