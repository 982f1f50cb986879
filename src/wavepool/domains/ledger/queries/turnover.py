"""What a month moved, account by account, and the digest of that."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db import connection

_TURNOVER: Final = """
SELECT a.code AS code, a.currency AS currency, count(*) AS entries,
    sum(CASE WHEN e.amount_minor < 0 THEN 0 - e.amount_minor ELSE 0 END) AS debits,
    sum(CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END) AS credits
FROM ledger_entry AS e JOIN ledger_account AS a ON a.id = e.account_id
WHERE e.period = %s
GROUP BY a.code, a.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """A month's movement.

    Attributes:
        transfer_count: posted transfers that count in the month.
        sums_minor: their amounts per currency.
        digest: SHA-256 over one line an account, by code: entries, debits, credits.
    """

    transfer_count: int
    sums_minor: dict[str, int]
    digest: str


def turnover_of(period: str) -> Turnover:
    """What a month moved, as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, [period])
        rows = sorted(cursor.fetchall())
    text, entries, sums_minor = hashlib.sha256(), 0, Counter[str]()
    for code, currency, count, debits_minor, credits_minor in rows:
        text.update(f"{code}\t{count}\t{debits_minor}\t{credits_minor}\n".encode())
        entries += count
        sums_minor[currency] += int(debits_minor)
    return Turnover(
        transfer_count=entries // 2,
        sums_minor={name: sums_minor[name] for name in sorted(sums_minor)},
        digest=text.hexdigest(),
    )
