"""Numbers of identity documents: sealed with a key, never kept."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedNumber:
    """What is left of a document's number: a keyed hash and its last digits."""

    hash: str
    last: str


def seal_number(number: str, *, country: str, document: str) -> SealedNumber:
    """Seal a number as it was typed: width, case, spaces and dashes do not matter.

    The key is the site's seal key, so a copy of the database tells no number.
    """
    plain = "".join(
        each for each in unicodedata.normalize("NFKC", number).upper() if each.isalnum()
    )
    text = f"{country.upper()}:{document}:{plain}"
    sealed = _seal("wavepool.people.document", text)
    return SealedNumber(hash=sealed, last=plain[-4:] if len(plain) > 8 else plain[-2:])


def hash_token(token: str) -> str:
    """The stored form of a secret of 128 bits or more, such as an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def seal_code(code: str) -> str:
    """The stored form of a short code that an older platform gave out: keyed, so not guessable.

    Case, spaces and dashes do not matter.
    """
    plain = "".join(each for each in unicodedata.normalize("NFKC", code).upper() if each.isalnum())
    return _seal("wavepool.people.claim_code", plain)


def _seal(salt: str, text: str) -> str:
    return salted_hmac(salt, text, secret=settings.SEAL_KEY, algorithm="sha256").hexdigest()
