"""The proof of the books: everything that must be equal, and each place where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q

from wavepool.domains.ledger.models import Batch, ClosedPeriod, LedgerAccount, Transfer
from wavepool.domains.ledger.queries.snapshots import one_snapshot
from wavepool.domains.ledger.queries.trail import chain_findings, trail_findings
from wavepool.domains.ledger.queries.turnover import turnover_of
from wavepool.domains.ledger.tables import Digest

#: Places named per rule; the books are wrong at the first.
NAMED: Final = 20
_CHUNK: Final = 5_000

_TOTALS: Final = "SELECT currency, sum(balance_minor) FROM ledger_account GROUP BY currency"
# One sum over everything, since a store without statistics of the view joins sums row by row.
_DIFFERING: Final = """
SELECT a.code, d.balance, d.entries, d.reserved, d.pending
FROM (
    SELECT s.account_id, sum(s.balance) AS balance, sum(s.entries) AS entries,
        sum(s.reserved) AS reserved, sum(s.pending) AS pending
    FROM (
        SELECT id AS account_id, balance_minor AS balance, 0 AS entries,
            reserved_minor AS reserved, 0 AS pending
        FROM ledger_account {accounts}
        UNION ALL SELECT account_id, 0, amount_minor, 0, 0 FROM ledger_entry {entries}
        UNION ALL SELECT debit_id, 0, 0, 0, amount_minor FROM ledger_transfer
        WHERE state = 'pending' {pending}
    ) AS s
    GROUP BY s.account_id
    HAVING sum(s.balance) <> sum(s.entries) OR sum(s.reserved) <> sum(s.pending)
) AS d
JOIN ledger_account AS a ON a.id = d.account_id
ORDER BY a.code LIMIT 20
"""
_TOUCHED: Final = """
SELECT t.debit_id FROM ledger_transfer AS t WHERE t.batch_id > %(since)s
UNION SELECT t.credit_id FROM ledger_transfer AS t WHERE t.batch_id > %(since)s
UNION SELECT t.debit_id FROM ledger_transfer AS t WHERE t.decided_by_id > %(since)s
UNION SELECT t.credit_id FROM ledger_transfer AS t WHERE t.decided_by_id > %(since)s
"""
_STRAYS: Final = """
SELECT t.id FROM ledger_transfer AS t
LEFT JOIN ledger_account AS d ON d.id = t.debit_id AND d.currency = t.currency
LEFT JOIN ledger_account AS c ON c.id = t.credit_id AND c.currency = t.currency
LEFT JOIN ledger_batch AS b ON b.id = t.batch_id
WHERE t.batch_id > %(since)s AND (d.id IS NULL OR c.id IS NULL OR b.id IS NULL)
ORDER BY t.id LIMIT 20
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Two things that must be equal and are not.

    Attributes:
        rule: which proof failed, e.g. "balance".
        place: the account, batch, transfer, currency or period.
        expected: what the books say it must be.
        found: what is there.
    """

    rule: str
    place: str
    expected: str
    found: str

    def as_data(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was held against what.

    Attributes:
        is_full: whether every row was read, or only what came after `since`.
        since: batches up to this id were proved earlier.
        up_to: the last batch that was read.
        batch_count: batches whose rows were added up and digested anew.
        account_count: accounts in the books.
        findings: what does not reconcile.
    """

    is_full: bool
    since: int
    up_to: int
    batch_count: int
    account_count: int
    findings: tuple[Finding, ...]

    @property
    def reconciles(self) -> bool:
        """Whether everything was equal."""
        return not self.findings


def prove_books(*, since: int = 0) -> Proof:
    """Prove the books, all of them or what came after a batch, as of one moment.

    Always: balances add up to zero per currency, and no account is below zero
    or below its reservations that may not be. For what is new (with `since` 0:
    for everything): every balance is the sum of its entries, reservations are
    the pending transfers, every transfer has its accounts in its currency, each
    batch equals its rows in count, sums and digest, and stands with that digest
    in the audit trail. In full: closed months are as they were closed, and the
    audit trail itself is whole.
    """
    is_full = since == 0
    with one_snapshot():
        found = [*_unbalanced(), *_negative(), *_differing(since), *_strays(since)]
        up_to, count = since, 0
        for batch, finding in _batches(since):
            up_to, count = batch.pk, count + 1
            found += finding
        found += trail_findings(since)
        if is_full:
            found += [*_closed(), *chain_findings()]
        accounts = LedgerAccount.objects.count()
    return Proof(
        is_full=is_full,
        since=since,
        up_to=up_to,
        batch_count=count,
        account_count=accounts,
        findings=tuple(Finding(**each) for each in found),
    )


def read_totals() -> dict[str, int]:
    """Sum of all balances per currency, read at one moment; zero in sound books."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        return {currency: int(total) for currency, total in sorted(cursor.fetchall())}


def _unbalanced() -> Iterator[dict[str, str]]:
    for currency, total in read_totals().items():
        if total:
            yield _finding("zero sum", currency, expected=0, found=total)


def _negative() -> Iterator[dict[str, str]]:
    below = Q(may_go_negative=False, balance_minor__lt=F("reserved_minor"))
    rows = LedgerAccount.objects.filter(below | Q(reserved_minor__lt=0)).order_by("code")
    for row in rows[:NAMED]:
        yield _finding("never below zero", row.code, expected=">= 0", found=row.available_minor)


def _differing(since: int) -> Iterator[dict[str, str]]:
    """Accounts whose balance is not the sum of their entries, or reservations not the pending."""
    parts = dict.fromkeys(("entries", "pending", "accounts"), "")
    if since:
        parts = {
            "entries": f"WHERE account_id IN ({_TOUCHED})",
            "pending": f"AND debit_id IN ({_TOUCHED})",
            "accounts": f"WHERE id IN ({_TOUCHED})",
        }
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING.format(**parts), {"since": since})
        rows = cursor.fetchall()
    for code, balance, entries, reserved, pending in rows:
        if balance != entries:
            yield _finding("balance", code, expected=int(entries), found=int(balance))
        if reserved != pending:
            yield _finding("reservations", code, expected=int(pending), found=int(reserved))


def _strays(since: int) -> Iterator[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, {"since": since})
        rows = cursor.fetchall()
    for (transfer_id,) in rows:
        yield _finding(
            "accounts of a transfer",
            f"transfer {transfer_id}",
            expected="two accounts in its currency, and a batch",
            found="not so",
        )


def _batches(since: int) -> Iterator[tuple[Batch, list[dict[str, str]]]]:
    """Each batch with what its rows do not confirm; rows are read once, in order."""
    made = _Rows(_made_rows(since))
    decided = _Rows(_decided_rows(since))
    batches = Batch.objects.filter(pk__gt=since).order_by("pk")
    for batch in batches.iterator(chunk_size=_CHUNK):
        rows = made.of(batch.pk) if batch.kind == Batch.Kind.POST else decided.of(batch.pk)
        digest = Digest(kind=batch.kind, key=batch.key, period=batch.period)
        count, sums_minor = 0, Counter[str]()
        for _batch_id, currency, amount_minor, *words in rows:
            digest.add_row(*words)
            count += 1
            sums_minor[currency] += amount_minor
        found = []
        if count != batch.transfer_count:
            found.append(
                _finding("rows of a batch", batch.key, expected=batch.transfer_count, found=count)
            )
        if dict(sums_minor) != batch.sums_minor:
            sums = {"expected": batch.sums_minor, "found": dict(sums_minor)}
            found.append(_finding("sums of a batch", batch.key, **sums))
        if digest.text() != batch.digest:
            found.append(
                _finding("digest of a batch", batch.key, expected=batch.digest, found=digest.text())
            )
        yield batch, found


class _Rows:
    """Rows sorted by batch, handed out batch by batch without reading ahead."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, batch_id: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a batch; rows of batches before it that nobody asked for are passed over."""
        while self._next is not None and self._next[0] < batch_id:
            self._next = next(self._rows, None)
        while self._next is not None and self._next[0] == batch_id:
            yield self._next
            self._next = next(self._rows, None)


def _made_rows(since: int) -> Iterator[tuple[Any, ...]]:
    names = ("batch_id", "currency", "amount_minor", "key", "debit__code", "credit__code")
    more = ("currency", "amount_minor", "kind", "subject", "state", "decided_by_id", "reverses_id")
    rows = Transfer.objects.filter(batch_id__gt=since).order_by("batch_id", "pk")
    for row in rows.values_list(*names, *more).iterator(chunk_size=_CHUNK):
        *words, state, decided_by, reverses = row
        yield (*words, state == Transfer.State.PENDING or decided_by is not None, reverses)


def _decided_rows(since: int) -> Iterator[tuple[Any, ...]]:
    names = ("decided_by_id", "currency", "amount_minor", "batch__key", "key")
    rows = Transfer.objects.filter(decided_by_id__gt=since).order_by("decided_by_id", "pk")
    return rows.values_list(*names).iterator(chunk_size=_CHUNK)


def _closed() -> Iterator[dict[str, str]]:
    for closed in ClosedPeriod.objects.order_by("name"):
        turnover = turnover_of(closed.name)
        if turnover.digest != closed.digest:
            yield _finding(
                "closed month", closed.name, expected=closed.digest, found=turnover.digest
            )


def _finding(rule: str, place: str, *, expected: object, found: object) -> dict[str, str]:
    return {"rule": rule, "place": place, "expected": str(expected), "found": str(found)}
