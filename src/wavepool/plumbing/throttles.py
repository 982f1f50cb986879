"""Limits that hold under concurrency: a slot is taken before an attempt is looked at.

`reserve` raises a counter in one statement and commits at once, so of eighty
attempts at the same moment exactly `limit` get a slot, whichever store and
however many processes. A right answer gives its slot back.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from wavepool.plumbing.models import ThrottleCounter

_RAISE: Final = """
INSERT INTO plumbing_throttlecounter AS held (name, key, started_s, count)
VALUES (%s, %s, %s, 1)
ON CONFLICT (name, key) DO UPDATE SET
    count = CASE WHEN held.started_s <= excluded.started_s - %s THEN 1 ELSE held.count + 1 END,
    started_s = CASE
        WHEN held.started_s <= excluded.started_s - %s THEN excluded.started_s
        ELSE held.started_s
    END
RETURNING count
"""
#: Rows that nobody touched for so long hold nobody back.
STALE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many attempts in a window that begins with the first of them."""

    name: str
    limit: int
    window_s: int

    def take(self, key: str, *, at: datetime) -> bool:
        """Reserve a slot; False when all are taken."""
        return reserve(self.name, key, limit=self.limit, window_s=self.window_s, at=at)

    def give_back(self, key: str) -> None:
        """Return a slot that was taken for something honest."""
        give_back(self.name, key)

    def wait_s(self, key: str, *, at: datetime) -> int:
        """Seconds until the window of a key ends; what `Retry-After` says."""
        row = ThrottleCounter.objects.filter(name=self.name, key=_digest(key)).first()
        ends = row.started_s + self.window_s if row else 0
        return max(1, ends - int(at.timestamp()))


def reserve(name: str, key: str, *, limit: int, window_s: int, at: datetime) -> bool:
    """Take one slot; False when the limit of this window is used up.

    Call it outside a transaction: inside one, the slot comes back when the
    caller's work is rolled back.

    Args:
        name: what is limited.
        key: whom it limits; only a keyed digest of it is stored.
        limit: slots in a window, >= 1.
        window_s: length of the window, which begins with its first attempt.
        at: now.
    """
    values: list[str | int] = [name, _digest(key), int(at.timestamp()), window_s, window_s]
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
        (count,) = cursor.fetchone()
    return int(count) <= limit


def give_back(name: str, key: str) -> None:
    """Return one slot."""
    rows = ThrottleCounter.objects.filter(name=name, key=_digest(key), count__gt=0)
    rows.update(count=F("count") - 1)


def forget_stale(*, at: datetime) -> int:
    """Drop counters whose windows ended long ago; how many."""
    before = int((at - STALE).timestamp())
    return ThrottleCounter.objects.filter(started_s__lt=before).delete()[0]


def client_address(request: HttpRequest) -> str:
    """The address that attempts are counted by.

    The last `PROXIES` entries of X-Forwarded-For were written by the operator's
    own proxies; what stands before them is the client's word and is not read.
    A client of IPv6 owns a whole /64, which counts as one.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(chain) >= settings.PROXIES:
            address = chain[-settings.PROXIES].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def same_name(name: str) -> str:
    """A sign-in name as it is counted: letter case, width and spaces do not make another.

    >>> same_name(" Ada@Example.COM") == same_name("ａda@example.com")
    True
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _digest(key: str) -> str:
    return salted_hmac("wavepool.throttles", key, algorithm="sha256").hexdigest()
