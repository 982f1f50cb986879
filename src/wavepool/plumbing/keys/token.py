"""The text of a key: drawn, checked by itself, digested."""

from __future__ import annotations

import hmac
import re
import secrets
import zlib
from typing import Final

from django.conf import settings

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_CHARS: Final = 43  # 62 ** 43 > 2 ** 256
_SUM_CHARS: Final = 6  # 62 ** 6 > 2 ** 32
_FORM: Final = re.compile(rf"wp_(?:live|test)_[0-9A-Za-z]{{{_SECRET_CHARS + _SUM_CHARS}}}")
_TAG: Final = b"wavepool.api-key"


def draw_token(*, is_live: bool) -> str:
    """Draw a new key: its prefix, 256 bits, its checksum."""
    prefix = "wp_live_" if is_live else "wp_test_"
    body = prefix + _base62(secrets.randbits(256), _SECRET_CHARS)
    return body + _checksum(body)


def is_well_formed(token: str) -> bool:
    """Whether a text can be a key at all, by form and checksum.

    >>> is_well_formed("wp_live_" + "0" * 49)
    False
    """
    if not _FORM.fullmatch(token):
        return False
    return token[-_SUM_CHARS:] == _checksum(token[:-_SUM_CHARS])


def token_digests(token: str) -> tuple[str, ...]:
    """The digests under which a key may be stored: the present secret key's, then older ones'."""
    secrets_in_use = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(
        hmac.digest(hmac.digest(key.encode(), _TAG, "sha256"), token.encode(), "sha256").hex()
        for key in secrets_in_use
    )


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _SUM_CHARS)


def _base62(number: int, length: int) -> str:
    """Write a number in base 62, with leading zeros.

    >>> _base62(61, 2), _base62(62, 2)
    ('0z', '10')
    """
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
